//! The sandbox's carrier over HTTP, as docs/carriers.md describes carriers.

use axum::body::Bytes;
use axum::extract::{Path, Query, Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::{delete, get, post};
use axum::{Json, Router};
use platform_server::route_failure;
use serde::Deserialize;
use serde_json::{Value, json};

use super::books::{self, BooksError, Bought, Cancelled};
use super::{SERVICES, store, wire};
use crate::app::App;
use crate::carrier::{SANDBOX_TOKEN, SandboxKeys};
use crate::print::{Label, Recipient};

/// The longest key of an order.
const MAX_KEY: usize = 200;

/// Below `/logistics/sandbox-carrier`, where it is served: for who has its token.
pub fn routes(app: &App) -> Router {
    if !app.config.fulfilment.sandbox_carrier {
        return Router::new();
    }
    let routes = Router::new()
        .route("/rates", post(rates))
        .route("/shipments", post(buy).get(find))
        .route("/shipments/{reference}", delete(cancel))
        .route("/shipments/{reference}/label", get(label))
        .route("/shipments/{reference}/events", get(events))
        .route_layer(from_fn_with_state(app.clone(), admit))
        .with_state(app.clone());
    Router::new().nest("/logistics/sandbox-carrier", routes)
}

/// Lets those in who have the token.
async fn admit(State(app): State<App>, request: Request, next: Next) -> Response {
    match has_token(&app, request.headers()) {
        true => next.run(request).await,
        false => refusal(StatusCode::UNAUTHORIZED, "send the sandbox's token"),
    }
}

fn has_token(app: &App, headers: &HeaderMap) -> bool {
    let said = |name| headers.get(name).and_then(|value| value.to_str().ok());
    let bearer = said(header::AUTHORIZATION).and_then(|value| value.strip_prefix("Bearer "));
    let given = bearer.or_else(|| said(SANDBOX_TOKEN));
    given.is_some_and(|given| SandboxKeys::is_token(&app.url_key, given))
}

fn refusal(status: StatusCode, message: &str) -> Response {
    (status, Json(json!({ "message": message }))).into_response()
}

fn unknown() -> Response {
    refusal(StatusCode::NOT_FOUND, "there is no such parcel")
}

async fn rates() -> Json<Value> {
    Json(json!({ "rates": SERVICES.iter().map(wire::rate).collect::<Vec<_>>() }))
}

async fn buy(State(app): State<App>, headers: HeaderMap, body: Bytes) -> Response {
    let key = headers.get("idempotency-key").and_then(|key| key.to_str().ok());
    let Some(key) = key.filter(|key| (1..=MAX_KEY).contains(&key.len())) else {
        return refusal(StatusCode::BAD_REQUEST, "send an Idempotency-Key of 1 to 200 characters");
    };
    let Ok(order) = serde_json::from_slice(&body) else {
        return refusal(StatusCode::BAD_REQUEST, "this is no order");
    };
    match books::buy(&app, key, &order).await {
        Ok(Bought::Parcel(shown)) => Json(shown).into_response(),
        Ok(Bought::Unknown) => refusal(StatusCode::UNPROCESSABLE_ENTITY, "there is no such service"),
        Err(error) => failed(error),
    }
}

#[derive(Deserialize)]
struct Wanted {
    key: String,
}

async fn find(State(app): State<App>, Query(wanted): Query<Wanted>) -> Response {
    let found = store::find_by_key(app.database().read(), &wanted.key).await;
    match found {
        Ok(found) => {
            let shipments: Vec<Value> = found.iter().filter_map(books::shown).collect();
            Json(json!({ "shipments": shipments })).into_response()
        }
        Err(error) => failed(error.into()),
    }
}

async fn cancel(State(app): State<App>, Path(reference): Path<String>) -> Response {
    match books::cancel(&app, &reference).await {
        Ok(Cancelled::Done) => StatusCode::NO_CONTENT.into_response(),
        Ok(Cancelled::Late) => refusal(StatusCode::CONFLICT, "the parcel is under way"),
        Ok(Cancelled::Unknown) => unknown(),
        Err(error) => failed(error.into()),
    }
}

async fn events(State(app): State<App>, Path(reference): Path<String>) -> Response {
    match store::find(app.database(), &reference).await {
        Ok(Some(row)) => Json(json!({ "events": books::events(&row, app.now()) })).into_response(),
        Ok(None) => unknown(),
        Err(error) => failed(error.into()),
    }
}

async fn label(State(app): State<App>, Path(reference): Path<String>) -> Response {
    match print(&app, &reference).await {
        Ok(Some(pdf)) => ([(header::CONTENT_TYPE, "application/pdf")], pdf).into_response(),
        Ok(None) => unknown(),
        Err(error) => failed(error),
    }
}

async fn print(app: &App, reference: &str) -> Result<Option<Vec<u8>>, BooksError> {
    let found = store::find(app.database(), reference).await?;
    let Some(row) = found.filter(|row| row.cancelled_at.is_none()) else { return Ok(None) };
    let order: wire::Order = serde_json::from_value(row.document)?;
    let label = Label {
        sender: order.sender,
        recipient: Recipient::of(order.recipient),
        order_number: Some(order.reference),
        parcel: 1,
        tracking_number: row.tracking_number,
        link: None,
    };
    Ok(Some(app.printer().print(label).await?))
}

fn failed(error: BooksError) -> Response {
    match error {
        BooksError::Store(error) => route_failure(&error),
        error @ (BooksError::Document(_) | BooksError::Print(_)) => {
            tracing::error!(%error, "the sandbox's carrier failed");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}
