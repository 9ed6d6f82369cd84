//! Zones in the schema.

use async_graphql::{Context, InputObject, Json, Object, Result, SimpleObject};
use logistics_entities::service::Kind;
use platform_commerce::money::MoneyInput;
use platform_core::id::{DeliveryServiceId, DeliveryZoneId};
use platform_core::page::{Connection, Page};
use platform_identity::Scope;
use platform_server::access;
use serde_json::Value;

use super::set_zone::set_zone;
use super::store;
use super::view::DeliveryZone;
use crate::app::App;
use crate::local_time::Weekday;

#[derive(Default)]
pub struct ZoneQuery;

#[Object]
impl ZoneQuery {
    /// Delivery zones, the newest first.
    #[graphql(directive = access::scope::apply(Scope::ShipmentsManage))]
    async fn delivery_zones(
        &self,
        ctx: &Context<'_>,
        first: Option<i32>,
        after: Option<String>,
    ) -> Result<Option<Connection<DeliveryZone>>> {
        let page = Page::<DeliveryZoneId>::parse(first, after.as_deref())?;
        let found = store::zones_page(ctx.data_unchecked::<App>().database(), &page).await?;
        Ok(Some(page.connection(found, |row| row.id, DeliveryZone)))
    }

    /// The delivery zone with this id; null if there is none.
    #[graphql(directive = access::scope::apply(Scope::ShipmentsManage))]
    async fn delivery_zone(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Of `DeliveryZone.id`.")] id: DeliveryZoneId,
    ) -> Result<Option<DeliveryZone>> {
        let found = store::find_zone(ctx.data_unchecked::<App>().database(), id).await?;
        Ok(found.map(DeliveryZone))
    }
}

/// What a service costs in a currency. Amounts are entered as prices of the currency are, with or without tax, and taxed as the goods
/// in the parcel.
#[derive(Debug, InputObject)]
pub struct DeliveryRateInput {
    /// Of the parcel of one vendor, not negative.
    pub fee: MoneyInput,
    /// For each kilogram that is begun above `includedGrams`, in the fee's currency; nothing unless given.
    pub per_kilogram: Option<MoneyInput>,
    /// Up to which weight a parcel costs the fee alone.
    #[graphql(default)]
    pub included_grams: i32,
    /// From which value of its goods on, before discounts, a parcel is free; in the fee's currency. None is free unless given.
    pub free_from: Option<MoneyInput>,
    /// What is heavier is not delivered by the service; no limit unless given.
    pub max_grams: Option<i32>,
}

/// Hours of some days of the week in which a service delivers to so many recipients.
#[derive(Debug, InputObject)]
pub struct SlotWindowInput {
    /// On which days, at least one.
    pub weekdays: Vec<Weekday>,
    /// As `HH:MM` in the zone's time zone.
    pub begins: String,
    /// As `HH:MM`, after the begin; `24:00` is the end of the day.
    pub ends: String,
    /// To how many orders, at least one.
    pub capacity: i32,
}

/// A service of a zone as it shall be.
#[derive(Debug, InputObject)]
pub struct DeliveryServiceInput {
    /// The service of the zone to change, also one that was left out before; a new one is made unless given.
    pub id: Option<DeliveryServiceId>,
    /// As buyers read it: one line of at most 60 characters.
    pub name: String,
    /// How it delivers.
    pub kind: Kind,
    /// What it costs, once for each currency: in others it is not offered.
    pub rates: Vec<DeliveryRateInput>,
    /// The days of the week on which it delivers.
    #[graphql(
        default_with = "vec![Weekday::Monday, Weekday::Tuesday, Weekday::Wednesday, Weekday::Thursday, Weekday::Friday, Weekday::Saturday]"
    )]
    pub weekdays: Vec<Weekday>,
    /// Until when an order counts for the same day, as `HH:MM` in the zone's time zone. With SAME_DAY the service is not
    /// offered after it.
    #[graphql(default = "24:00")]
    pub cut_off: String,
    /// In how many days of delivery after the one that the order counts for it arrives at the earliest, at most 90.
    #[graphql(default)]
    pub min_days: i32,
    /// In how many at the latest, at most 90.
    #[graphql(default)]
    pub max_days: i32,
    /// The hours that buyers choose among; for SLOT alone, which needs at least one.
    #[graphql(default)]
    pub windows: Vec<SlotWindowInput>,
    /// How many minutes before its begin a slot can be chosen last; at most two weeks.
    #[graphql(default)]
    pub closes_minutes_before: i32,
}

/// A delivery zone as it shall be, with all of its services.
#[derive(Debug, InputObject)]
pub struct SetDeliveryZoneInput {
    /// The zone to change; a new one is made unless given.
    pub id: Option<DeliveryZoneId>,
    /// As staff calls it: one line of at most 100 characters.
    pub name: String,
    /// Of the zones that an address is in the one with the highest priority counts, from -1000 to 1000.
    #[graphql(default)]
    pub priority: i32,
    /// In which its days and hours are, by its name in the time zone database, such as `Europe/Berlin`.
    pub time_zone: String,
    /// The countries that it is in, as ISO 3166-1 alpha-2 in upper case; all unless given.
    #[graphql(default)]
    pub countries: Vec<String>,
    /// A GeoJSON geometry of the type Polygon or MultiPolygon, with holes if need be, of at most 10,000 points: addresses in
    /// it are in the zone. Also as a string that holds it, which counts as one value of the request: a large one has to be. Without
    /// one the zone is known by its countries alone.
    pub area: Option<Json<Value>>,
    /// Whether anything is delivered by it.
    #[graphql(default = true)]
    pub is_active: bool,
    /// In the order in which buyers see them, at most 20. Those that are left out belong to the zone no more.
    pub services: Vec<DeliveryServiceInput>,
}

/// The zone was stored.
#[derive(SimpleObject)]
struct DeliveryZonePayload {
    /// The zone as it is now.
    delivery_zone: DeliveryZone,
}

#[derive(Default)]
pub struct ZoneMutation;

#[Object]
impl ZoneMutation {
    /// Makes a delivery zone, or writes one anew with all of its services. What was ordered before stays as it was agreed.
    #[graphql(directive = access::scope::apply(Scope::ShipmentsManage))]
    async fn set_delivery_zone(
        &self,
        ctx: &Context<'_>,
        input: SetDeliveryZoneInput,
    ) -> Result<Option<DeliveryZonePayload>> {
        let zone = set_zone(ctx.data_unchecked::<App>(), input).await?;
        Ok(Some(DeliveryZonePayload { delivery_zone: DeliveryZone(zone) }))
    }
}
