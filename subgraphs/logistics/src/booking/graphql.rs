//! Outside carriers in the schema.

use async_graphql::{Context, ID, Object, Result};
use logistics_entities::shipment::Entity;
use platform_core::id::ShipmentId;
use platform_identity::Scope;
use platform_server::{access, caller, cost, rows};

use super::rates::rates;
use super::view::CarrierRate;
use crate::access::has_label;
use crate::app::App;

#[derive(Default)]
pub struct BookingQuery;

#[Object]
impl BookingQuery {
    /// What the outside carriers would bring a shipment for, the cheapest first: `handOverShipment` gives it to one. Empty where none is
    /// set up or goes there; null for who does not pack the shipment, or may not know where it goes.
    #[graphql(directive = access::scope::apply(Scope::ShipmentsPack), directive = cost::list::apply(20))]
    async fn carrier_rates(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Of a vendor that the caller acts for.")] shipment_id: ID,
    ) -> Result<Option<Vec<CarrierRate>>> {
        let Ok(id) = shipment_id.parse::<ShipmentId>() else { return Ok(None) };
        let found = rows(ctx).by_id::<Entity>(id).await?;
        let caller = caller(ctx)?;
        if !found.is_some_and(|shipment| has_label(caller, &shipment)) {
            return Ok(None);
        }
        let offers = rates(ctx.data_unchecked::<App>(), id).await?;
        Ok(Some(offers.into_iter().map(CarrierRate::from).collect()))
    }
}
