//! What is read of tax zones by those who keep them.

use std::collections::BTreeSet;

use catalog_entities::{tax_class, tax_rate, tax_zone, tax_zone_area, tax_zone_country};
use platform_core::id::TaxZoneId;
use platform_core::page::Page;
use platform_database::{Database, StoreError};
use platform_server::Group;
use sea_orm::sea_query::Query;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Select};

/// The parts of countries that have zones of their own.
pub async fn areas(
    connection: &impl ConnectionTrait,
    countries: &BTreeSet<&str>,
) -> Result<Vec<tax_zone_area::Model>, StoreError> {
    let of_countries = tax_zone_area::Column::Country.is_in(countries.iter().copied());
    Ok(tax_zone_area::Entity::find().filter(of_countries).all(connection).await?)
}

/// Zones in the order of their codes; one more than asked for, to know whether more follow.
pub async fn zones_page(
    database: &Database,
    page: &Page<String>,
) -> Result<Vec<tax_zone::Model>, StoreError> {
    let mut select =
        tax_zone::Entity::find().order_by_asc(tax_zone::Column::Code).limit(page.first.saturating_add(1));
    if let Some(after) = &page.after {
        select = select.filter(tax_zone::Column::Code.gt(after));
    }
    Ok(select.all(database.read()).await?)
}

pub async fn find_zone(
    connection: &impl ConnectionTrait,
    id: TaxZoneId,
) -> Result<Option<tax_zone::Model>, StoreError> {
    Ok(tax_zone::Entity::find_by_id(id).one(connection).await?)
}

/// Zones that cover nothing, in the order of their codes.
pub async fn without_places(connection: &impl ConnectionTrait) -> Result<Vec<tax_zone::Model>, StoreError> {
    let of_countries =
        Query::select().column(tax_zone_country::Column::ZoneId).from(tax_zone_country::Entity).to_owned();
    let of_areas =
        Query::select().column(tax_zone_area::Column::ZoneId).from(tax_zone_area::Entity).to_owned();
    let select = tax_zone::Entity::find()
        .filter(tax_zone::Column::Id.not_in_subquery(of_countries))
        .filter(tax_zone::Column::Id.not_in_subquery(of_areas))
        .order_by_asc(tax_zone::Column::Code);
    Ok(select.all(connection).await?)
}

/// Tax classes in the order of their codes; one more than asked for.
pub async fn classes_page(
    database: &Database,
    page: &Page<String>,
) -> Result<Vec<tax_class::Model>, StoreError> {
    let mut select =
        tax_class::Entity::find().order_by_asc(tax_class::Column::Code).limit(page.first.saturating_add(1));
    if let Some(after) = &page.after {
        select = select.filter(tax_class::Column::Code.gt(after));
    }
    Ok(select.all(database.read()).await?)
}

/// The countries that a zone covers whole.
pub struct CountriesOfZone;

impl Group for CountriesOfZone {
    type Entity = tax_zone_country::Entity;
    type Key = TaxZoneId;
    const OF: tax_zone_country::Column = tax_zone_country::Column::ZoneId;
    const ORDER: Option<tax_zone_country::Column> = Some(tax_zone_country::Column::Country);
}

/// The parts of countries that a zone covers, those of a country beside each other.
pub struct AreasOfZone;

impl Group for AreasOfZone {
    type Entity = tax_zone_area::Entity;
    type Key = TaxZoneId;
    const OF: tax_zone_area::Column = tax_zone_area::Column::ZoneId;

    fn rows() -> Select<tax_zone_area::Entity> {
        tax_zone_area::Entity::find()
            .order_by_asc(tax_zone_area::Column::Country)
            .order_by_asc(tax_zone_area::Column::Kind)
            .order_by_asc(tax_zone_area::Column::Value)
    }
}

/// The rates of a zone, by tax class.
pub struct RatesOfZone;

impl Group for RatesOfZone {
    type Entity = tax_rate::Entity;
    type Key = TaxZoneId;
    const OF: tax_rate::Column = tax_rate::Column::ZoneId;
    const ORDER: Option<tax_rate::Column> = Some(tax_rate::Column::TaxClass);
}
