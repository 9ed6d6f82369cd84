//! How a cart can be delivered, in the internal schema.

use async_graphql::{Context, ID, InputObject, Object, Result, SimpleObject};
use chrono::{DateTime, Utc};
use logistics_entities::service::Kind;
use platform_commerce::{CurrencyCode, Money};
use platform_core::id::{DeliveryServiceId, PickUpPointId, VendorId};

use super::choose::{Choice, Problem, choose};
use super::offer::{Offered, Wanted, offers};
use crate::address::{Address, DeliveryAddressInput};
use crate::app::App;
use crate::coverage::Load;
use crate::slot::SlotError;

/// What one vendor sends.
#[derive(Debug, InputObject)]
pub struct ParcelLoadInput {
    /// Who sends it.
    pub vendor_id: VendorId,
    /// In grams.
    pub grams: i64,
    /// Its goods as entered, before discounts, in minor units.
    pub value_minor: i64,
}

/// What a buyer has chosen.
#[derive(Debug, InputObject)]
pub struct DeliveryChoiceInput {
    /// The service.
    pub service_id: DeliveryServiceId,
    /// The slot; for a service with slots.
    pub slot_id: Option<ID>,
    /// Where the buyer fetches it; for a service that delivers to pick-up points.
    pub pick_up_point_id: Option<PickUpPointId>,
}

/// A cart that shall be delivered.
#[derive(Debug, InputObject)]
pub struct DeliveryOptionsInput {
    /// Where it shall go.
    pub address: DeliveryAddressInput,
    /// In which it is paid.
    pub currency: CurrencyCode,
    /// One for each vendor, at most 200.
    pub parcels: Vec<ParcelLoadInput>,
    /// What was chosen; null for nothing yet.
    pub choice: Option<DeliveryChoiceInput>,
}

/// What a vendor's parcel costs.
#[derive(Debug, SimpleObject)]
pub struct ParcelFee {
    /// Who sends it.
    pub vendor_id: VendorId,
    /// As entered: with or without tax as prices of the currency are.
    pub fee: Money,
}

/// A service that delivers the cart.
#[derive(Debug, SimpleObject)]
pub struct DeliveryOption {
    /// The service.
    pub service_id: DeliveryServiceId,
    /// How it delivers.
    pub kind: Kind,
    /// As buyers read it.
    pub name: String,
    /// The time zone of its days and hours.
    pub time_zone: String,
    /// What each vendor's parcel costs.
    pub fees: Vec<ParcelFee>,
    /// From when on it may arrive; null for slots, which are chosen.
    pub arrives_from: Option<DateTime<Utc>>,
    /// By when it arrives; null for slots, which are chosen.
    pub arrives_by: Option<DateTime<Utc>>,
}

/// How a cart can be delivered.
#[derive(Debug, SimpleObject)]
pub struct DeliveryOptions {
    /// The services that deliver it, in the order in which buyers see them.
    pub options: Vec<DeliveryOption>,
    /// The service that counts: the chosen one, or the first that needs nothing more chosen.
    pub chosen_id: Option<DeliveryServiceId>,
    /// From when on it may arrive by that.
    pub arrives_from: Option<DateTime<Utc>>,
    /// By when it arrives by that.
    pub arrives_by: Option<DateTime<Utc>>,
    /// Why that cannot be had as it stands; null if it can.
    pub problem: Option<Problem>,
}

impl From<Offered> for DeliveryOption {
    fn from(offered: Offered) -> Self {
        let row = &offered.service.row;
        Self {
            service_id: row.id,
            kind: row.kind,
            name: row.name.clone(),
            time_zone: offered.service.time_zone.name().to_owned(),
            fees: offered.fees.into_iter().map(|(vendor_id, fee)| ParcelFee { vendor_id, fee }).collect(),
            arrives_from: offered.arrival.map(|arrival| arrival.from),
            arrives_by: offered.arrival.map(|arrival| arrival.by),
        }
    }
}

#[derive(Default)]
pub struct InternalOptionQuery;

#[Object]
impl InternalOptionQuery {
    /// How a cart can be delivered to an address, and how it is with what was chosen. Nothing is held by it.
    async fn delivery_options(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The cart.")] input: DeliveryOptionsInput,
    ) -> Result<DeliveryOptions> {
        let app = ctx.data_unchecked::<App>();
        let address = Address::try_from(input.address).map_err(SlotError::from)?;
        let load = |parcel: ParcelLoadInput| {
            (parcel.vendor_id, Load { grams: parcel.grams, value_minor: parcel.value_minor })
        };
        let parcels = input.parcels.into_iter().map(load).collect();
        let wanted = Wanted { address, currency: input.currency, parcels };
        let choice = input.choice.map(|choice| Choice {
            service: choice.service_id,
            slot: choice.slot_id.map(|id| id.parse()),
            pick_up_point: choice.pick_up_point_id,
        });
        let offered = offers(app, &wanted).await?;
        let chosen = choose(app, &offered, choice).await?;
        Ok(DeliveryOptions {
            options: offered.into_iter().map(Into::into).collect(),
            chosen_id: chosen.service,
            arrives_from: chosen.arrival.map(|arrival| arrival.from),
            arrives_by: chosen.arrival.map(|arrival| arrival.by),
            problem: chosen.problem,
        })
    }
}
