//! The tracking link in the schema.

use async_graphql::{Context, InputObject, Object, Result, SimpleObject};
use logistics_entities::shipment::Entity;
use platform_core::id::ShipmentId;
use platform_server::{access, caller, rows};

use super::error::TrackingError;
use crate::access::may_relink;
use crate::app::App;
use crate::shipment::{Shipment, relink};

/// A tracking link to take back.
#[derive(Debug, InputObject)]
struct RevokeTrackingLinkInput {
    /// Of an order of the caller's, or any for staff.
    shipment_id: ShipmentId,
}

/// The old link is good no longer.
#[derive(SimpleObject)]
struct RevokeTrackingLinkPayload {
    /// The shipment, with a fresh `trackingToken`.
    shipment: Shipment,
}

#[derive(Default)]
pub struct TrackingMutation;

#[Object]
impl TrackingMutation {
    /// Takes the tracking link of a shipment back, for its buyer or staff: whoever follows by it hears nothing more, and
    /// `trackingToken` is another.
    #[graphql(directive = access::public::apply())]
    async fn revoke_tracking_link(
        &self,
        ctx: &Context<'_>,
        input: RevokeTrackingLinkInput,
    ) -> Result<Option<RevokeTrackingLinkPayload>> {
        let caller = caller(ctx)?;
        let found = rows(ctx).by_id::<Entity>(input.shipment_id).await?;
        if !found.is_some_and(|shipment| may_relink(caller, &shipment)) {
            return Err(TrackingError::NotFound.into());
        }
        let shipment = relink(ctx.data_unchecked::<App>(), input.shipment_id).await?;
        Ok(Some(RevokeTrackingLinkPayload { shipment: Shipment(shipment) }))
    }
}
