//! Making a tax zone, or putting another in its place: the countries and parts of countries that are taxed alike, and the
//! rates.

use std::collections::{BTreeSet, HashSet};

use catalog_entities::tax_zone_area::Kind;
use catalog_entities::{tax_rate, tax_zone};
use platform_core::{ApiError, ErrorCode};
use platform_database::{StoreError, Transaction};
use platform_text::{Country, TextError, find_control, has_subdivisions, line, subdivision};

use super::graphql::{SetTaxZoneInput, TaxAreaInput, TaxRateInput};
use super::store::{self, Area};
use super::table::{postal_key, region_key};
use super::version;
use crate::app::App;
use crate::changes::Change;
use crate::names::{MAX_NAME, NameError, check_code};

const MAX_PLACES: usize = 250;
const MAX_RATES: usize = 50;
const MAX_AREA_CHARS: usize = 100;

#[derive(Debug, thiserror::Error)]
pub enum ZoneError {
    #[error(transparent)]
    Name(#[from] NameError),
    #[error(transparent)]
    Text(#[from] TextError),
    #[error("rates are millionths from 0 to 1000000, each tax class once, at most 50")]
    InvalidRates,
    #[error(
        "countries are codes of ISO 3166-1, such as DE, each once; give countries or areas, at most 250 of each"
    )]
    InvalidCountries,
    #[error(
        "an area has a country of ISO 3166-1 and either a region or the beginning of postal codes; each is given once"
    )]
    InvalidAreas,
    #[error("`{region}` is no region of {country}; write its code or name as ISO 3166-2 lists it")]
    UnknownRegion { country: String, region: String },
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl ApiError for ZoneError {
    fn code(&self) -> ErrorCode {
        match self {
            Self::Name(error) => error.code(),
            Self::Text(_)
            | Self::InvalidRates
            | Self::InvalidCountries
            | Self::InvalidAreas
            | Self::UnknownRegion { .. } => ErrorCode::BadUserInput,
            Self::Store(error) => error.code(),
        }
    }

    fn field(&self) -> Option<&str> {
        match self {
            Self::Name(error) => error.field(),
            Self::Text(error) => Some(error.field()),
            Self::InvalidRates => Some("rates"),
            Self::InvalidCountries => Some("countries"),
            Self::InvalidAreas | Self::UnknownRegion { .. } => Some("areas"),
            Self::Store(_) => None,
        }
    }
}

platform_core::api_error!(ZoneError);

/// Makes or replaces a tax zone; returns its code.
pub async fn set_zone(app: &App, input: SetTaxZoneInput) -> Result<String, ZoneError> {
    check_code("code", &input.code)?;
    let areas = check_zone(&input)?;
    let SetTaxZoneInput { code, name, prices_include_tax, countries, rates, .. } = input;
    let tx = app.begin().await?;
    let zone_id = store::id_of_zone(&tx, &code).await?.unwrap_or_else(|| app.next_id());
    let zone = tax_zone::Model { id: zone_id, code: code.clone(), name, prices_include_tax };
    store::replace_zone(&tx, zone).await?;
    forget_other_spellings(&tx, &areas).await?;
    store::replace_places(&tx, zone_id, &countries, areas).await?;
    let rates = rates.into_iter().map(|TaxRateInput { tax_class, name, rate_ppm }| tax_rate::Model {
        zone_id,
        tax_class,
        name,
        rate_ppm,
    });
    store::replace_rates(&tx, zone_id, rates.collect()).await?;
    version::count_up(&tx).await?;
    app.commit(tx, Change::references()).await?;
    Ok(code)
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

/// Checks a zone; returns its areas as they are stored.
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
    let rates = input.rates.iter().all(|rate| (0..=1_000_000).contains(&rate.rate_ppm));
    if !rates || classes.len() != input.rates.len() || input.rates.len() > MAX_RATES {
        return Err(ZoneError::InvalidRates);
    }
    classes.into_iter().try_for_each(|class| check_code("taxClass", class))?;
    line("name", &input.name, MAX_NAME)?;
    input.rates.iter().try_for_each(|rate| line("rates", &rate.name, MAX_NAME).map(drop))?;
    Ok(areas)
}
