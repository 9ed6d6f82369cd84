//! Changes the status of a shipment.

use chrono::{DateTime, Utc};
use contracts::logistics::{self as contract, ShipmentStatusChanged};
use logistics_entities::shipment::{Model, Status};
use logistics_entities::tracking_event::{self, Source};
use platform_core::id::UserId;
use platform_database::Transaction;

use super::error::ShipmentError;
use super::status::{Event, apply};
use super::store;
use super::topics::announce;
use crate::app::App;

/// What somebody says of a shipment.
#[derive(Debug, Clone)]
pub struct Report {
    pub event: Event,
    pub source: Source,
    pub actor: Option<UserId>,
    pub place: Option<String>,
    pub note: Option<String>,
    /// When it happened; `None`: now.
    pub at: Option<DateTime<Utc>>,
}

/// What an outside carrier says of a shipment, in its own words.
#[derive(Debug, Clone)]
pub struct CarrierReport {
    /// What that is here; `None` for what nobody here knows.
    pub event: Option<Event>,
    /// The carrier's id of it.
    pub id: String,
    pub code: String,
    pub words: String,
    pub place: Option<String>,
    pub at: DateTime<Utc>,
}

impl Report {
    /// What the shop itself does.
    pub const fn by_shop(event: Event) -> Self {
        Self { event, source: Source::Shop, actor: None, place: None, note: None, at: None }
    }

    /// What a seller says who is `actor`, or whose system it is.
    pub const fn by_seller(event: Event, actor: Option<UserId>) -> Self {
        Self { event, source: Source::Seller, actor, place: None, note: None, at: None }
    }

    /// What the courier says who has it.
    pub const fn by_courier(event: Event, courier: UserId) -> Self {
        Self { event, source: Source::Courier, actor: Some(courier), place: None, note: None, at: None }
    }

    /// Whether it says more than where the shipment stands: that it was seen on its way. What ended, or was tried in vain, is
    /// said once.
    fn tells_more(&self) -> bool {
        let is_scan = matches!(self.event, Event::InTransit | Event::OutForDelivery);
        is_scan && (self.place.is_some() || self.note.is_some())
    }
}

/// Writes down what happened to a shipment that is locked in `tx`. What is reflected already, and says no more than that,
/// changes nothing; a shipment that is seen at another place is another version of the same status.
pub async fn change(
    tx: &Transaction,
    app: &App,
    shipment: Model,
    report: Report,
) -> Result<Model, ShipmentError> {
    let status = apply(shipment.status, report.event)?;
    let is_news = status != shipment.status;
    if !is_news && !report.tells_more() {
        return Ok(shipment);
    }
    let event = tracking_event::Model {
        source: report.source,
        actor_id: report.actor,
        place: report.place,
        note: report.note,
        at: report.at.unwrap_or_else(|| app.now()),
        ..nothing(app, &shipment)
    };
    write(tx, app, shipment, status, event).await
}

/// Writes down what an outside carrier says of a shipment that is locked in `tx`. What cannot happen to it as it stands, and what
/// nobody here knows, leaves its status as it is.
pub async fn note_carrier(
    tx: &Transaction,
    app: &App,
    shipment: Model,
    report: CarrierReport,
) -> Result<Model, ShipmentError> {
    let status = report.event.and_then(|event| apply(shipment.status, event).ok());
    let status = status.unwrap_or(shipment.status);
    let event = tracking_event::Model {
        source: Source::Carrier,
        place: report.place,
        carrier_event_id: Some(report.id),
        carrier_code: Some(report.code),
        carrier_words: Some(report.words),
        at: report.at,
        ..nothing(app, &shipment)
    };
    write(tx, app, shipment, status, event).await
}

/// Something that happens to a shipment now, of which nobody says more.
pub(super) fn nothing(app: &App, shipment: &Model) -> tracking_event::Model {
    let now = app.now();
    tracking_event::Model {
        id: app.next_id(),
        shipment_id: shipment.id,
        version: shipment.version.saturating_add(1),
        status: shipment.status,
        source: Source::Shop,
        actor_id: None,
        place: None,
        note: None,
        carrier_event_id: None,
        carrier_code: None,
        carrier_words: None,
        at: now,
        recorded_at: now,
    }
}

/// The next version of a shipment, with what happened.
async fn write(
    tx: &Transaction,
    app: &App,
    shipment: Model,
    status: Status,
    event: tracking_event::Model,
) -> Result<Model, ShipmentError> {
    let is_news = status != shipment.status;
    let attempts = i32::from(status == Status::Attempted && is_news);
    let row = Model {
        status,
        attempts: shipment.attempts.saturating_add(attempts),
        version: event.version,
        updated_at: event.recorded_at,
        ..shipment
    };
    let event = tracking_event::Model { status, ..event };
    store::update(tx, &row).await?;
    store::insert_event(tx, event).await?;
    if is_news {
        app.outbox.publish(tx, &changed(&row)).await?;
    }
    announce(tx, app, &row);
    Ok(row)
}

/// Writes down what happened to a shipment that is locked in `tx`; `None` where it cannot happen to it as it stands.
pub async fn change_if_possible(
    tx: &Transaction,
    app: &App,
    shipment: Model,
    report: Report,
) -> Result<Option<Model>, ShipmentError> {
    match change(tx, app, shipment, report).await {
        Ok(row) => Ok(Some(row)),
        Err(ShipmentError::Transition(_)) => Ok(None),
        Err(error) => Err(error),
    }
}

/// Gives a shipment that is locked in `tx` to a courier, who has it on a route.
pub async fn give_to_courier(
    tx: &Transaction,
    app: &App,
    shipment: Model,
    courier: UserId,
) -> Result<Model, ShipmentError> {
    touch(tx, app, Model { courier_user_id: Some(courier), ..shipment }).await
}

/// Makes a new version of a shipment that is locked in `tx`, to which nothing happened but that its pieces, its owner or its
/// link are others.
pub async fn touch(tx: &Transaction, app: &App, shipment: Model) -> Result<Model, ShipmentError> {
    let row = Model { version: shipment.version.saturating_add(1), updated_at: app.now(), ..shipment };
    store::update(tx, &row).await?;
    announce(tx, app, &row);
    Ok(row)
}

fn changed(shipment: &Model) -> ShipmentStatusChanged {
    ShipmentStatusChanged {
        shipment_id: shipment.id,
        order_id: shipment.order_id,
        vendor_order_id: shipment.vendor_order_id,
        vendor_id: shipment.vendor_id,
        user_id: shipment.user_id,
        status: published(shipment.status),
        version: shipment.version,
    }
}

/// A status as events say it.
const fn published(status: Status) -> contract::ShipmentStatus {
    match status {
        Status::Created => contract::ShipmentStatus::Created,
        Status::Packed => contract::ShipmentStatus::Packed,
        Status::HandedOver => contract::ShipmentStatus::HandedOver,
        Status::InTransit => contract::ShipmentStatus::InTransit,
        Status::OutForDelivery => contract::ShipmentStatus::OutForDelivery,
        Status::Attempted => contract::ShipmentStatus::Attempted,
        Status::Delivered => contract::ShipmentStatus::Delivered,
        Status::Returned => contract::ShipmentStatus::Returned,
        Status::Lost => contract::ShipmentStatus::Lost,
        Status::Cancelled => contract::ShipmentStatus::Cancelled,
    }
}
