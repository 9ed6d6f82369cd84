//! Zones and services as clients see them.

use std::sync::Arc;

use async_graphql::{Context, ID, Json, Object, Result, SimpleObject};
use chrono_tz::Tz;
use logistics_entities::service::Kind;
use logistics_entities::zone;
use platform_commerce::Money;
use platform_server::{cost, rows};
use serde_json::Value;

use super::error::ZoneError;
use super::store::ServicesOf;
use crate::coverage::{CoverageError, Rate, Service, Window};
use crate::local_time::{Weekday, Weekdays, written};

/// A part of the world in which the same services deliver.
pub struct DeliveryZone(pub zone::Model);

/// A part of the world in which the same services deliver. Of the zones that an address is in the one with the highest
/// priority counts.
#[Object]
impl DeliveryZone {
    /// Identifier, by which inputs name the zone.
    async fn id(&self) -> ID {
        self.0.id.to_graphql()
    }

    /// As staff calls it.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// The higher counts first.
    async fn priority(&self) -> i32 {
        self.0.priority
    }

    /// In which its days and hours are, by its name in the time zone database.
    async fn time_zone(&self) -> &str {
        &self.0.time_zone
    }

    /// The countries that it is in, as ISO 3166-1 alpha-2; empty for all.
    #[graphql(directive = cost::list::apply(10))]
    async fn countries(&self) -> Result<Vec<String>> {
        Ok(serde_json::from_value(self.0.countries.clone()).map_err(ZoneError::from)?)
    }

    /// A GeoJSON geometry; null for a zone that is known by its countries alone.
    async fn area(&self) -> Option<Json<Value>> {
        self.0.area.clone().map(Json)
    }

    /// Whether anything is delivered by it.
    async fn is_active(&self) -> bool {
        self.0.is_active
    }

    /// The services that belong to it, in the order in which buyers see them.
    #[graphql(directive = cost::list::apply(5))]
    async fn services(&self, ctx: &Context<'_>) -> Result<Vec<DeliveryService>> {
        let time_zone: Tz = self.0.time_zone.parse().map_err(|_| CoverageError::TimeZone)?;
        let services = rows(ctx).of::<ServicesOf>(self.0.id).await?;
        let read = |row| Service::read(row, time_zone).map(|read| DeliveryService(Arc::new(read)));
        Ok(services.into_iter().map(read).collect::<Result<_, CoverageError>>()?)
    }
}

/// A way in which parcels are delivered in a zone.
pub struct DeliveryService(pub Arc<Service>);

/// A way in which parcels are delivered in a zone.
#[Object]
impl DeliveryService {
    /// Identifier, by which checkouts and inputs name the service.
    async fn id(&self) -> ID {
        self.0.row.id.to_graphql()
    }

    /// As buyers read it.
    async fn name(&self) -> &str {
        &self.0.row.name
    }

    /// How it delivers.
    async fn kind(&self) -> Kind {
        self.0.row.kind
    }

    /// What it costs by currency; in others it is not offered.
    #[graphql(directive = cost::list::apply(5))]
    async fn rates(&self) -> Vec<DeliveryRate> {
        self.0.rates.iter().map(Into::into).collect()
    }

    /// The days of the week on which it delivers.
    #[graphql(directive = cost::list::apply(7))]
    async fn weekdays(&self) -> Vec<Weekday> {
        Weekdays(self.0.row.weekdays).days()
    }

    /// Until when an order counts for the same day, as `HH:MM` in the zone's time zone.
    async fn cut_off(&self) -> String {
        written(self.0.row.cut_off)
    }

    /// In how many days of delivery after the one that the order counts for it arrives at the earliest.
    async fn min_days(&self) -> i32 {
        self.0.row.min_days
    }

    /// In how many at the latest.
    async fn max_days(&self) -> i32 {
        self.0.row.max_days
    }

    /// The hours that buyers choose among; empty for a service without slots.
    #[graphql(directive = cost::list::apply(10))]
    async fn windows(&self) -> Vec<SlotWindow> {
        self.0.windows.iter().map(Into::into).collect()
    }

    /// How many minutes before its begin a slot can be chosen last.
    async fn closes_minutes_before(&self) -> i32 {
        self.0.row.closes_before
    }
}

/// What a service costs in a currency; entered as prices of the currency are, with or without tax.
#[derive(SimpleObject)]
struct DeliveryRate {
    /// Of the parcel of one vendor.
    fee: Money,
    /// For each kilogram that is begun above `includedGrams`.
    per_kilogram: Money,
    /// Up to which weight a parcel costs the fee alone.
    included_grams: i64,
    /// From which value of its goods on, before discounts, a parcel is free; null where none is.
    free_from: Option<Money>,
    /// What is heavier is not delivered by the service; null without a limit.
    max_grams: Option<i64>,
}

impl From<&Rate> for DeliveryRate {
    fn from(rate: &Rate) -> Self {
        let money = |minor| Money::from_minor(minor, rate.currency);
        Self {
            fee: money(rate.fee_minor),
            per_kilogram: money(rate.per_kilogram_minor),
            included_grams: rate.included_grams,
            free_from: rate.free_from_minor.map(money),
            max_grams: rate.max_grams,
        }
    }
}

/// Hours of some days of the week in which a service delivers to so many recipients.
#[derive(SimpleObject)]
struct SlotWindow {
    /// On which days.
    #[graphql(directive = cost::list::apply(7))]
    weekdays: Vec<Weekday>,
    /// As `HH:MM` in the zone's time zone.
    begins: String,
    /// As `HH:MM`; `24:00` is the end of the day.
    ends: String,
    /// To how many orders.
    capacity: i64,
}

impl From<&Window> for SlotWindow {
    fn from(window: &Window) -> Self {
        Self {
            weekdays: Weekdays(window.weekdays).days(),
            begins: written(window.begins),
            ends: written(window.ends),
            capacity: window.capacity,
        }
    }
}
