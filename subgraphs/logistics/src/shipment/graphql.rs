//! Shipments in the schema.

use async_graphql::{Context, ID, InputObject, Object, Result, SimpleObject, Union};
use logistics_entities::shipment::{Entity, Model};
use platform_core::id::ShipmentId;
use platform_core::page::Connection;
use platform_identity::{Identity, Scope};
use platform_server::{access, caller, rows};

use super::error::ShipmentError;
use super::list::{ShipmentFilter, shipments};
use super::pack::{Changed, hand_over, pack};
use super::split::{Split, SplitShipmentInput, split};
use super::view::Shipment;
use super::{number, store};
use crate::access::{packs_for, sees_all_shipments, sees_shipment};
use crate::app::App;
use crate::booking::{self, Chosen, HandedOver};

#[derive(Default)]
pub struct ShipmentQuery;

#[Object]
impl ShipmentQuery {
    /// A shipment by its id or its tracking number: of an order of the caller's, of a vendor that the caller acts for, or
    /// any for staff; null for strangers.
    #[graphql(directive = access::public::apply())]
    async fn shipment(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Either this or `trackingNumber` is given.")] id: Option<ID>,
        #[graphql(desc = "As in `Shipment.trackingNumber`, however it is typed.")] tracking_number: Option<
            String,
        >,
    ) -> Result<Option<Shipment>> {
        let found = match (id, tracking_number) {
            (Some(id), None) => match id.parse::<ShipmentId>() {
                Ok(id) => rows(ctx).by_id::<Entity>(id).await?,
                Err(_) => None,
            },
            (None, Some(typed)) => match number::parse(&typed) {
                Some(number) => {
                    store::find_by_number(ctx.data_unchecked::<App>().database(), &number).await?
                }
                None => None,
            },
            (Some(_), Some(_)) | (None, None) => return Err(ShipmentError::IdOrNumber.into()),
        };
        Ok(seen(caller(ctx)?, found))
    }

    /// Shipments of all vendors, the newest first, for staff and for partners whose key is made for all vendors. A key
    /// that is bound to vendors asks for `Vendor.shipments`.
    #[graphql(directive = access::scope::apply(Scope::ShipmentsRead))]
    async fn shipments(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "All shipments unless given.")] filter: Option<ShipmentFilter>,
        first: Option<i32>,
        after: Option<String>,
    ) -> Result<Option<Connection<Shipment>>> {
        if !sees_all_shipments(caller(ctx)?) {
            return Err(ShipmentError::BoundToVendors.into());
        }
        shipments(ctx, filter, first, after.as_deref()).await.map(Some)
    }

    #[graphql(entity)]
    async fn find_shipment_by_id(&self, ctx: &Context<'_>, id: ID) -> Result<Option<Shipment>> {
        let Ok(id) = id.parse::<ShipmentId>() else { return Ok(None) };
        Ok(seen(caller(ctx)?, rows(ctx).by_id::<Entity>(id).await?))
    }
}

fn seen(caller: &Identity, found: Option<Model>) -> Option<Shipment> {
    found.filter(|shipment| sees_shipment(caller, shipment)).map(Shipment)
}

/// A shipment that was packed.
#[derive(Debug, InputObject)]
struct PackShipmentInput {
    /// Of a vendor that the caller acts for.
    shipment_id: ShipmentId,
}

/// A shipment that the carrier took.
#[derive(Debug, InputObject)]
struct HandOverShipmentInput {
    /// Of a vendor that the caller acts for.
    shipment_id: ShipmentId,
    /// The outside carrier that brings it; the own couriers do unless given.
    carrier: Option<HandOverToCarrierInput>,
}

/// Which outside carrier brings a shipment, and how: as `carrierRates` lists them.
#[derive(Debug, InputObject)]
struct HandOverToCarrierInput {
    /// Of `CarrierRate.carrier`.
    name: String,
    /// Of `CarrierRate.service`.
    service: String,
}

/// It was written down, now or before.
#[derive(SimpleObject)]
pub struct ShipmentPayload {
    /// The shipment as it is now.
    pub shipment: Shipment,
}

/// The shipment was split.
#[derive(SimpleObject)]
struct SplitShipmentPayload {
    /// What is left of it.
    shipment: Shipment,
    /// The new one, with what was taken out.
    created: Shipment,
}

/// This cannot happen to the shipment as it stands; nothing was changed.
#[derive(SimpleObject)]
pub struct ShipmentStatusRefused {
    /// The shipment as it is.
    pub shipment: Shipment,
}

/// Outcome of `packShipment`.
#[derive(Union)]
enum PackShipmentResult {
    Payload(ShipmentPayload),
    Refused(ShipmentStatusRefused),
}

/// The carrier does not take the shipment; nothing was changed.
#[derive(SimpleObject)]
struct CarrierDeclined {
    /// The shipment as it is.
    shipment: Shipment,
    /// Why, in the carrier's words.
    message: String,
}

/// Outcome of `handOverShipment`.
#[derive(Union)]
enum HandOverShipmentResult {
    Payload(ShipmentPayload),
    Refused(ShipmentStatusRefused),
    Declined(CarrierDeclined),
}

impl From<HandedOver> for HandOverShipmentResult {
    fn from(outcome: HandedOver) -> Self {
        match outcome {
            HandedOver::To(row) => Self::Payload(ShipmentPayload { shipment: Shipment(row) }),
            HandedOver::Refused(row) => Self::Refused(ShipmentStatusRefused { shipment: Shipment(row) }),
            HandedOver::Declined(row, message) => {
                Self::Declined(CarrierDeclined { shipment: Shipment(row), message })
            }
        }
    }
}

/// Outcome of `splitShipment`.
#[derive(Union)]
#[expect(clippy::large_enum_variant, reason = "made once for an answer")]
enum SplitShipmentResult {
    Payload(SplitShipmentPayload),
    Refused(ShipmentStatusRefused),
}

macro_rules! results {
    ($($result:ident),+) => { $(
        impl From<Changed> for $result {
            fn from(changed: Changed) -> Self {
                match changed {
                    Changed::To(row) => Self::Payload(ShipmentPayload { shipment: Shipment(row) }),
                    Changed::Refused(row) => Self::Refused(ShipmentStatusRefused { shipment: Shipment(row) }),
                }
            }
        }
    )+ };
}

results!(PackShipmentResult, HandOverShipmentResult);

#[derive(Default)]
pub struct ShipmentMutation;

#[Object]
impl ShipmentMutation {
    /// A seller has packed a shipment.
    #[graphql(directive = access::scope::apply(Scope::ShipmentsPack))]
    async fn pack_shipment(
        &self,
        ctx: &Context<'_>,
        input: PackShipmentInput,
    ) -> Result<Option<PackShipmentResult>> {
        let caller = for_packing(ctx, input.shipment_id).await?;
        let app = ctx.data_unchecked::<App>();
        Ok(Some(pack(app, input.shipment_id, caller.user).await?.into()))
    }

    /// A seller gives a shipment to the own couriers, or to an outside carrier, of which its label is bought then. From then on
    /// its order cannot be called off. While the outside carrier does not answer it is asked again by itself, and what it answers
    /// counts then.
    #[graphql(directive = access::scope::apply(Scope::ShipmentsPack))]
    async fn hand_over_shipment(
        &self,
        ctx: &Context<'_>,
        input: HandOverShipmentInput,
    ) -> Result<Option<HandOverShipmentResult>> {
        let caller = for_packing(ctx, input.shipment_id).await?;
        let app = ctx.data_unchecked::<App>();
        let Some(HandOverToCarrierInput { name, service }) = input.carrier else {
            return Ok(Some(hand_over(app, input.shipment_id, caller.user).await?.into()));
        };
        let chosen = Chosen { carrier: name, service };
        Ok(Some(booking::hand_over(app, input.shipment_id, chosen, caller.user).await?.into()))
    }

    /// Puts some pieces of a shipment that is not packed into a parcel of their own.
    #[graphql(directive = access::scope::apply(Scope::ShipmentsPack))]
    async fn split_shipment(
        &self,
        ctx: &Context<'_>,
        input: SplitShipmentInput,
    ) -> Result<Option<SplitShipmentResult>> {
        for_packing(ctx, input.shipment_id).await?;
        Ok(Some(match split(ctx.data_unchecked::<App>(), &input).await? {
            Split::Into(rest, made) => SplitShipmentResult::Payload(SplitShipmentPayload {
                shipment: Shipment(rest),
                created: Shipment(made),
            }),
            Split::Refused(row) => {
                SplitShipmentResult::Refused(ShipmentStatusRefused { shipment: Shipment(row) })
            }
        }))
    }
}

/// The caller, who packs this shipment.
async fn for_packing<'a>(ctx: &Context<'a>, id: ShipmentId) -> Result<&'a Identity> {
    let caller = caller(ctx)?;
    let shipment = rows(ctx).by_id::<Entity>(id).await?.ok_or(ShipmentError::NotFound)?;
    // Whose shipments there are is nobody else's business.
    match packs_for(caller, shipment.vendor_id) {
        true => Ok(caller),
        false if sees_shipment(caller, &shipment) => Err(ShipmentError::NotYourVendor.into()),
        false => Err(ShipmentError::NotFound.into()),
    }
}
