//! What staff does with shipments under way, in the schema.

use async_graphql::{Context, Object, Result, Union};
use platform_identity::Scope;
use platform_server::{access, caller};

use super::record::{RecordShipmentEventInput, record};
use crate::app::App;
use crate::shipment::{Changed, Shipment, ShipmentPayload, ShipmentStatusRefused};

/// Outcome of `recordShipmentEvent`.
#[derive(Union)]
enum RecordShipmentEventResult {
    Payload(ShipmentPayload),
    Refused(ShipmentStatusRefused),
}

impl From<Changed> for RecordShipmentEventResult {
    fn from(changed: Changed) -> Self {
        match changed {
            Changed::To(row) => Self::Payload(ShipmentPayload { shipment: Shipment(row) }),
            Changed::Refused(row) => Self::Refused(ShipmentStatusRefused { shipment: Shipment(row) }),
        }
    }
}

#[derive(Default)]
pub struct DispatchMutation;

#[Object]
impl DispatchMutation {
    /// Staff writes down what happened to a shipment of whichever vendor, on its way or before.
    #[graphql(directive = access::scope::apply(Scope::ShipmentsManage))]
    async fn record_shipment_event(
        &self,
        ctx: &Context<'_>,
        input: RecordShipmentEventInput,
    ) -> Result<Option<RecordShipmentEventResult>> {
        let actor = caller(ctx)?.user;
        Ok(Some(record(ctx.data_unchecked::<App>(), input, actor).await?.into()))
    }
}
