//! The gateway over real HTTP and WebSocket, in front of an async-graphql subgraph of this process.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod auth;
mod authorization;
mod bodies;
mod context;
mod cost;
mod edge;
mod floods;
mod http_protocol;
mod keys;
mod limits;
mod mistakes;
mod named;
mod numbers;
mod operations;
mod rate_limit;
mod renames;
mod streams;
mod support;
mod unread;
mod websocket;
