//! Tracking links in the internal schema.

use async_graphql::{Context, Object, Result, SimpleObject};
use logistics_entities::shipment::{Model, Status};
use platform_core::id::{OrderId, ShipmentId};

use super::error::TrackingError;
use crate::app::App;
use crate::shipment;

/// By what a parcel is followed; for its buyer alone.
#[derive(Debug, SimpleObject)]
pub struct TrackingLink {
    /// The parcel.
    pub shipment_id: ShipmentId,
    /// Its tracking number.
    pub number: String,
    /// The token of its link, `/track/<token>`. Not stored, not logged.
    pub token: String,
}

impl From<Model> for TrackingLink {
    fn from(shipment: Model) -> Self {
        Self { shipment_id: shipment.id, number: shipment.tracking_number, token: shipment.tracking_token }
    }
}

#[derive(Default)]
pub struct InternalTrackingQuery;

#[Object]
impl InternalTrackingQuery {
    /// By what the parcels of an order are followed, by their numbers; not those that were called off.
    async fn tracking_links(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The order.")] order_id: OrderId,
    ) -> Result<Vec<TrackingLink>> {
        let found = shipment::of_order(ctx.data_unchecked::<App>().database(), order_id).await;
        let sent =
            found.map_err(TrackingError::from)?.into_iter().filter(|row| row.status != Status::Cancelled);
        Ok(sent.map(Into::into).collect())
    }
}
