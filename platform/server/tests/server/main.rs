//! The subgraph server, tested through its public surfaces: HTTP, WebSocket, and the in-process transport.
#![expect(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by panicking")]

mod access;
mod assembly;
mod cost;
mod errors;
mod host;
mod http;
mod in_process;
mod limits;
mod peers;
mod sample;
mod sdl;
mod store_errors;
mod subscriptions;
mod texts;
mod variables;
mod websocket;
