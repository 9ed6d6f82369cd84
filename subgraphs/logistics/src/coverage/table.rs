//! All zones as a process keeps them.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use chrono_tz::Tz;
use logistics_entities::{pick_up_point, service, zone};
use platform_cache::Kept;
use platform_commerce::CurrencyCode;
use platform_core::id::{DeliveryServiceId, DeliveryZoneId};
use platform_database::Database;
use platform_geo::{Area, Areas, Position};
use serde::{Deserialize, Serialize};

use super::error::CoverageError;
use super::rate::Rate;
use super::store;

/// Hours of some days of the week in which a service delivers to so many recipients.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Window {
    /// A bit for each, Monday the lowest.
    pub weekdays: i32,
    /// In minutes of the day.
    pub begins: i32,
    /// In minutes of the day.
    pub ends: i32,
    pub capacity: i64,
}

/// A service with what its documents say.
#[derive(Debug, Clone, PartialEq)]
pub struct Service {
    pub row: service::Model,
    pub time_zone: Tz,
    pub rates: Vec<Rate>,
    pub windows: Vec<Window>,
}

/// A zone that is in use.
#[derive(Debug, Clone, PartialEq)]
pub struct Zone {
    pub row: zone::Model,
    /// Empty for all.
    countries: Vec<String>,
    has_area: bool,
    /// In the order in which buyers see them.
    pub services: Vec<Arc<Service>>,
}

/// The zones that are in use.
#[derive(Debug, Default)]
pub struct ZoneTable {
    /// The ones that count first first.
    zones: Vec<Zone>,
    areas: Areas,
    /// Whose area each of `areas` is.
    zone_of_area: Vec<usize>,
    services: HashMap<DeliveryServiceId, Arc<Service>>,
}

impl Service {
    pub fn read(row: service::Model, time_zone: Tz) -> Result<Self, CoverageError> {
        let rates = serde_json::from_value(row.rates.clone())?;
        let windows = serde_json::from_value(row.windows.clone())?;
        Ok(Self { row, time_zone, rates, windows })
    }

    pub fn rate(&self, currency: CurrencyCode) -> Option<&Rate> {
        self.rates.iter().find(|rate| rate.currency == currency)
    }
}

impl Zone {
    fn has(&self, country: &str) -> bool {
        self.countries.is_empty() || self.countries.iter().any(|code| code == country)
    }
}

impl ZoneTable {
    /// `zones` in the order in which they count, `services` in that in which buyers see them.
    fn new(zones: Vec<zone::Model>, services: Vec<service::Model>) -> Result<Self, CoverageError> {
        let mut table = Self::default();
        let mut areas = Vec::new();
        for row in zones {
            let time_zone: Tz = row.time_zone.parse().map_err(|_| CoverageError::TimeZone)?;
            let own = services.iter().filter(|service| service.zone_id == row.id).cloned();
            let own = own.map(|service| Service::read(service, time_zone).map(Arc::new));
            let own: Vec<Arc<Service>> = own.collect::<Result<_, _>>()?;
            table.services.extend(own.iter().map(|service| (service.row.id, Arc::clone(service))));
            if let Some(geometry) = &row.area {
                areas.push(Area::read(geometry)?);
                table.zone_of_area.push(table.zones.len());
            }
            let countries = serde_json::from_value(row.countries.clone())?;
            table.zones.push(Zone { countries, has_area: row.area.is_some(), services: own, row });
        }
        table.areas = areas.into_iter().collect();
        Ok(table)
    }

    /// The zone of an address: `at` is its place, where somebody knows it.
    pub fn zone_of(&self, country: &str, at: Option<Position>) -> Option<&Zone> {
        let by_country = self.zones.iter().position(|zone| !zone.has_area && zone.has(country));
        let at = at.into_iter().flat_map(|at| self.areas.at(at));
        let by_area = at.filter_map(|area| self.zone_of_area.get(area).copied());
        let by_area = by_area.filter(|zone| self.zones.get(*zone).is_some_and(|zone| zone.has(country)));
        self.zones.get(by_area.chain(by_country).min()?)
    }

    /// Whether a pick-up point is of a zone: an address at its place is in that.
    pub fn has_point(&self, zone: DeliveryZoneId, point: &pick_up_point::Model) -> bool {
        let place = point.latitude.zip(point.longitude);
        let at = place.and_then(|(latitude, longitude)| Position::from_micro(latitude, longitude).ok());
        self.zone_of(&point.country, at).is_some_and(|found| found.row.id == zone)
    }

    /// A service that belongs to a zone in use.
    pub fn service(&self, id: DeliveryServiceId) -> Option<&Arc<Service>> {
        self.services.get(&id)
    }
}

/// Reads the zones, and keeps them for a short while.
pub struct Zones {
    database: Database,
    kept: Kept<ZoneTable>,
}

impl Zones {
    pub fn new(database: Database, ttl: Duration) -> Self {
        Self { database, kept: Kept::new(ttl) }
    }

    pub async fn get(&self) -> Result<Arc<ZoneTable>, CoverageError> {
        self.kept.get(|| self.load()).await
    }

    async fn load(&self) -> Result<ZoneTable, CoverageError> {
        let zones = store::active_zones(&self.database).await?;
        let services = store::services_of(&self.database, zones.iter().map(|zone| zone.id)).await?;
        ZoneTable::new(zones, services)
    }

    /// They were changed here.
    pub fn forget(&self) {
        self.kept.forget();
    }
}
