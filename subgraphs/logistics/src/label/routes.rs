//! Where labels are had, by a link that `Shipment.labelUrl` gives.

use axum::Router;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use platform_core::id::ShipmentId;
use platform_server::route_failure;
use serde::Deserialize;

use super::error::LabelError;
use super::link::is_good;
use super::make::{Printed, make};
use crate::app::App;

/// Below it are the routes of logistics for anybody.
pub const PREFIX: &str = "/logistics/";

/// Somebody's address: no cache keeps it.
const NOT_KEPT: HeaderValue = HeaderValue::from_static("private, no-store");
const PDF: HeaderValue = HeaderValue::from_static("application/pdf");
const NOSNIFF: HeaderValue = HeaderValue::from_static("nosniff");
const STALE: &str = "this link is good no longer; ask for `Shipment.labelUrl` again";

/// `GET /logistics/labels/{shipment}`.
pub fn routes(app: &App) -> Router {
    Router::new().route("/logistics/labels/{shipment}", get(label)).with_state(app.clone())
}

#[derive(Deserialize)]
struct Signed {
    expires: i64,
    signature: String,
}

/// 200 with the PDF; 403 for a link that was not made here or is good no longer, 404 where there is nothing to deliver.
async fn label(
    State(app): State<App>,
    Path(shipment): Path<String>,
    signed: Result<Query<Signed>, QueryRejection>,
) -> Response {
    let refused = || (StatusCode::FORBIDDEN, STALE).into_response();
    let (Ok(shipment), Ok(Query(signed))) = (shipment.parse::<ShipmentId>(), signed) else {
        return refused();
    };
    match answer(&app, shipment, &signed).await {
        Ok(Answer::Label(printed)) => pdf(printed),
        Ok(Answer::Refused) => refused(),
        Ok(Answer::Nothing) => StatusCode::NOT_FOUND.into_response(),
        Err(error) => route_failure(&error),
    }
}

enum Answer {
    Label(Printed),
    Refused,
    Nothing,
}

async fn answer(app: &App, shipment: ShipmentId, signed: &Signed) -> Result<Answer, LabelError> {
    if !is_good(app, shipment, signed.expires, &signed.signature) {
        return Ok(Answer::Refused);
    }
    Ok(make(app, shipment).await?.map_or(Answer::Nothing, Answer::Label))
}

fn pdf(printed: Printed) -> Response {
    let headers = [
        (header::CONTENT_TYPE, PDF),
        (header::CACHE_CONTROL, NOT_KEPT),
        (header::X_CONTENT_TYPE_OPTIONS, NOSNIFF),
    ];
    let name = format!("inline; filename=\"{}.pdf\"", printed.tracking_number);
    (headers, [(header::CONTENT_DISPOSITION, name)], printed.bytes).into_response()
}
