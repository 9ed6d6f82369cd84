//! Making a tax zone, or putting another in its place: the countries and parts of countries that are taxed alike, and the
//! rates.

use std::collections::{BTreeSet, HashSet};

use catalog_entities::tax_zone_area::Kind;
use catalog_entities::{tax_rate, tax_zone};
use platform_database::{StoreError, Transaction};
use platform_text::{Country, find_control, has_subdivisions, line, subdivision};

use super::error::ZoneError;
use super::graphql::{SetTaxZoneInput, TaxAreaInput, TaxRateInput};
use super::store::{self, Area};
use crate::app::App;
use crate::changes::Change;
use crate::names::{MAX_NAME, check_code};
use crate::tax::{TaxTable, postal_key, region_key, version};

const MAX_PLACES: usize = 250;
const MAX_RATES: usize = 50;
const MAX_AREA_CHARS: usize = 100;

/// A zone that was stored.
pub struct Stored {
    pub zone: tax_zone::Model,
    /// Zones that it left without a place, as they were.
    pub deleted: Vec<tax_zone::Model>,
}

/// Why nothing was stored.
pub enum NotSet {
    /// Less of the shop's home country would have a zone than before.
    HomeLeftOut(String),
    /// These zones would have no place left.
    Emptied(Vec<tax_zone::Model>),
}

/// Makes or replaces a tax zone. No other one becomes empty by it but such as are deleted, as the input says.
pub async fn set(app: &App, input: SetTaxZoneInput) -> Result<Result<Stored, NotSet>, ZoneError> {
    check_code("code", &input.code)?;
    let areas = check_zone(&input)?;
    let name = line("name", &input.name, MAX_NAME)?;
    let rates = input.rates.into_iter().map(TaxRateInput::check).collect::<Result<Vec<_>, _>>()?;
    let SetTaxZoneInput { code, prices_include_tax, countries, delete_emptied, .. } = input;
    let home_country = app.config.market.home_country.to_string();
    let tx = app.begin().await?;
    version::count_up(&tx).await?;
    let home_cover = TaxTable::load(&*tx, &home_country).await?.home_cover();
    let empty = store::without_places(&*tx).await?;
    let zone_id = store::id_of_zone(&tx, &code).await?.unwrap_or_else(|| app.next_id());
    let zone = tax_zone::Model { id: zone_id, code, name, prices_include_tax };
    store::replace_zone(&tx, zone.clone()).await?;
    forget_other_spellings(&tx, &areas).await?;
    store::replace_places(&tx, zone_id, &countries, areas).await?;
    if TaxTable::load(&*tx, &home_country).await?.home_cover() < home_cover {
        return Ok(Err(NotSet::HomeLeftOut(home_country)));
    }
    let mut emptied = store::without_places(&*tx).await?;
    // An earlier release let zones become empty.
    emptied.retain(|zone| !empty.contains(zone));
    if !delete_emptied && !emptied.is_empty() {
        return Ok(Err(NotSet::Emptied(emptied)));
    }
    for zone in &emptied {
        store::delete_zone(&tx, zone.id).await?;
    }
    let rates = rates.into_iter().map(|TaxRateInput { tax_class, name, rate_ppm }| tax_rate::Model {
        zone_id,
        tax_class,
        name,
        rate_ppm,
    });
    store::replace_rates(&tx, zone_id, rates.collect()).await?;
    app.commit(tx, Change::references()).await?;
    Ok(Ok(Stored { zone, deleted: emptied }))
}

/// Takes regions out of other zones that an earlier release stored by a name of theirs.
async fn forget_other_spellings(tx: &Transaction, areas: &[Area]) -> Result<(), StoreError> {
    let is_new = |stored: &Area| {
        let value = region_key(&stored.country, &stored.value);
        value != stored.value && areas.contains(&Area { value, ..stored.clone() })
    };
    let countries: BTreeSet<&str> = areas.iter().map(|area| area.country.as_str()).collect();
    let stored = store::areas(&**tx, &countries).await?;
    for row in stored.into_iter().filter(|row| row.kind == Kind::Region) {
        let stored = Area { country: row.country, kind: row.kind, value: row.value };
        if is_new(&stored) {
            store::forget_area(tx, stored).await?;
        }
    }
    Ok(())
}

impl TaxRateInput {
    /// The rate with its texts as they are stored.
    fn check(self) -> Result<Self, ZoneError> {
        if !(0..=1_000_000).contains(&self.rate_ppm) {
            return Err(ZoneError::InvalidRates);
        }
        check_code("taxClass", &self.tax_class)?;
        Ok(Self { name: line("rates", &self.name, MAX_NAME)?, ..self })
    }
}

impl TaxAreaInput {
    /// The area as it is stored.
    fn check(&self) -> Result<Area, ZoneError> {
        let country =
            Country::parse("country", &self.country).map_err(|_| ZoneError::InvalidAreas)?.to_string();
        let (kind, value) = match (&self.region, &self.postal_code_prefix) {
            (Some(region), None) => (Kind::Region, region_key(&country, region)),
            (None, Some(prefix)) => (Kind::Postal, postal_key(prefix)),
            _ => return Err(ZoneError::InvalidAreas),
        };
        if value.is_empty() || value.chars().count() > MAX_AREA_CHARS || find_control(&value).is_some() {
            return Err(ZoneError::InvalidAreas);
        }
        // No address could be told to be in it.
        if let Some(region) = &self.region
            && has_subdivisions(&country)
            && subdivision(&country, region).is_none()
        {
            return Err(ZoneError::UnknownRegion { country, region: region.clone() });
        }
        Ok(Area { country, kind, value })
    }
}

/// Checks the places of a zone, and that each class has one rate; returns its areas as they are stored.
fn check_zone(input: &SetTaxZoneInput) -> Result<Vec<Area>, ZoneError> {
    let known = |code: &String| Country::parse("countries", code).is_ok_and(|known| known.as_str() == code);
    let countries: HashSet<&String> = input.countries.iter().collect();
    let places = [input.countries.len(), input.areas.len()];
    if !input.countries.iter().all(known)
        || countries.len() != input.countries.len()
        || places == [0, 0]
        || places.iter().any(|count| *count > MAX_PLACES)
    {
        return Err(ZoneError::InvalidCountries);
    }
    // A region by its name and by its code is one.
    let areas: HashSet<Area> = input.areas.iter().map(TaxAreaInput::check).collect::<Result<_, _>>()?;
    let areas: Vec<Area> = areas.into_iter().collect();
    let classes: HashSet<&str> = input.rates.iter().map(|rate| rate.tax_class.as_str()).collect();
    if classes.len() != input.rates.len() || input.rates.len() > MAX_RATES {
        return Err(ZoneError::InvalidRates);
    }
    Ok(areas)
}
