//! Tax zones as administrators write them: the countries and parts of countries that are taxed alike, and the rates.

use std::collections::HashSet;

use async_graphql::{InputObject, SimpleObject};
use catalog_entities::tax_zone_area::Kind;
use catalog_entities::{tax_class, tax_rate, tax_zone, tax_zone_area, tax_zone_country};
use platform_core::id::TaxZoneId;
use platform_database::Transaction;
use platform_text::{Country, line};
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, ModelTrait, QueryFilter};

use super::{MAX_NAME, StructureError, check_code};
use crate::services::Services;
use crate::tax::{postal_key, region_key};

const MAX_PLACES: usize = 250;
const MAX_RATES: usize = 50;
const MAX_AREA_CHARS: usize = 100;

/// What is owed on one kind of goods in a tax zone.
#[derive(Debug, InputObject)]
pub struct TaxRateInput {
    /// Such as `standard`, which products have unless they say otherwise, or `reduced`; a new one is made. 1 to 40 lower-case
    /// letters, digits, hyphens and underscores.
    pub tax_class: String,
    /// As on an invoice.
    pub name: String,
    /// In millionths: 190000 is 19 %.
    pub rate_ppm: i64,
}

/// A part of a country: either a region or the beginning of postal codes.
#[derive(Debug, InputObject)]
pub struct TaxAreaInput {
    /// ISO 3166-1 alpha-2.
    pub country: String,
    /// A state, province or island by its name or code of ISO 3166-2: `California`, `CA` and `US-CA` are the same. Another
    /// name is compared as it is written. Where a country has regions and no postal codes here, an address must name its
    /// region by ISO 3166-2 or by one of these names.
    pub region: Option<String>,
    /// Such as `35` for the Canary Islands or `BT` for Northern Ireland; letters and digits count.
    pub postal_code_prefix: Option<String>,
}

/// A tax zone to make, or to put in the place of the one with its code: countries, areas and rates. Of an address the
/// longest known beginning of its postal code counts first, then its region, then its country. A zone without rates, or
/// with rates of zero, is a zone where no tax is owed.
#[derive(Debug, InputObject)]
pub struct SetTaxZoneInput {
    /// 1 to 40 lower-case letters, digits, hyphens and underscores, such as `de` or `canary-islands`.
    pub code: String,
    /// For staff, such as `Germany`: one line of at most 100 characters.
    pub name: String,
    /// Whether prices of these places are written with the tax in them.
    pub prices_include_tax: bool,
    /// ISO 3166-1 alpha-2, in upper case. A country moves here from the zone it was in.
    pub countries: Vec<String>,
    /// Parts of countries. A part moves here from the zone it was in.
    #[graphql(default)]
    pub areas: Vec<TaxAreaInput>,
    /// One for each tax class, at most 50. A class without one is not taxed here.
    pub rates: Vec<TaxRateInput>,
}

/// The tax zone was stored.
#[derive(Debug, SimpleObject)]
pub struct SetTaxZonePayload {
    /// The code by which it can be replaced.
    pub code: String,
}

/// An area as it is stored.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Area {
    country: String,
    kind: Kind,
    value: String,
}

impl TaxAreaInput {
    fn check(&self) -> Option<Area> {
        let country = Country::parse("country", &self.country).ok()?.to_string();
        let fits = |value: &String| !value.is_empty() && value.chars().count() <= MAX_AREA_CHARS;
        let (kind, value) = match (&self.region, &self.postal_code_prefix) {
            (Some(region), None) => (Kind::Region, region_key(&country, region)),
            (None, Some(prefix)) => (Kind::Postal, postal_key(prefix)),
            _ => return None,
        };
        let plain = platform_text::find_control(&value).is_none();
        Some(Area { country, kind, value }).filter(|area| fits(&area.value) && plain)
    }
}

/// Checks a zone; returns its areas as they are stored.
pub fn check_zone(input: &SetTaxZoneInput) -> Result<Vec<Area>, StructureError> {
    let known = |code: &String| Country::parse("countries", code).is_ok_and(|known| known.as_str() == code);
    let countries: HashSet<&String> = input.countries.iter().collect();
    let places = [input.countries.len(), input.areas.len()];
    if !input.countries.iter().all(known)
        || countries.len() != input.countries.len()
        || places == [0, 0]
        || places.iter().any(|count| *count > MAX_PLACES)
    {
        return Err(StructureError::InvalidCountries);
    }
    let areas: Option<Vec<Area>> = input.areas.iter().map(TaxAreaInput::check).collect();
    let areas = areas.ok_or(StructureError::InvalidAreas)?;
    // A region by its name and by its code is one.
    let areas: Vec<Area> = areas.into_iter().collect::<HashSet<_>>().into_iter().collect();
    let classes: HashSet<&str> = input.rates.iter().map(|rate| rate.tax_class.as_str()).collect();
    let rates = input.rates.iter().all(|rate| (0..=1_000_000).contains(&rate.rate_ppm));
    if !rates || classes.len() != input.rates.len() || input.rates.len() > MAX_RATES {
        return Err(StructureError::InvalidRates);
    }
    classes.into_iter().try_for_each(|class| check_code("taxClass", class))?;
    line("name", &input.name, MAX_NAME)?;
    input.rates.iter().try_for_each(|rate| line("rates", &rate.name, MAX_NAME).map(drop))?;
    Ok(areas)
}

pub async fn store_zone(
    services: &Services,
    tx: &Transaction,
    input: &SetTaxZoneInput,
    areas: Vec<Area>,
) -> Result<(), StructureError> {
    let known = tax_zone::Entity::find().filter(tax_zone::Column::Code.eq(&input.code)).one(&**tx).await?;
    let id: TaxZoneId = known.map_or_else(|| services.platform.ids.next(), |zone| zone.id);
    let zone = tax_zone::Model {
        id,
        code: input.code.clone(),
        name: input.name.clone(),
        prices_include_tax: input.prices_include_tax,
    };
    let replace = OnConflict::column(tax_zone::Column::Id)
        .update_columns([tax_zone::Column::Name, tax_zone::Column::PricesIncludeTax])
        .to_owned();
    let insert = tax_zone::Entity::insert(zone.into_active_model().reset_all()).on_conflict(replace);
    insert.exec_without_returning(&**tx).await?;
    store_places(tx, id, &input.countries, areas).await?;
    store_rates(tx, id, &input.rates).await
}

async fn store_places(
    tx: &Transaction,
    id: TaxZoneId,
    countries: &[String],
    areas: Vec<Area>,
) -> Result<(), StructureError> {
    use {tax_zone_area::Column as Part, tax_zone_country::Column as Country};
    tax_zone_country::Entity::delete_many().filter(Country::ZoneId.eq(id)).exec(&**tx).await?;
    tax_zone_area::Entity::delete_many().filter(Part::ZoneId.eq(id)).exec(&**tx).await?;
    if !countries.is_empty() {
        let rows = countries.iter().map(|country| {
            let row = tax_zone_country::Model { country: country.clone(), zone_id: id };
            row.into_active_model().reset_all()
        });
        let moves = OnConflict::column(Country::Country).update_column(Country::ZoneId).to_owned();
        let insert = tax_zone_country::Entity::insert_many(rows).on_conflict(moves);
        insert.exec_without_returning(&**tx).await?;
    }
    forget_other_spellings(tx, &areas).await?;
    if !areas.is_empty() {
        let rows = areas.into_iter().map(|Area { country, kind, value }| {
            tax_zone_area::Model { country, kind, value, zone_id: id }.into_active_model().reset_all()
        });
        let key = [Part::Country, Part::Kind, Part::Value];
        let moves = OnConflict::columns(key).update_column(Part::ZoneId).to_owned();
        let insert = tax_zone_area::Entity::insert_many(rows).on_conflict(moves);
        insert.exec_without_returning(&**tx).await?;
    }
    Ok(())
}

/// Takes regions out of other zones that an earlier release stored by a name of theirs.
async fn forget_other_spellings(tx: &Transaction, areas: &[Area]) -> Result<(), StructureError> {
    use tax_zone_area::Column as Part;
    let regions: HashSet<(&str, &str)> = areas
        .iter()
        .filter(|area| area.kind == Kind::Region)
        .map(|area| (area.country.as_str(), area.value.as_str()))
        .collect();
    let countries: HashSet<&str> = regions.iter().map(|(country, _)| *country).collect();
    let stored = tax_zone_area::Entity::find()
        .filter(Part::Kind.eq(Kind::Region))
        .filter(Part::Country.is_in(countries))
        .all(&**tx)
        .await?;
    for row in stored {
        let key = region_key(&row.country, &row.value);
        if key != row.value && regions.contains(&(row.country.as_str(), key.as_str())) {
            row.delete(&**tx).await?;
        }
    }
    Ok(())
}

async fn store_rates(tx: &Transaction, id: TaxZoneId, rates: &[TaxRateInput]) -> Result<(), StructureError> {
    tax_rate::Entity::delete_many().filter(tax_rate::Column::ZoneId.eq(id)).exec(&**tx).await?;
    for rate in rates {
        let class = tax_class::Model { code: rate.tax_class.clone(), name: rate.tax_class.clone() };
        let known = OnConflict::column(tax_class::Column::Code).do_nothing().to_owned();
        let insert = tax_class::Entity::insert(class.into_active_model().reset_all()).on_conflict(known);
        insert.exec_without_returning(&**tx).await?;
        let row = tax_rate::Model {
            zone_id: id,
            tax_class: rate.tax_class.clone(),
            name: rate.name.clone(),
            rate_ppm: rate.rate_ppm,
        };
        row.into_active_model().reset_all().insert(&**tx).await?;
    }
    Ok(())
}
