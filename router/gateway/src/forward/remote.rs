//! A prefix that another server answers.

use std::pin::pin;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use axum::body::{Body, HttpBody as _};
use axum::extract::Request;
use axum::response::Response;
use futures::{StreamExt as _, TryStreamExt as _};
use http::{HeaderValue, StatusCode, header};
use http_body_util::Limited;
use platform_listener::Share;
use reqwest::Url;
use tokio::sync::Notify;

use super::headers::strip_hop_by_hop;
use super::path::is_within;
use super::under_way::UnderWay;
use crate::answer::Refusal;
use crate::config::{ForwardConfig, GatewayConfig};
use crate::edge::ClientAddress;
use crate::error::GatewayError;
use crate::http::{broken, client_of, too_long};

/// How long a connection is kept unused: shorter than servers wait for the next request.
const MAX_IDLE: Duration = Duration::from_secs(8);
/// How many are kept unused for each server.
const IDLE: usize = 16;

/// What all of them ask by. Cloning shares it.
#[derive(Clone)]
pub struct Client {
    http: reqwest::Client,
    pub under_way: UnderWay,
}

impl Client {
    pub fn new() -> Result<Self, GatewayError> {
        let http = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .connect_timeout(Duration::from_secs(3))
            .pool_idle_timeout(MAX_IDLE)
            .pool_max_idle_per_host(IDLE)
            .build()
            .map_err(|error| GatewayError::Config(format!("forward: {error}")))?;
        Ok(Self { http, under_way: UnderWay::new() })
    }
}

#[derive(Clone)]
pub struct Remote {
    pub prefix: String,
    origin: Url,
    max_body_bytes: usize,
    timeout: Duration,
    pub client: Client,
}

impl Remote {
    pub fn new(
        forward: &ForwardConfig,
        config: &GatewayConfig,
        client: &Client,
    ) -> Result<Self, GatewayError> {
        let origin = Url::parse(&forward.url)
            .ok()
            .filter(|url| url.has_host() && url.path() == "/" && url.query().is_none())
            .ok_or_else(|| {
                let url = &forward.url;
                GatewayError::Config(format!("forward: `{url}` is not a server such as http://users:4001"))
            })?;
        Ok(Self {
            prefix: forward.prefix.trim_end_matches('/').to_owned(),
            origin,
            max_body_bytes: forward.max_body_bytes.unwrap_or(config.max_body_bytes),
            timeout: config.timeouts.request,
            client: client.clone(),
        })
    }

    /// Where a request goes; `None` for one that would leave the prefix or the server.
    fn target(&self, request: &http::Uri) -> Option<Url> {
        let path = request.path_and_query()?.as_str();
        let target = Url::parse(&format!("{}{path}", self.origin.as_str().trim_end_matches('/'))).ok()?;
        let stays = target.origin() == self.origin.origin() && is_within(target.path(), &self.prefix);
        stays.then_some(target)
    }

    /// Passes a request on. Its place is held until the last of its answer is on its way. What is wrong with the request
    /// itself is the client's to hear: the service is not said to be away.
    pub async fn forward(&self, request: Request, place: Share) -> Result<Response, Refusal> {
        let (mut parts, body) = request.into_parts();
        let Some(target) = self.target(&parts.uri) else {
            return Err(Refusal::new(StatusCode::BAD_REQUEST, "BAD_USER_INPUT", "the path leads elsewhere"));
        };
        let max = self.max_body_bytes;
        if usize::try_from(body.size_hint().lower()).is_ok_and(|declared| declared > max) {
            return Err(too_long(max));
        }
        let ClientAddress(client) = client_of(&parts.extensions);
        strip_hop_by_hop(&mut parts.headers);
        parts.headers.remove(header::HOST);
        // Our own word about the client, in place of what it or a proxy said.
        if let Ok(address) = HeaderValue::from_str(&client.to_string()) {
            parts.headers.insert("x-forwarded-for", address);
        }
        let fault: Arc<OnceLock<Refusal>> = Arc::default();
        let noted = fault.clone();
        let going_on = Arc::new(Notify::new());
        let passed = going_on.clone();
        let body = Body::new(Limited::new(body, max)).into_data_stream();
        let body = body.inspect_ok(move |_| passed.notify_one()).map_err(move |error| {
            noted.get_or_init(|| broken(&error, max));
            error
        });
        let sending = self
            .client
            .http
            .request(parts.method, target)
            .headers(parts.headers)
            .body(reqwest::Body::wrap_stream(body))
            .send();
        match self.in_time(sending, &going_on).await {
            Some(Ok(answer)) => {
                let mut response = Response::new(Body::empty());
                *response.status_mut() = answer.status();
                *response.headers_mut() = answer.headers().clone();
                strip_hop_by_hop(response.headers_mut());
                *response.body_mut() = Body::from_stream(answer.bytes_stream().map(move |part| {
                    let _held = &place;
                    part
                }));
                Ok(response)
            }
            Some(Err(error)) => Err(fault.get().cloned().unwrap_or_else(|| {
                tracing::warn!(prefix = self.prefix, %error, "a forwarded request got no answer");
                let message = "the service does not answer; try again";
                Refusal::new(StatusCode::BAD_GATEWAY, "UNAVAILABLE", message)
            })),
            None => {
                let message = "the service did not answer in time";
                Err(Refusal::new(StatusCode::GATEWAY_TIMEOUT, "TIMEOUT", message))
            }
        }
    }

    /// The answer, unless it takes too long from when the last of the body was passed on: a large file takes its time, which
    /// the listener limits.
    async fn in_time<T>(&self, answer: impl Future<Output = T>, going_on: &Notify) -> Option<T> {
        let mut answer = pin!(answer);
        loop {
            tokio::select! {
                answer = answer.as_mut() => return Some(answer),
                () = going_on.notified() => {}
                () = tokio::time::sleep(self.timeout) => return None,
            }
        }
    }
}
