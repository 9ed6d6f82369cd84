//! Writes of tax zones. Whoever writes counts up their version first: see [`crate::tax::version`].

use catalog_entities::tax_zone_area::{self, Kind};
use catalog_entities::{tax_class, tax_rate, tax_zone, tax_zone_country};
use platform_core::id::TaxZoneId;
use platform_database::{StoreError, Transaction};
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter};

/// A part of a country as it is stored.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Area {
    pub country: String,
    pub kind: Kind,
    pub value: String,
}

pub async fn id_of_zone(tx: &Transaction, code: &str) -> Result<Option<TaxZoneId>, StoreError> {
    let found = tax_zone::Entity::find().filter(tax_zone::Column::Code.eq(code)).one(&**tx).await?;
    Ok(found.map(|zone| zone.id))
}

/// Writes a zone in place of the one with its id, without its places and rates.
pub async fn replace_zone(tx: &Transaction, zone: tax_zone::Model) -> Result<(), StoreError> {
    let replace = OnConflict::column(tax_zone::Column::Id)
        .update_columns([tax_zone::Column::Name, tax_zone::Column::PricesIncludeTax])
        .to_owned();
    let insert = tax_zone::Entity::insert(zone.into_active_model().reset_all()).on_conflict(replace);
    insert.exec_without_returning(&**tx).await?;
    Ok(())
}

/// Lets a zone cover these places and no others; they leave the zones that they were in.
pub async fn replace_places(
    tx: &Transaction,
    zone_id: TaxZoneId,
    countries: &[String],
    areas: Vec<Area>,
) -> Result<(), StoreError> {
    use {tax_zone_area::Column as Part, tax_zone_country::Column as Country};
    tax_zone_country::Entity::delete_many().filter(Country::ZoneId.eq(zone_id)).exec(&**tx).await?;
    tax_zone_area::Entity::delete_many().filter(Part::ZoneId.eq(zone_id)).exec(&**tx).await?;
    if !countries.is_empty() {
        let rows = countries.iter().map(|country| {
            tax_zone_country::Model { country: country.clone(), zone_id }.into_active_model().reset_all()
        });
        let moves = OnConflict::column(Country::Country).update_column(Country::ZoneId).to_owned();
        let insert = tax_zone_country::Entity::insert_many(rows).on_conflict(moves);
        insert.exec_without_returning(&**tx).await?;
    }
    if !areas.is_empty() {
        let rows = areas.into_iter().map(|Area { country, kind, value }| {
            tax_zone_area::Model { country, kind, value, zone_id }.into_active_model().reset_all()
        });
        let key = [Part::Country, Part::Kind, Part::Value];
        let moves = OnConflict::columns(key).update_column(Part::ZoneId).to_owned();
        let insert = tax_zone_area::Entity::insert_many(rows).on_conflict(moves);
        insert.exec_without_returning(&**tx).await?;
    }
    Ok(())
}

pub async fn forget_area(tx: &Transaction, area: Area) -> Result<(), StoreError> {
    let Area { country, kind, value } = area;
    tax_zone_area::Entity::delete_by_id((country, kind, value)).exec(&**tx).await?;
    Ok(())
}

/// Replaces the rates of a zone, and makes the tax classes that they name.
pub async fn replace_rates(
    tx: &Transaction,
    zone_id: TaxZoneId,
    rates: Vec<tax_rate::Model>,
) -> Result<(), StoreError> {
    tax_rate::Entity::delete_many().filter(tax_rate::Column::ZoneId.eq(zone_id)).exec(&**tx).await?;
    for rate in rates {
        let class = tax_class::Model { code: rate.tax_class.clone(), name: rate.tax_class.clone() };
        let known = OnConflict::column(tax_class::Column::Code).do_nothing().to_owned();
        let insert = tax_class::Entity::insert(class.into_active_model().reset_all()).on_conflict(known);
        insert.exec_without_returning(&**tx).await?;
        rate.into_active_model().reset_all().insert(&**tx).await?;
    }
    Ok(())
}

/// Deletes a zone with its places and rates. The tax classes stay, because products have them.
pub async fn delete_zone(tx: &Transaction, id: TaxZoneId) -> Result<(), StoreError> {
    tax_zone::Entity::delete_by_id(id).exec(&**tx).await?;
    Ok(())
}
