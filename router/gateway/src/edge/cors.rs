//! Which other sites may use the endpoint from a browser. One list serves CORS and the Origin check of WebSockets,
//! which browsers do not subject to CORS.

use std::sync::Arc;
use std::time::Duration;

use http::{HeaderMap, HeaderName, HeaderValue, Method, header};
use tower_http::cors::{AllowHeaders, AllowOrigin, CorsLayer};

use crate::config::CorsConfig;

#[derive(Debug, Clone)]
pub struct AllowedOrigins {
    any: bool,
    listed: Arc<[HeaderValue]>,
}

impl AllowedOrigins {
    pub fn new(origins: &[HeaderValue]) -> Self {
        let any = origins.iter().any(|origin| origin == "*");
        Self { any, listed: origins.iter().filter(|origin| *origin != "*").cloned().collect() }
    }

    /// Whether a WebSocket may be opened: by a program (no Origin), by a page of our own host, or by a listed origin.
    pub fn allows_upgrade(&self, headers: &HeaderMap) -> bool {
        let Some(origin) = headers.get(header::ORIGIN) else { return true };
        if self.any || self.listed.contains(origin) {
            return true;
        }
        let authority =
            origin.to_str().ok().and_then(|text| text.split_once("://")).map(|(_, authority)| authority);
        let host = headers.get(header::HOST).and_then(|host| host.to_str().ok());
        matches!((authority, host), (Some(authority), Some(host)) if authority.eq_ignore_ascii_case(host))
    }
}

/// Answers preflights and marks responses. Credentials in cookies are never allowed, so `*` is safe to configure.
pub fn cors_layer(config: &CorsConfig, origins: &AllowedOrigins) -> CorsLayer {
    let allow =
        if origins.any { AllowOrigin::any() } else { AllowOrigin::list(origins.listed.iter().cloned()) };
    CorsLayer::new()
        .allow_origin(allow)
        .allow_methods([Method::GET, Method::POST, Method::PUT, Method::DELETE])
        .allow_headers(AllowHeaders::mirror_request())
        .expose_headers(
            ["retry-after", "ratelimit-limit", "ratelimit-remaining", "operation-cost", "x-request-id"]
                .map(HeaderName::from_static),
        )
        .max_age(Duration::from_secs(config.max_age_s))
}
