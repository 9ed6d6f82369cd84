//! Which other sites may use the endpoint from a browser. One list serves CORS and the Origin check of WebSockets,
//! which browsers do not subject to CORS.

use std::sync::Arc;
use std::time::Duration;

use http::uri::Authority;
use http::{HeaderMap, HeaderName, HeaderValue, Method, header};
use tower_http::cors::{AllowHeaders, AllowOrigin, CorsLayer};

use crate::config::CorsConfig;
use crate::error::GatewayError;

/// The configured origins; one that no browser would ever send is refused.
pub fn parse_origins(texts: &[String]) -> Result<Vec<HeaderValue>, GatewayError> {
    let parse = |text: &String| {
        let value = Some(text).filter(|text| *text == "*" || is_origin(text));
        value.and_then(|text| text.parse().ok()).ok_or_else(|| {
            GatewayError::Config(format!(
                "cors.origins: `{text}` is not an origin as browsers send it, such as https://shop.example"
            ))
        })
    };
    texts.iter().map(parse).collect()
}

/// Whether this is a scheme and an authority in lower case, without the port that the scheme has anyway.
fn is_origin(text: &str) -> bool {
    let Some((scheme, authority)) = text.split_once("://") else { return false };
    let is_scheme = scheme.starts_with(|letter: char| letter.is_ascii_lowercase())
        && scheme
            .chars()
            .all(|letter| letter.is_ascii_lowercase() || letter.is_ascii_digit() || "+-.".contains(letter));
    let is_authority = authority.parse::<Authority>().is_ok_and(|parsed| {
        let needless = matches!((scheme, parsed.port_u16()), ("http", Some(80)) | ("https", Some(443)));
        // The parser takes any text for a port.
        let after_host = authority.strip_prefix(parsed.host()).unwrap_or(authority);
        let is_port_whole = after_host.is_empty() || parsed.port_u16().is_some();
        !parsed.host().is_empty() && is_port_whole && !needless
    });
    is_scheme && is_authority && !authority.contains(|letter: char| letter.is_ascii_uppercase())
}

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_that_no_browser_sends_is_refused_by_name() {
        for origin in [
            "*",
            "https://shop.example",
            "http://localhost:3000",
            "https://[::1]:8443",
            "capacitor://localhost",
        ] {
            assert!(parse_origins(&[origin.to_owned()]).is_ok(), "{origin}");
        }
        for wrong in [
            "",
            "shop.example",
            "https://",
            "https://shop.example/",
            "https://shop.example/app",
            "https://Shop.example",
            "https://shop.example:443",
            "https://me@shop.example",
            "https://shop.example:port",
        ] {
            let fault = parse_origins(&[wrong.to_owned()]).unwrap_err().to_string();
            assert!(fault.starts_with("gateway.cors.origins: "), "{wrong}: {fault}");
        }
    }
}
