//! The edge: one HTTP server in front of a federation engine.
//!
//! Owns: GraphQL over HTTP, WebSocket, server-sent events and multipart; who calls and what it may spend; limits on
//! everything that comes in; cached documents; GraphiQL; health, status and metrics; forwarding of other paths.
//! Invariant: every operation takes the one path of `pipeline`, whatever protocol brought it, so limits and rights
//! are the same everywhere. Deliberately absent: planning and execution (their own crates), any knowledge of what the
//! subgraphs are about, and issuing tokens.
//!
//! Entry points: [`Gateway::builder`], [`Gateway::serve`], [`Gateway::reload`].

mod answer;
pub mod auth;
mod authenticate;
mod builder;
pub mod config;
mod context;
mod edge;
mod endpoint;
mod engine;
mod error;
mod event_stream;
mod events;
mod forward;
mod gateway;
mod guard;
mod http;
mod metrics;
mod named;
mod operate;
mod operations;
mod ops;
mod outbox;
mod pages;
mod pipeline;
mod places;
mod probes;
mod request;
mod request_log;
mod reservations;
mod routes;
mod server;
mod shared;
mod stream;
mod waiting;
mod websocket;

pub use builder::GatewayBuilder;
pub use config::GatewayConfig;
pub use edge::ClientAddress;
pub use engine::TransportFactory;
pub use error::GatewayError;
pub use forward::is_within;
pub use gateway::Gateway;
pub use named::check_names;
pub use platform_listener::Peer;
pub use probes::{Probe, ProbeResult};
pub use request_log::LoggedPath;
