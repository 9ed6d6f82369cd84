//! A subgraph's own listeners. One is for the installation: GraphQL for the gateway, its internal schema and events for
//! other subgraphs, health and metrics for operators. The other is for what the gateway passes on: the routes that the
//! subgraph adds, and nothing that is not for everybody.

mod belief;
mod events;
mod failure;
mod graphql;
mod health;
mod identity;
mod listen;
mod websocket;
mod wire;

use std::net::{IpAddr, Ipv6Addr};
use std::sync::Arc;
use std::time::Instant;

use axum::Router;
use axum::extract::{DefaultBodyLimit, Request};
use axum::http::header::RETRY_AFTER;
use axum::http::{HeaderValue, StatusCode};
use axum::middleware::{Next, from_fn};
use axum::response::IntoResponse;
use axum::routing::{get, post};
use platform_database::Database;
use platform_events::EventLog;
use platform_identity::InternalKeys;
use platform_listener::{Bodies, Peer, network};
use platform_sagas::Sagas;
use platform_telemetry::Metrics;
use tokio_util::sync::CancellationToken;
use tower_http::catch_panic::CatchPanicLayer;

pub(crate) use belief::{Belief, RemotePeer};
pub(crate) use events::Head;
pub use failure::route_failure;
pub use health::Status;
pub(crate) use listen::listen;

use crate::config::ServerConfig;
use crate::engine::Engine;
use crate::public_routes::PublicRoutes;
use wire::Rejection;

/// Bytes of bodies that public routes hold, those of one address (a router is one) half of it.
const PUBLIC_BODIES: usize = 64 << 20;

/// What the handlers of one subgraph share.
pub(crate) struct Served {
    pub(crate) name: &'static str,
    pub(crate) composed: Arc<Engine>,
    /// Of a subgraph that others ask.
    pub(crate) internal: Option<Arc<Engine>>,
    pub(crate) keys: InternalKeys,
    pub(crate) belief: Belief,
    pub(crate) database: Database,
    pub(crate) log: EventLog,
    pub(crate) sagas: Sagas,
    pub(crate) metrics: Metrics,
    pub(crate) config: ServerConfig,
    pub(crate) started: Instant,
    pub(crate) shutdown: CancellationToken,
}

impl Served {
    /// Refuses JSON that holds more than a request may within its `outer` first levels, before it is parsed.
    fn within_limits(&self, json: &[u8], outer: usize) -> Result<(), Rejection> {
        self.config
            .limits
            .check_input(json, outer)
            .map_err(|limit| Rejection::new(StatusCode::BAD_REQUEST, limit.code(), limit.to_string()))
    }
}

/// What is for the installation alone.
pub(crate) fn private(served: Arc<Served>) -> Router {
    let body_limit = served.config.body_limit;
    let routes = Router::new()
        .route("/graphql", post(graphql::composed).get(websocket::upgrade))
        .route("/internal/graphql", post(graphql::internal))
        .route("/internal/events", post(events::pull).get(events::head))
        .route("/health/live", get(health::live))
        .route("/health/ready", get(health::ready))
        .route("/api/status", get(health::status))
        .route("/metrics", get(health::metrics))
        .with_state(served);
    guarded(routes, body_limit)
}

/// What the gateway passes on.
pub(crate) fn public(served: &Served, routes: PublicRoutes) -> Router {
    guarded(counted(routes).route("/health/live", get(health::live)), served.config.body_limit)
}

/// Both together: where a subgraph has one listener.
pub(crate) fn all(served: Arc<Served>, routes: PublicRoutes) -> Router {
    let body_limit = served.config.body_limit;
    private(served).merge(guarded(counted(routes), body_limit))
}

/// Routes that anybody may send bodies to: those that are not answered yet share a room. Of files that are taken as they
/// come, only that they are open takes room.
fn counted(public: PublicRoutes) -> Router {
    let bodies = Bodies::new(PUBLIC_BODIES, PUBLIC_BODIES / 2);
    let PublicRoutes { routes, takes_files, .. } = public;
    routes.layer(from_fn(move |request: Request, next: Next| {
        let bodies = bodies.clone();
        async move {
            let peer = request.extensions().get::<Peer>().map(|Peer(peer)| network(peer.ip()));
            let client = peer.unwrap_or(IpAddr::V6(Ipv6Addr::UNSPECIFIED));
            let answer = |request| next.run(request);
            let answered = match takes_files {
                true => bodies.passed_on(client, request, answer).await,
                false => bodies.counted(client, request, answer).await,
            };
            answered.unwrap_or_else(|no_room| {
                let code = "OVERLOADED";
                let refused = Rejection::new(StatusCode::SERVICE_UNAVAILABLE, code, no_room.to_string());
                ([(RETRY_AFTER, HeaderValue::from_static("2"))], refused).into_response()
            })
        }
    }))
}

fn guarded(routes: Router, body_limit: usize) -> Router {
    routes.layer(DefaultBodyLimit::max(body_limit)).layer(CatchPanicLayer::new())
}
