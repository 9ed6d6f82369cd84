//! The endpoint over WebSocket, by the protocol `graphql-transport-ws`: any operation, many at once.
//!
//! Owns: the upgrade with its Origin check, the protocol's messages and close codes, the life of a connection.
//! Invariant: what waits for a client is bounded; a client that does not read is disconnected and affects no other; what
//! is kept of a message that is not whole has room in common with all that clients send, and a deadline.
//! Deliberately absent: the older protocol `graphql-ws` (subscriptions-transport-ws).

mod connection;
mod incoming;
mod outgoing;
mod protocol;
mod writer;

use std::sync::Arc;

use axum::extract::ws::WebSocketUpgrade;
use axum::extract::{FromRequestParts, Request};
use axum::response::{IntoResponse, Response};
use http::{StatusCode, header};
use platform_listener::Received;

use crate::answer::Refusal;
use crate::http::{ResponseFormat, client_of, refusal, trace_of};
use crate::shared::Shared;
use crate::websocket::incoming::Arriving;
use crate::websocket::protocol::SUBPROTOCOL;

/// Buffers of one connection. The defaults of the library are sixteen times as large, for each of ten thousand.
const BUFFER_BYTES: usize = 8 * 1024;

pub fn is_upgrade(request: &Request) -> bool {
    request
        .headers()
        .get(header::UPGRADE)
        .is_some_and(|value| value.as_bytes().eq_ignore_ascii_case(b"websocket"))
}

pub async fn upgrade(shared: Arc<Shared>, request: Request) -> Response {
    let trace = trace_of(&request);
    // Browsers let any page open a WebSocket to anywhere; only the Origin tells.
    if !shared.origins.allows_upgrade(request.headers()) {
        let refused = Refusal::new(
            StatusCode::FORBIDDEN,
            "FORBIDDEN_ORIGIN",
            "pages of this origin may not connect; see cors.origins",
        );
        return refusal(shared.traced(refused, &trace), ResponseFormat::Json);
    }
    let (mut parts, _) = request.into_parts();
    let client = client_of(&parts.extensions);
    let upgrade = match WebSocketUpgrade::from_request_parts(&mut parts, &()).await {
        Ok(upgrade) => upgrade,
        Err(rejection) => return rejection.into_response(),
    };
    let room = shared.bodies.room(client.network());
    // Without a listener of ours nothing is known of what has come.
    let received = parts.extensions.get::<Received>().cloned().unwrap_or_default();
    let arriving = Arriving::new(received, room, shared.config.timeouts.body);
    let max = shared.config.max_body_bytes;
    let tracked = shared.clone();
    upgrade
        .protocols([SUBPROTOCOL])
        .read_buffer_size(BUFFER_BYTES)
        .write_buffer_size(BUFFER_BYTES)
        .max_message_size(max)
        .max_frame_size(max)
        .on_upgrade(move |socket| {
            tracked.tasks.track_future(connection::run(socket, arriving, shared, parts.headers, client))
        })
}
