//! All paths of the gateway, and what every request goes through, outermost first: trace and log, the client's
//! address, panics, security headers, CORS, compression.

use std::sync::Arc;

use axum::Router;
use axum::extract::{Request, State};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::Response;
use axum::routing::{any, get};
use http::StatusCode;
use platform_listener::Peer;
use tower_http::CompressionLevel;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::{DefaultPredicate, NotForContentType, Predicate};
use tower_http::decompression::RequestDecompressionLayer;

use crate::answer::Refusal;
use crate::edge::{cors_layer, security_headers};
use crate::endpoint::endpoint;
use crate::gateway::Gateway;
use crate::http::{ResponseFormat, panicked, refusal};
use crate::request_log::trace_requests;
use crate::shared::Shared;
use crate::{ops, pages};

impl Gateway {
    /// The whole edge as a service, for servers other than [`Gateway::serve`].
    pub fn router(&self) -> Router {
        router(self)
    }
}

fn router(gateway: &Gateway) -> Router {
    let shared = &gateway.shared;
    let graphql =
        Router::new().route(&shared.config.path, any(endpoint)).route_layer(RequestDecompressionLayer::new());
    // Streams are flushed event by event; a compressor would hold them back. Fonts are compressed already.
    let compress = CompressionLayer::new().quality(CompressionLevel::Fastest).compress_when(
        DefaultPredicate::new()
            .and(NotForContentType::const_new("multipart/mixed"))
            .and(NotForContentType::const_new("font/woff")),
    );
    Router::new()
        .merge(graphql)
        .merge(ops::routes())
        .route("/", get(pages::index))
        .route("/assets/{file}", get(pages::asset))
        .fallback(async || {
            refusal(
                Refusal::new(StatusCode::NOT_FOUND, "NOT_FOUND", "there is nothing here"),
                ResponseFormat::Json,
            )
        })
        .with_state(shared.clone())
        .merge(gateway.mounts.routes(shared))
        .layer(compress)
        .layer(cors_layer(&shared.config.cors, &shared.origins))
        .layer(from_fn(security_headers))
        .layer(CatchPanicLayer::custom(panicked))
        .layer(from_fn_with_state(shared.clone(), trace_requests))
        .layer(from_fn_with_state(shared.clone(), find_client))
}

/// Replaces the peer's address by the client's, as far as proxies vouch for it.
async fn find_client(State(shared): State<Arc<Shared>>, mut request: Request, next: Next) -> Response {
    if let Some(Peer(peer)) = request.extensions().get::<Peer>().copied() {
        let client = shared.proxies.client(peer, request.headers());
        request.extensions_mut().insert(client);
    }
    next.run(request).await
}
