//! By which service an order is delivered, as its checkout agreed it.

use async_graphql::InputObject;
use chrono::{DateTime, Utc};
use logistics_entities::delivery::Model;
use logistics_entities::service::Kind;
use platform_commerce::PostalAddress;
use platform_core::id::{DeliveryServiceId, PickUpPointId};

use super::error::DeliveryError;
use crate::app::App;
use crate::pick_up::{self, PickUpError};
use crate::slot;

/// The service that a buyer has chosen, as the checkout was told of it.
#[derive(Debug, InputObject)]
pub struct ChosenServiceInput {
    /// The service.
    pub id: DeliveryServiceId,
    /// How it delivers. In a slot: the place that is held under the delivery's key.
    pub kind: Kind,
    /// What it was called.
    pub name: String,
    /// The time zone of its days and hours.
    pub time_zone: String,
    /// From when on it may arrive.
    pub arrives_from: Option<DateTime<Utc>>,
    /// By when it arrives.
    pub arrives_by: Option<DateTime<Utc>>,
    /// Where the buyer fetches it.
    pub pick_up_point_id: Option<PickUpPointId>,
}

/// The row of a delivery by a service.
pub async fn by_service(
    app: &App,
    row: Model,
    service: &ChosenServiceInput,
    address: &PostalAddress,
) -> Result<Model, DeliveryError> {
    let row = Model {
        service_id: Some(service.id),
        service_kind: Some(service.kind),
        service_name: Some(service.name.clone()),
        time_zone: Some(service.time_zone.clone()),
        arrives_from: service.arrives_from,
        arrives_by: service.arrives_by,
        ..row
    };
    match (service.kind, service.pick_up_point_id) {
        (Kind::Slot, _) => in_slot(app, row).await,
        (Kind::PickUp, Some(point)) => at_point(app, row, point, address).await,
        (Kind::Standard | Kind::SameDay | Kind::PickUp, _) => Ok(row),
    }
}

async fn in_slot(app: &App, row: Model) -> Result<Model, DeliveryError> {
    let hours = slot::hours_of(app, &row.key).await?;
    Ok(Model {
        slot_key: Some(row.key.clone()),
        slot_begins_at: hours.map(|hours| hours.begins_at),
        slot_ends_at: hours.map(|hours| hours.ends_at),
        ..row
    })
}

/// It goes to the point, in the name of its buyer.
async fn at_point(
    app: &App,
    row: Model,
    id: PickUpPointId,
    address: &PostalAddress,
) -> Result<Model, DeliveryError> {
    let point = pick_up::find(app.database(), id).await?.ok_or(PickUpError::NoPoint)?;
    let place: PostalAddress = serde_json::from_value(point.address)?;
    let address = PostalAddress {
        recipient: address.recipient.clone(),
        company: Some(point.name),
        phone: address.phone.clone(),
        ..place
    };
    Ok(Model {
        address: Some(serde_json::to_value(address)?),
        is_located: point.latitude.is_some(),
        latitude: point.latitude,
        longitude: point.longitude,
        pick_up_point_id: Some(id),
        ..row
    })
}
