//! What a carrier says of a shipment, by webhook or when it is asked.

use axum::http::HeaderMap;
use chrono::{DateTime, TimeDelta, Utc};
use logistics_entities::carrier_webhook;
use platform_core::id::ShipmentId;
use platform_database::Transaction;

use super::error::BookingError;
use super::follow::follow;
use super::store;
use crate::app::App;
use crate::carrier::{CarrierError, CarrierEvent, CarrierWebhook, WebhookError};
use crate::shipment::{ShipmentError, is_over, lock};

/// How long a carrier is believed to tell by itself what happens, after it did.
const SILENT_FOR: TimeDelta = TimeDelta::hours(2);

/// Why a webhook was not taken.
#[derive(Debug, thiserror::Error)]
pub enum ReceiveError {
    #[error("no carrier is called so")]
    NoCarrier(#[source] CarrierError),
    #[error("the carrier has no parcel of that id from here")]
    NoParcel,
    #[error(transparent)]
    Webhook(#[from] WebhookError),
    #[error(transparent)]
    Booking(#[from] BookingError),
}

/// Takes a webhook of a carrier: once, however often it comes.
#[tracing::instrument(name = "logistics.carrier_webhook", skip_all)]
pub async fn receive(app: &App, carrier: &str, headers: &HeaderMap, body: &[u8]) -> Result<(), ReceiveError> {
    let adapter = app.carriers().get(carrier).map_err(ReceiveError::NoCarrier)?;
    let webhook = adapter.webhook(headers, body, app.now())?;
    let booking = store::find_by_reference(app.database(), carrier, &webhook.reference);
    let booking = booking.await.map_err(BookingError::from)?.ok_or(ReceiveError::NoParcel)?;
    Ok(keep(app, carrier, booking.shipment_id, webhook).await?)
}

async fn keep(
    app: &App,
    carrier: &str,
    shipment: ShipmentId,
    webhook: CarrierWebhook,
) -> Result<(), BookingError> {
    let tx = app.begin().await?;
    let row = carrier_webhook::Model {
        carrier: carrier.to_owned(),
        webhook_id: webhook.id,
        received_at: app.now(),
    };
    if store::insert_webhook(&tx, &row).await? {
        take_in(&tx, app, shipment, webhook.events, app.now() + SILENT_FOR).await?;
    }
    Ok(tx.commit().await?)
}

/// Takes what a carrier answers; it is asked again at `next_at`, unless nothing happens any more.
pub async fn take(
    app: &App,
    shipment: ShipmentId,
    events: Vec<CarrierEvent>,
    next_at: DateTime<Utc>,
) -> Result<(), BookingError> {
    let tx = app.begin().await?;
    take_in(&tx, app, shipment, events, next_at).await?;
    Ok(tx.commit().await?)
}

async fn take_in(
    tx: &Transaction,
    app: &App,
    shipment: ShipmentId,
    events: Vec<CarrierEvent>,
    next_at: DateTime<Utc>,
) -> Result<(), BookingError> {
    let shipment = lock(tx, shipment).await?.ok_or(ShipmentError::NotFound)?;
    let shipment = follow(tx, app, shipment, events).await?;
    let next_at = (!is_over(shipment.status)).then_some(next_at);
    Ok(store::ask_in(tx, shipment.id, next_at).await?)
}
