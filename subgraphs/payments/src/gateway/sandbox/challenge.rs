//! The page on which a customer passes or fails the sandbox's challenge, as a bank's 3-D Secure page would be.

use axum::Router;
use axum::extract::{Form, Path, State};
use axum::http::{StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;
use serde::Deserialize;

use super::charges::Sandbox;
use crate::gateway::{ChargeState, Gateway};

/// The page has a style of its own, and nothing else.
const POLICY: &str =
    "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'";

/// `GET` and `POST /payments/sandbox/challenge/{reference}`.
pub fn routes(sandbox: Sandbox) -> Router {
    Router::new().route("/payments/sandbox/challenge/{reference}", get(show).post(decide)).with_state(sandbox)
}

#[derive(Deserialize)]
struct Decision {
    approve: bool,
}

async fn show(State(sandbox): State<Sandbox>, Path(reference): Path<String>) -> Response {
    match sandbox.retrieve(&reference).await {
        Ok(charge) => {
            ([(header::CONTENT_SECURITY_POLICY, POLICY)], Html(page(&charge.state))).into_response()
        }
        Err(_) => StatusCode::NOT_FOUND.into_response(),
    }
}

async fn decide(
    State(sandbox): State<Sandbox>,
    Path(reference): Path<String>,
    Form(decision): Form<Decision>,
) -> Response {
    if let Err(error) = sandbox.settle(&reference, decision.approve).await {
        tracing::error!(error = &error as &dyn std::error::Error, "challenge not recorded");
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    }
    show(State(sandbox), Path(reference)).await
}

fn page(state: &ChargeState) -> String {
    let body = match state {
        ChargeState::ActionRequired(_) => {
            "<h1>Confirm your payment</h1><p>This is the sandbox's bank. No money moves.</p>\
             <form method=\"post\"><button name=\"approve\" value=\"true\">Approve</button>\
             <button name=\"approve\" value=\"false\">Decline</button></form>"
        }
        ChargeState::Authorized => "<h1>Approved</h1><p>You can go back to the shop.</p>",
        ChargeState::Pending => "<h1>Under way</h1><p>The bank will tell the shop how it ended.</p>",
        ChargeState::Declined { .. } | ChargeState::Voided => {
            "<h1>Declined</h1><p>You can go back to the shop.</p>"
        }
    };
    format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width\"><title>Sandbox bank</title>\
         <style>body{{font:1rem/1.5 system-ui,sans-serif;max-width:28rem;margin:4rem auto;padding:0 1rem}}\
         button{{font:inherit;padding:.5rem 1.25rem;margin-right:.5rem}}</style></head><body>{body}</body></html>"
    )
}
