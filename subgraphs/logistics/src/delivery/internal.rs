//! Deliveries in the internal schema.

use async_graphql::{Context, InputObject, Object, Result, SimpleObject, Union};
use chrono::{DateTime, Utc};
use logistics_entities::delivery::Status;
use platform_commerce::PostalAddress;
use platform_core::id::{OrderId, OrderLineId, UserId};

use super::confirm_slot::confirm_slot;
use super::error::DeliveryError;
use super::holds::Deliveries;
use super::parcel::Parcel;
use super::plan::{Planned, plan};
use super::service::ChosenServiceInput;
use super::stop::{Stopped, stop};
use crate::app::App;
use crate::shipment::{self, Shipped};

/// What is to be delivered of an order, once it is paid.
#[derive(Debug, InputObject)]
pub struct PlanDeliveryInput {
    /// The caller's idempotency key, unique for ever.
    pub key: String,
    /// The order, of which there is one delivery.
    pub order_id: OrderId,
    /// The number that people read out.
    pub order_number: String,
    /// The buyer; null for a guest.
    pub user_id: Option<UserId>,
    /// The guest who ordered; null for a user.
    pub guest_id: Option<String>,
    /// Where it goes: checked by the caller, and kept as it is.
    pub address: PostalAddress,
    /// 1 to 200, by the vendors' parts of the order and by warehouse.
    pub parcels: Vec<Parcel>,
    /// By which service; null where the checkout does not know.
    pub service: Option<ChosenServiceInput>,
    /// When what is limited of it falls free unless it is committed; in the future.
    pub expires_at: DateTime<Utc>,
}

/// A slot to be made an order's.
#[derive(Debug, InputObject)]
pub struct ConfirmSlotInput {
    /// The key that the delivery was planned with, and its place held.
    pub key: String,
}

/// What became of the slot of an order that is paid.
#[derive(Debug, SimpleObject)]
pub struct SlotConfirmed {
    /// The caller's key.
    pub key: String,
    /// Whether the order has a place in a slot. Where the one that was held fell to others meanwhile, its buyer has to choose
    /// another.
    pub has_place: bool,
}

/// A delivery to be stopped.
#[derive(Debug, InputObject)]
pub struct StopDeliveryInput {
    /// The key that it was planned with.
    pub key: String,
    /// Whether what has not left is called off where something has. Otherwise all goes on as it is then.
    #[graphql(default)]
    pub rest: bool,
}

/// The delivery is kept; there will be shipments once its order is paid.
#[derive(Debug, SimpleObject)]
pub struct DeliveryPlanned {
    /// The caller's key.
    pub key: String,
}

/// The key was closed before: nothing is delivered under it.
#[derive(Debug, SimpleObject)]
pub struct DeliveryClosed {
    /// The caller's key.
    pub key: String,
}

/// Nothing of it is sent, now or later.
#[derive(Debug, SimpleObject)]
pub struct DeliveryStopped {
    /// The caller's key.
    pub key: String,
}

/// A parcel has left its seller. What has not is called off if that was asked for; otherwise nothing was changed.
#[derive(Debug, SimpleObject)]
pub struct DeliveryUnderway {
    /// The caller's key.
    pub key: String,
    /// What has left; told where the rest was to be called off.
    pub shipped: Vec<ShippedPieces>,
}

/// Pieces of a line of the order.
#[derive(Debug, SimpleObject)]
pub struct ShippedPieces {
    /// The line.
    pub line_id: OrderLineId,
    /// How many pieces; a line can be named several times.
    pub quantity: i32,
}

impl From<Shipped> for ShippedPieces {
    fn from(pieces: Shipped) -> Self {
        Self { line_id: pieces.line, quantity: pieces.quantity }
    }
}

/// Outcome of `planDelivery`.
#[derive(Debug, Union)]
pub enum PlanDeliveryResult {
    Planned(DeliveryPlanned),
    Closed(DeliveryClosed),
}

/// Outcome of `stopDelivery`.
#[derive(Debug, Union)]
pub enum StopDeliveryResult {
    Stopped(DeliveryStopped),
    Underway(DeliveryUnderway),
}

/// A delivery as it stands.
#[derive(Debug, SimpleObject)]
pub struct Delivery {
    /// The caller's key.
    pub key: String,
    /// Where it stands.
    pub status: Status,
    /// Whether a parcel of it has left its seller, so that it is not stopped any more.
    pub has_left: bool,
}

#[derive(Default)]
pub struct InternalDeliveryQuery;

#[Object]
impl InternalDeliveryQuery {
    /// The delivery of a key; null if nobody knows the key.
    async fn delivery(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The key that it was planned with.")] key: String,
    ) -> Result<Option<Delivery>> {
        let app = ctx.data_unchecked::<App>();
        let found = platform_holds::find(&Deliveries(app), &key).await.map_err(DeliveryError::from)?;
        let Some(row) = found else { return Ok(None) };
        let has_left = match row.order_id {
            Some(order) => shipment::has_left(app, order).await.map_err(DeliveryError::from)?,
            None => false,
        };
        Ok(Some(Delivery { key: row.key, status: row.status, has_left }))
    }
}

#[derive(Default)]
pub struct InternalDeliveryMutation;

#[Object]
impl InternalDeliveryMutation {
    /// Keeps what is to be delivered of an order. The same key again gives the same answer.
    async fn plan_delivery(&self, ctx: &Context<'_>, input: PlanDeliveryInput) -> Result<PlanDeliveryResult> {
        let key = input.key.clone();
        Ok(match plan(ctx.data_unchecked::<App>(), input).await? {
            Planned::Kept => PlanDeliveryResult::Planned(DeliveryPlanned { key }),
            Planned::Closed => PlanDeliveryResult::Closed(DeliveryClosed { key }),
        })
    }

    /// Makes the place that is held under a key its order's, or another place in the same slot where that has lapsed. The same
    /// key again gives the same answer.
    async fn confirm_slot(&self, ctx: &Context<'_>, input: ConfirmSlotInput) -> Result<SlotConfirmed> {
        let has_place = confirm_slot(ctx.data_unchecked::<App>(), &input.key).await?;
        Ok(SlotConfirmed { key: input.key, has_place })
    }

    /// Stops a delivery whose order is called off, was given back or never came about: nothing of it is sent. One of which a
    /// parcel has left its seller goes on as it is, but for the rest of it where that is asked for. An unknown key is closed.
    async fn stop_delivery(&self, ctx: &Context<'_>, input: StopDeliveryInput) -> Result<StopDeliveryResult> {
        let StopDeliveryInput { key, rest } = input;
        Ok(match stop(ctx.data_unchecked::<App>(), &key, rest).await? {
            Stopped::Stopped => StopDeliveryResult::Stopped(DeliveryStopped { key }),
            Stopped::Underway(pieces) => {
                let shipped = pieces.into_iter().map(Into::into).collect();
                StopDeliveryResult::Underway(DeliveryUnderway { key, shipped })
            }
        })
    }
}
