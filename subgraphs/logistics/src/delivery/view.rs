//! How an order is delivered, as clients see it.

use async_graphql::{Context, Object, Result};
use chrono::{DateTime, Utc};
use logistics_entities::delivery::Model;
use logistics_entities::service::Kind;

use super::error::DeliveryError;
use crate::app::App;
use crate::pick_up::{self, PickUpPoint};
use crate::slot::DeliveryHours;

/// How an order is delivered, as its checkout agreed it.
pub struct OrderDelivery(pub Box<Model>);

/// How an order is delivered, as its checkout agreed it.
#[Object]
impl OrderDelivery {
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
        Some(DeliveryHours { begins, ends })
    }

    /// Whether the buyer has to choose a slot (`chooseDeliverySlot`), or call the order off: the one that was held fell to
    /// others while the payment waited.
    async fn needs_slot(&self) -> bool {
        self.0.needs_slot
    }

    /// Where the buyer fetches it; null where it is brought to the door.
    async fn pick_up_point(&self, ctx: &Context<'_>) -> Result<Option<PickUpPoint>> {
        let Some(id) = self.0.pick_up_point_id else { return Ok(None) };
        let found = pick_up::find(ctx.data_unchecked::<App>().database(), id).await;
        Ok(found.map_err(DeliveryError::from)?.map(PickUpPoint))
    }
}
