//! The page on which a customer passes or fails the sandbox's challenge, as a bank's 3-D Secure page would be. It says what
//! became of the payment, and links back to where the shop says by `?return=`: a path of this host, or a page of this
//! machine or host.

use std::sync::Arc;

use axum::Router;
use axum::extract::{Form, Path, Query, State};
use axum::http::{HeaderMap, StatusCode, Uri, header};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;
use platform_server::route_failure;
use serde::Deserialize;

use super::charges::Sandbox;
use crate::gateway::{ChargeState, Gateway, GatewayError};

/// The page has a style of its own, and nothing else.
const POLICY: &str =
    "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'";

/// `GET` and `POST /payments/sandbox/challenge/{reference}`, where it is served.
pub fn routes(sandbox: &Arc<Sandbox>) -> Router {
    if !sandbox.is_served() {
        return Router::new();
    }
    let page = get(show).post(decide);
    Router::new().route("/payments/sandbox/challenge/{reference}", page).with_state(sandbox.clone())
}

#[derive(Deserialize)]
struct Decision {
    approve: bool,
}

/// Where the customer came from.
#[derive(Deserialize)]
struct Origin {
    #[serde(rename = "return")]
    back: Option<String>,
}

async fn show(
    State(sandbox): State<Arc<Sandbox>>,
    Path(reference): Path<String>,
    Query(origin): Query<Origin>,
    headers: HeaderMap,
) -> Response {
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok());
    let back = origin.back.filter(|back| is_ours(back, host));
    match sandbox.retrieve(&reference).await {
        Ok(charge) => {
            let html = page(&charge.state, back.as_deref());
            ([(header::CONTENT_SECURITY_POLICY, POLICY)], Html(html)).into_response()
        }
        Err(error @ GatewayError::Unavailable(_)) => route_failure(&error),
        Err(_) => StatusCode::NOT_FOUND.into_response(),
    }
}

async fn decide(
    State(sandbox): State<Arc<Sandbox>>,
    Path(reference): Path<String>,
    origin: Query<Origin>,
    headers: HeaderMap,
    Form(decision): Form<Decision>,
) -> Response {
    if let Err(error) = sandbox.settle(&reference, decision.approve).await {
        return route_failure(&error);
    }
    show(State(sandbox), Path(reference), origin, headers).await
}

/// Whether a link leads to a page of the host that was asked, or of this machine: nobody is sent to a stranger from here.
fn is_ours(link: &str, host: Option<&str>) -> bool {
    let is_path = link.starts_with('/') && !link.starts_with("//");
    if link.contains(|c: char| c.is_control() || c == '\\') {
        return false;
    }
    let Ok(uri) = link.parse::<Uri>() else { return false };
    match (uri.scheme_str(), uri.authority()) {
        (None, None) => is_path,
        (Some("http" | "https"), Some(authority)) => {
            let own = host.is_some_and(|host| host == authority.as_str());
            let local = matches!(authority.host(), "localhost" | "127.0.0.1" | "[::1]");
            // Nothing but a port stands behind the host, and nobody's name before it.
            let rest = authority.as_str().strip_prefix(authority.host());
            let is_port = |rest: &str| rest.strip_prefix(':').is_some_and(|port| port.parse::<u16>().is_ok());
            own || (local && rest.is_some_and(|rest| rest.is_empty() || is_port(rest)))
        }
        _ => false,
    }
}

fn escaped(text: &str) -> String {
    let signs = [("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ("\"", "&quot;"), ("'", "&#39;")];
    signs.into_iter().fold(text.to_owned(), |text, (sign, code)| text.replace(sign, code))
}

fn page(state: &ChargeState, back: Option<&str>) -> String {
    let body = match state {
        ChargeState::ActionRequired(_) => {
            "<h1>Confirm your payment</h1><p>This is the sandbox's bank. No money moves.</p>\
             <form method=\"post\"><button name=\"approve\" value=\"true\">Approve</button>\
             <button name=\"approve\" value=\"false\">Decline</button></form>"
        }
        ChargeState::Authorized | ChargeState::Captured => {
            "<h1>Approved</h1><p>The shop has been told that you pay.</p>"
        }
        ChargeState::Pending => "<h1>Under way</h1><p>The bank will tell the shop how it ended.</p>",
        ChargeState::Declined { .. } => "<h1>Declined</h1><p>Nothing was charged.</p>",
        ChargeState::Voided => {
            "<h1>No longer needed</h1><p>The order was cancelled, or its time to pay is over. Nothing was charged.</p>"
        }
    };
    let is_open = matches!(state, ChargeState::ActionRequired(_));
    let back = match back {
        Some(back) => format!("<p><a href=\"{}\">Back to the shop</a></p>", escaped(back)),
        None if is_open => String::new(),
        None => "<p>You can close this page and go back to the shop.</p>".to_owned(),
    };
    format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width\"><title>Sandbox bank</title>\
         <style>body{{font:1rem/1.5 system-ui,sans-serif;max-width:28rem;margin:4rem auto;padding:0 1rem}}\
         button{{font:inherit;padding:.5rem 1.25rem;margin-right:.5rem}}</style></head><body>{body}{back}</body></html>"
    )
}
