//! The zones of countries and of their parts, and which of them an address is in: that of its postal code's longest
//! known beginning, else of its region, else of the region that this one lies in, else of its country.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use catalog_entities::tax_zone_area::Kind;
use platform_commerce::CurrencyCode;
use platform_core::id::TaxZoneId;
use platform_database::StoreError;
use sea_orm::ConnectionTrait;

use super::{Destination, TaxZone, Taxation, store};

/// The zones of one country.
#[derive(Debug, Clone, Default)]
struct Country {
    whole: Option<Arc<TaxZone>>,
    regions: BTreeMap<String, Arc<TaxZone>>,
    postal: BTreeMap<String, Arc<TaxZone>>,
    told: Told,
    /// Codes of the regions that a part with a zone of its own lies in.
    divided: HashSet<&'static str>,
}

/// By what it is told whether an address is in a part with a zone of its own: each zone that has parts here needs one of
/// what it has.
#[derive(Debug, Clone, Copy, Default)]
struct Told {
    by_region: bool,
    by_postal_code: bool,
    by_either: bool,
}

/// How much of a country has a zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Cover {
    Nothing,
    Parts,
    Whole,
}

/// Zones by country.
#[derive(Debug, Clone, Default)]
pub struct TaxTable {
    home_country: String,
    countries: HashMap<String, Country>,
    home_zone: Option<TaxZoneId>,
}

impl TaxTable {
    /// Reads all zones.
    pub async fn load(connection: &impl ConnectionTrait, home_country: &str) -> Result<Self, StoreError> {
        let parts = store::parts(connection).await?;
        let mut zones = HashMap::<TaxZoneId, TaxZone>::new();
        for part in &parts {
            let zone = zones.entry(part.zone_id).or_default();
            zone.prices_include_tax = part.prices_include_tax;
            zone.rates.extend(part.rate.clone());
        }
        let zones: HashMap<TaxZoneId, Arc<TaxZone>> =
            zones.into_iter().map(|(id, zone)| (id, Arc::new(zone))).collect();
        let mut table =
            Self { home_country: home_country.to_owned(), countries: HashMap::new(), home_zone: None };
        for store::Part { country, area, zone_id, .. } in parts {
            let Some(zone) = zones.get(&zone_id).map(Arc::clone) else { continue };
            // What an earlier release stored by a region's name has the code as its key too.
            let area = area.map(|(kind, value)| match kind {
                Kind::Region => (kind, region_key(&country, &value)),
                Kind::Postal => (kind, value),
            });
            let country = table.countries.entry(country).or_default();
            match area {
                None => country.whole = Some(zone),
                Some((Kind::Region, region)) => drop(country.regions.insert(region, zone)),
                Some((Kind::Postal, begin)) => drop(country.postal.insert(begin, zone)),
            }
        }
        for (code, country) in &mut table.countries {
            country.told = country.told();
            let larger = |region: &String| platform_text::part_of(code, &region.to_ascii_uppercase());
            country.divided = country.regions.keys().filter_map(larger).collect();
        }
        let home = table.countries.get(home_country).and_then(Country::representative);
        let is_home = |zone: &Arc<TaxZone>| home.is_some_and(|home| Arc::ptr_eq(home, zone));
        table.home_zone = zones.iter().find(|(_, zone)| is_home(zone)).map(|(id, _)| *id);
        Ok(table)
    }

    /// The zone of the shop's home country; `None` while it has none.
    pub fn home_zone(&self) -> Option<TaxZoneId> {
        self.home_zone
    }

    /// How much of the shop's home country has a zone.
    pub fn home_cover(&self) -> Cover {
        match self.countries.get(&self.home_country) {
            None => Cover::Nothing,
            Some(country) if country.whole.is_none() => Cover::Parts,
            Some(_) => Cover::Whole,
        }
    }

    /// There are zones, and none for the shop's home country.
    pub fn lacks_home(&self) -> bool {
        self.home_zone.is_none() && !self.countries.is_empty()
    }

    /// How prices in `currency` are taxed at `destination`; `None` where no zone covers it, or where none can be told from
    /// what is known of it.
    pub fn taxation(&self, destination: Destination<'_>, currency: CurrencyCode) -> Option<Taxation> {
        let zone = self.countries.get(destination.country)?.zone(destination)?;
        let exempt = destination.vat_id_valid && destination.country != self.home_country;
        Some(Taxation::new(self.home(currency).unwrap_or(zone), zone, exempt))
    }

    /// The zone in whose terms prices in `currency` are entered.
    fn home(&self, currency: CurrencyCode) -> Option<&Arc<TaxZone>> {
        let zone = |country: &str| self.countries.get(country).and_then(Country::representative);
        country_of(&currency).and_then(zone).or_else(|| zone(&self.home_country))
    }
}

impl Country {
    fn zone(&self, destination: Destination<'_>) -> Option<&Arc<TaxZone>> {
        let by_postal_code = || {
            let code = postal_key(destination.postal_code?);
            self.postal.iter().rev().find(|(begin, _)| code.starts_with(begin.as_str())).map(|(_, zone)| zone)
        };
        let by_region = || self.regions.get(&region_key(destination.country, destination.region?));
        let by_larger_region = || {
            let code = platform_text::subdivision(destination.country, destination.region?)?;
            let larger = platform_text::part_of(destination.country, code)?;
            self.regions.get(&platform_text::fold(larger))
        };
        let whole = || self.whole.as_ref().filter(|_| self.is_told(destination));
        // What is shown before anybody says where the goods go.
        let assumed = || self.representative().filter(|_| destination.is_assumed);
        by_postal_code().or_else(by_region).or_else(by_larger_region).or_else(whole).or_else(assumed)
    }

    fn told(&self) -> Told {
        let zones = |parts: &BTreeMap<String, Arc<TaxZone>>| -> HashSet<*const TaxZone> {
            parts.values().map(Arc::as_ptr).collect()
        };
        let (regions, postal) = (zones(&self.regions), zones(&self.postal));
        Told {
            by_region: regions.difference(&postal).next().is_some(),
            by_postal_code: postal.difference(&regions).next().is_some(),
            by_either: regions.intersection(&postal).next().is_some(),
        }
    }

    /// Whether enough is known of a destination. Its region must be one that somebody knows, and none that a part with a zone
    /// lies in: `Calif.` would be the rest of the country, and `Canarias` may be Las Palmas.
    fn is_told(&self, destination: Destination<'_>) -> bool {
        let code_of = |region| platform_text::subdivision(destination.country, region);
        let is_known = |region| code_of(region).is_some_and(|code| !self.divided.contains(code));
        let needs = self.told;
        let has_postal_code = destination.postal_code.is_some();
        let has_region = (needs.by_region || needs.by_either) && destination.region.is_some_and(is_known);
        destination.is_assumed
            || ((has_region || !needs.by_region)
                && (has_postal_code || !needs.by_postal_code)
                && (has_region || has_postal_code || !needs.by_either))
    }

    /// The zone of the whole country, or where only parts of it have zones, the first of those.
    fn representative(&self) -> Option<&Arc<TaxZone>> {
        self.whole.as_ref().or_else(|| self.regions.values().next()).or_else(|| self.postal.values().next())
    }
}

/// The country whose own currency it is: the first two letters of its code, by ISO 4217. For a currency of several
/// countries they are no country's that has a zone.
pub fn country_of(currency: &CurrencyCode) -> Option<&str> {
    currency.as_str().get(..2)
}

/// A region as it is compared: `CA`, `ca`, `US-CA` and `California` are one, and so are the forms of `Île-de-France`.
pub fn region_key(country: &str, text: &str) -> String {
    if let Some(code) = platform_text::subdivision(country, text) {
        return platform_text::fold(code);
    }
    let key = platform_text::fold(text.trim());
    let code = key.strip_prefix(&country.to_ascii_lowercase()).and_then(|rest| rest.strip_prefix('-'));
    code.map(str::to_owned).unwrap_or(key)
}

/// A postal code as it is compared: its letters and digits.
pub fn postal_key(text: &str) -> String {
    platform_text::fold(text).chars().filter(|letter| letter.is_alphanumeric()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn regions_and_postal_codes_have_one_form() {
        for text in ["CA", " ca", "US-CA", "us-ca ", "California"] {
            assert_eq!(region_key("US", text), "ca");
        }
        assert_eq!(region_key("US", "us virgin islands"), "us virgin islands");
        assert_eq!(region_key("FR", "I\u{302}le"), region_key("FR", "Île"));
        assert_eq!(postal_key(" bt1 5GS"), postal_key("BT15GS"));
    }
}
