//! Deliveries in the internal schema.

use async_graphql::{Context, InputObject, Object, Result, SimpleObject, Union};
use chrono::{DateTime, Utc};
use logistics_entities::delivery::Status;
use platform_commerce::PostalAddress;
use platform_core::id::{OrderId, UserId};

use super::holds::Deliveries;
use super::parcel::Parcel;
use super::plan::{Planned, plan};
use super::stop::{Stopped, stop};
use crate::app::App;

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
    /// When what is limited of it falls free unless it is committed; in the future.
    pub expires_at: DateTime<Utc>,
}

/// A delivery, by its key.
#[derive(Debug, InputObject)]
pub struct DeliveryKeyInput {
    /// The key that it was planned with.
    pub key: String,
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

/// A parcel has left its seller: nothing was changed.
#[derive(Debug, SimpleObject)]
pub struct DeliveryUnderway {
    /// The caller's key.
    pub key: String,
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
}

#[derive(Default)]
pub struct InternalDeliveryQuery;

#[Object(name = "Query")]
impl InternalDeliveryQuery {
    /// The delivery of a key; null if nobody knows the key.
    async fn delivery(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The key that it was planned with.")] key: String,
    ) -> Result<Option<Delivery>> {
        let app = ctx.data_unchecked::<App>();
        let found = platform_holds::find(&Deliveries(app), &key).await.map_err(super::DeliveryError::from)?;
        Ok(found.map(|row| Delivery { key: row.key, status: row.status }))
    }
}

#[derive(Default)]
pub struct InternalDeliveryMutation;

#[Object(name = "Mutation")]
impl InternalDeliveryMutation {
    /// Keeps what is to be delivered of an order. The same key again gives the same answer.
    async fn plan_delivery(&self, ctx: &Context<'_>, input: PlanDeliveryInput) -> Result<PlanDeliveryResult> {
        let key = input.key.clone();
        Ok(match plan(ctx.data_unchecked::<App>(), input).await? {
            Planned::Kept => PlanDeliveryResult::Planned(DeliveryPlanned { key }),
            Planned::Closed => PlanDeliveryResult::Closed(DeliveryClosed { key }),
        })
    }

    /// Stops a delivery whose order is called off or never came about: nothing of it is sent. One of which a parcel has
    /// left its seller goes on as it is. An unknown key is closed.
    async fn stop_delivery(&self, ctx: &Context<'_>, input: DeliveryKeyInput) -> Result<StopDeliveryResult> {
        let key = input.key;
        Ok(match stop(ctx.data_unchecked::<App>(), &key).await? {
            Stopped::Stopped => StopDeliveryResult::Stopped(DeliveryStopped { key }),
            Stopped::Underway => StopDeliveryResult::Underway(DeliveryUnderway { key }),
        })
    }
}
