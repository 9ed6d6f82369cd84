//! How an order is delivered, as clients see it.

use async_graphql::{Context, Object, Result};
use chrono::{DateTime, Utc};
use logistics_entities::delivery::Model;
use logistics_entities::pick_up_point;
use logistics_entities::service::Kind;
use platform_commerce::PostalAddress;
use platform_core::id::DeliveryServiceId;
use serde_json::Value;

use super::error::DeliveryError;
use crate::app::App;
use crate::pick_up::{self, PickUpPoint};
use crate::slot::{DeliveryHours, SlotName};

/// How an order is delivered, as its checkout agreed it.
pub struct OrderDelivery(pub Box<Model>);

/// How an order is delivered, as its checkout agreed it.
#[Object]
impl OrderDelivery {
    /// The service, of which another slot can be chosen; null of an order that an earlier release sold.
    async fn service_id(&self) -> Option<DeliveryServiceId> {
        self.0.service_id
    }

    /// How it is delivered; null of an order that an earlier release sold.
    async fn kind(&self) -> Option<Kind> {
        self.0.service_kind
    }

    /// What the service was called; null of an order that an earlier release sold.
    async fn name(&self) -> Option<&str> {
        self.0.service_name.as_deref()
    }

    /// The time zone of its days and hours, by its name in the time zone database.
    async fn time_zone(&self) -> Option<&str> {
        self.0.time_zone.as_deref()
    }

    /// From when on it may arrive, as it was agreed; null where a slot has to be chosen.
    async fn arrives_from(&self) -> Option<DateTime<Utc>> {
        self.0.arrives_from
    }

    /// By when it arrives, as it was agreed; null where a slot has to be chosen.
    async fn arrives_by(&self) -> Option<DateTime<Utc>> {
        self.0.arrives_by
    }

    /// The hours in which it comes; null without a slot.
    async fn slot(&self) -> Option<DeliveryHours> {
        let (begins, ends) = self.0.slot_begins_at.zip(self.0.slot_ends_at)?;
        let id = SlotName { service: self.0.service_id?, begins_at: begins };
        Some(DeliveryHours { id, begins, ends })
    }

    /// Whether the buyer has to choose a slot (`chooseDeliverySlot`), or call the order off: the one that was held fell to
    /// others while the payment waited.
    async fn needs_slot(&self) -> bool {
        self.0.needs_slot
    }

    /// Where the buyer fetches it, at the address that was agreed; null where it is brought to the door.
    async fn pick_up_point(&self, ctx: &Context<'_>) -> Result<Option<PickUpPoint>> {
        let Some(id) = self.0.pick_up_point_id else { return Ok(None) };
        let found = pick_up::find(ctx.data_unchecked::<App>().database(), id).await;
        let Some(point) = found.map_err(DeliveryError::from)? else { return Ok(None) };
        let address = self.0.address.as_ref().map(|agreed| at_point(agreed, &point.name));
        let address = address.transpose().map_err(DeliveryError::from)?;
        Ok(Some(PickUpPoint(pick_up_point::Model { address: address.unwrap_or(point.address), ..point })))
    }
}

/// The address that a parcel goes to, as that of the point.
fn at_point(agreed: &Value, name: &str) -> Result<Value, serde_json::Error> {
    let agreed: PostalAddress = serde_json::from_value(agreed.clone())?;
    serde_json::to_value(PostalAddress { recipient: name.to_owned(), company: None, phone: None, ..agreed })
}
