//! Paths that are passed on as they are: webhooks, uploads, key sets. Only the gateway need be public, so it carries
//! them to a service of this process or to another server.
//!
//! Invariants: nothing leaves its prefix, however its path is written; nothing that says who a client is goes with it;
//! what one address sends is limited, and so is what is under way to other servers.

mod headers;
mod path;
mod remote;
mod under_way;

use std::sync::Arc;

use axum::Router;
use axum::extract::{Request, State};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::Response;
use axum::routing::any;
use http::{Extensions, StatusCode};
use platform_listener::NoRoom;
use tower::ServiceExt;

use crate::answer::Refusal;
use crate::config::GatewayConfig;
use crate::edge::{ClientAddress, QuotaKey, Trace};
use crate::error::GatewayError;
use crate::http::{ResponseFormat, client_of, refusal, trace_of};
use crate::shared::Shared;
use headers::strip_credentials;
use path::is_plain;
pub use path::is_within;
use remote::{Client, Remote};

/// The gateway's own paths, which cannot be given away.
const OWN: &[&str] = &["/", "/health", "/api/status", "/metrics", "/assets"];

/// Refuses a path of the GraphQL endpoint that is none, or that the gateway has for something else.
pub fn check_endpoint(path: &str) -> Result<(), GatewayError> {
    let is_path = is_plain(path)
        && path.len() > 1
        && is_literal(path)
        && !path.contains(['#', '%'])
        && path.chars().all(|letter| letter.is_ascii_graphic());
    if !is_path {
        return Err(GatewayError::Config(format!("path: `{path}` must be a path such as /graphql")));
    }
    if let Some(taken) = OWN.iter().skip(1).find(|own| is_within(path, own)) {
        return Err(GatewayError::Config(format!(
            "path: `{path}` is taken, as all below {taken} is; choose another, such as /graphql"
        )));
    }
    Ok(())
}

/// Whether the routes take a path as it is written: no part of it stands for anything else.
fn is_literal(path: &str) -> bool {
    !path.contains(['{', '}', '*', '?']) && !path.contains("/:")
}

#[derive(Default)]
pub struct Mounts {
    in_process: Vec<Mount>,
    remote: Vec<Remote>,
}

/// A prefix that a service of this process answers.
struct Mount {
    prefix: String,
    service: Router,
    takes: Takes,
}

/// How a service of this process takes the bodies of requests.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Takes {
    /// As a whole: what has come is held until the answer is there.
    Whole,
    /// As they come, passing them on: files that are sent.
    Streams,
}

impl Mounts {
    pub fn in_process(&mut self, prefix: String, service: Router, takes: Takes) {
        let prefix = prefix.trim_end_matches('/').to_owned();
        self.in_process.push(Mount { prefix, service, takes });
    }

    /// Adds the forwards of the configuration and checks all prefixes.
    pub fn configure(&mut self, config: &GatewayConfig) -> Result<(), GatewayError> {
        if !config.forward.is_empty() {
            let client = Client::new()?;
            let remotes = config.forward.iter().map(|forward| Remote::new(forward, config, &client));
            self.remote = remotes.collect::<Result<_, _>>()?;
        }
        let mut seen: Vec<&str> = vec![config.path.as_str()];
        for prefix in
            self.in_process.iter().map(|mount| &mount.prefix).chain(self.remote.iter().map(|r| &r.prefix))
        {
            let plain = prefix.starts_with('/') && !prefix.ends_with('/') && is_literal(prefix);
            let within = |other: &str| is_within(prefix, other);
            let taken = OWN.contains(&prefix.as_str())
                || OWN.iter().skip(1).any(|own| within(own))
                || seen.iter().any(|other| within(other))
                || is_within(&config.path, prefix);
            if !plain || taken {
                return Err(GatewayError::Config(format!(
                    "forward: the prefix `{prefix}` is not a free path such as /webhooks"
                )));
            }
            seen.push(prefix);
        }
        Ok(())
    }

    /// The routes of all prefixes. Whatever comes in by them is looked at first.
    pub fn routes(&self, shared: &Arc<Shared>) -> Router {
        if self.in_process.is_empty() && self.remote.is_empty() {
            return Router::new();
        }
        let mut router = Router::new();
        for Mount { prefix, service, takes } in &self.in_process {
            let (service, shared, takes) = (service.clone(), shared.clone(), *takes);
            let handler = any(move |mut request: Request| {
                let (service, shared) = (service.clone(), shared.clone());
                async move {
                    let network = client_of(request.extensions()).network();
                    let trace = trace_of(&request);
                    // The parameters of the route here would count among those of the mounted routes.
                    let client = request.extensions_mut().remove::<ClientAddress>();
                    request.extensions_mut().clear();
                    request.extensions_mut().extend(client.map(only).unwrap_or_default());
                    let answer = |request: Request| async move {
                        match service.oneshot(request).await {
                            Ok(response) => response,
                            Err(never) => match never {},
                        }
                    };
                    let answered = match takes {
                        Takes::Whole => shared.bodies.counted(network, request, answer).await,
                        Takes::Streams => shared.bodies.passed_on(network, request, answer).await,
                    };
                    answered.unwrap_or_else(|NoRoom| told(&shared, Refusal::too_much_sent(), &trace))
                }
            });
            router = router.route(prefix, handler.clone()).route(&format!("{prefix}/{{*rest}}"), handler);
        }
        for remote in &self.remote {
            let handler = {
                let (remote, shared) = (remote.clone(), shared.clone());
                any(move |request: Request| {
                    let (remote, shared) = (remote.clone(), shared.clone());
                    async move {
                        let trace = trace_of(&request);
                        let passed = async {
                            let network = client_of(request.extensions()).network();
                            // What comes is passed on at once; only being open takes room here.
                            let _room = shared
                                .bodies
                                .open(network, request.headers(), request.body())
                                .map_err(|NoRoom| Refusal::too_much_sent())?;
                            let place = remote.client.under_way.place(network).await?;
                            remote.forward(request, place).await
                        };
                        passed.await.unwrap_or_else(|refused| told(&shared, refused, &trace))
                    }
                })
            };
            let prefix = &remote.prefix;
            router = router.route(prefix, handler.clone()).route(&format!("{prefix}/{{*rest}}"), handler);
        }
        router.route_layer(from_fn_with_state(shared.clone(), admit))
    }
}

/// Lets a request pass whose path leads nowhere else and whose client has not sent too many, without what it says of
/// who it is.
async fn admit(State(shared): State<Arc<Shared>>, mut request: Request, next: Next) -> Response {
    let refused = match is_plain(request.uri().path()) {
        true => {
            let key = QuotaKey::forwarded(client_of(request.extensions()));
            shared.rate_limiter.charge(key, None, 1).err()
        }
        false => Some(Refusal::new(
            StatusCode::BAD_REQUEST,
            "BAD_USER_INPUT",
            "the path has segments of dots, empty segments or encoded separators",
        )),
    };
    if let Some(refused) = refused {
        return told(&shared, refused, &trace_of(&request));
    }
    strip_credentials(request.headers_mut());
    next.run(request).await
}

fn told(shared: &Shared, refused: Refusal, trace: &Trace) -> Response {
    refusal(shared.traced(refused, trace), ResponseFormat::Json)
}

fn only(client: ClientAddress) -> Extensions {
    let mut extensions = Extensions::new();
    extensions.insert(client);
    extensions
}
