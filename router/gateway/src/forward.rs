//! Paths that are passed on as they are: webhooks, uploads, key sets. Only the gateway need be public, so it carries
//! them to a service of this process or to another server. Headers by which our own processes know each other are
//! taken out first.

use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::response::Response;
use axum::routing::any;
use http::{Extensions, HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use http_body_util::Limited;
use tower::ServiceExt;

use crate::answer::Refusal;
use crate::config::{ForwardConfig, GatewayConfig};
use crate::edge::{ClientAddress, IDENTITY_PREFIXES};
use crate::error::GatewayError;
use crate::http::{ResponseFormat, client_of, refusal};

/// What belongs to one connection and not to the message.
const HOP_BY_HOP: [HeaderName; 8] = [
    header::CONNECTION,
    HeaderName::from_static("keep-alive"),
    header::PROXY_AUTHENTICATE,
    header::PROXY_AUTHORIZATION,
    header::TE,
    header::TRAILER,
    header::TRANSFER_ENCODING,
    header::UPGRADE,
];

/// The gateway's own paths, which cannot be given away.
const OWN: &[&str] = &["/", "/health", "/api/status", "/metrics", "/assets"];

#[derive(Default)]
pub struct Mounts {
    in_process: Vec<(String, Router)>,
    remote: Vec<Remote>,
}

#[derive(Clone)]
struct Remote {
    prefix: String,
    origin: String,
    max_body_bytes: usize,
    timeout: Duration,
    client: reqwest::Client,
}

impl Mounts {
    pub fn in_process(&mut self, prefix: String, service: Router) {
        self.in_process.push((prefix.trim_end_matches('/').to_owned(), service));
    }

    /// Adds the forwards of the configuration and checks all prefixes.
    pub fn configure(&mut self, config: &GatewayConfig) -> Result<(), GatewayError> {
        if !config.forward.is_empty() {
            let client = reqwest::Client::builder()
                .redirect(reqwest::redirect::Policy::none())
                .connect_timeout(Duration::from_secs(3))
                .build()
                .map_err(|error| GatewayError::Config(format!("forward: {error}")))?;
            let remotes = config.forward.iter().map(|forward| remote(forward, config, &client));
            self.remote = remotes.collect::<Result<_, _>>()?;
        }
        let mut seen: Vec<&str> = vec![config.path.as_str()];
        for prefix in
            self.in_process.iter().map(|(prefix, _)| prefix).chain(self.remote.iter().map(|r| &r.prefix))
        {
            let plain =
                prefix.starts_with('/') && !prefix.ends_with('/') && !prefix.contains(['{', '}', '*', '?']);
            let within = |other: &str| {
                prefix == other || prefix.strip_prefix(other).is_some_and(|rest| rest.starts_with('/'))
            };
            let taken = OWN.contains(&prefix.as_str())
                || OWN.iter().skip(1).any(|own| within(own))
                || seen.iter().any(|other| within(other));
            if !plain || taken {
                return Err(GatewayError::Config(format!(
                    "forward: the prefix `{prefix}` is not a free path such as /webhooks"
                )));
            }
            seen.push(prefix);
        }
        Ok(())
    }

    pub fn routes(&self) -> Router {
        let mut router = Router::new();
        for (prefix, service) in &self.in_process {
            let service = service.clone();
            let handler = any(move |mut request: Request| {
                let service = service.clone();
                async move {
                    strip_identity(request.headers_mut());
                    // The parameters of the route here would count among those of the mounted routes.
                    let client = request.extensions_mut().remove::<ClientAddress>();
                    request.extensions_mut().clear();
                    request.extensions_mut().extend(client.map(only).unwrap_or_default());
                    match service.oneshot(request).await {
                        Ok(response) => response,
                        Err(never) => match never {},
                    }
                }
            });
            router = router.route(prefix, handler.clone()).route(&format!("{prefix}/{{*rest}}"), handler);
        }
        for remote in &self.remote {
            let handler = {
                let remote = remote.clone();
                any(move |request: Request| {
                    let remote = remote.clone();
                    async move { remote.forward(request).await }
                })
            };
            let prefix = &remote.prefix;
            router = router.route(prefix, handler.clone()).route(&format!("{prefix}/{{*rest}}"), handler);
        }
        router
    }
}

fn only(client: ClientAddress) -> Extensions {
    let mut extensions = Extensions::new();
    extensions.insert(client);
    extensions
}

fn remote(
    forward: &ForwardConfig,
    config: &GatewayConfig,
    client: &reqwest::Client,
) -> Result<Remote, GatewayError> {
    let url = reqwest::Url::parse(&forward.url)
        .ok()
        .filter(|url| url.has_host() && url.path() == "/")
        .ok_or_else(|| {
            GatewayError::Config(format!(
                "forward: `{}` is not a server such as http://users:4001",
                forward.url
            ))
        })?;
    Ok(Remote {
        prefix: forward.prefix.trim_end_matches('/').to_owned(),
        origin: url.as_str().trim_end_matches('/').to_owned(),
        max_body_bytes: forward.max_body_bytes.unwrap_or(config.max_body_bytes),
        timeout: config.timeouts.request,
        client: client.clone(),
    })
}

impl Remote {
    async fn forward(&self, request: Request) -> Response {
        let (mut parts, body) = request.into_parts();
        let ClientAddress(client) = client_of(&parts.extensions);
        strip_identity(&mut parts.headers);
        strip_hop_by_hop(&mut parts.headers);
        parts.headers.remove(header::HOST);
        // Our own word about the client, in place of what it or a proxy said.
        if let Ok(address) = HeaderValue::from_str(&client.to_string()) {
            parts.headers.insert("x-forwarded-for", address);
        }
        let path = parts.uri.path_and_query().map_or("/", |path| path.as_str());
        let body = Body::new(Limited::new(body, self.max_body_bytes));
        let sending = self
            .client
            .request(parts.method, format!("{}{path}", self.origin))
            .headers(parts.headers)
            .body(reqwest::Body::wrap_stream(body.into_data_stream()))
            .send();
        match tokio::time::timeout(self.timeout, sending).await {
            Ok(Ok(answer)) => {
                let mut response = Response::new(Body::empty());
                *response.status_mut() = answer.status();
                *response.headers_mut() = answer.headers().clone();
                strip_hop_by_hop(response.headers_mut());
                *response.body_mut() = Body::from_stream(answer.bytes_stream());
                response
            }
            Ok(Err(error)) if error.is_body() => {
                refuse(StatusCode::PAYLOAD_TOO_LARGE, "LIMIT_EXCEEDED", "the body is too large")
            }
            Ok(Err(error)) => {
                tracing::warn!(prefix = self.prefix, %error, "a forwarded request got no answer");
                refuse(StatusCode::BAD_GATEWAY, "UNAVAILABLE", "the service does not answer; try again")
            }
            Err(_) => refuse(StatusCode::GATEWAY_TIMEOUT, "TIMEOUT", "the service did not answer in time"),
        }
    }
}

fn refuse(status: StatusCode, code: &str, message: &str) -> Response {
    refusal(Refusal::new(status, code, message), ResponseFormat::Json)
}

fn strip_hop_by_hop(headers: &mut HeaderMap) {
    for name in &HOP_BY_HOP {
        headers.remove(name);
    }
}

fn strip_identity(headers: &mut HeaderMap) {
    let named: Vec<HeaderName> = headers
        .keys()
        .filter(|name| IDENTITY_PREFIXES.iter().any(|prefix| name.as_str().starts_with(prefix)))
        .cloned()
        .collect();
    for name in named {
        headers.remove(name);
    }
}
