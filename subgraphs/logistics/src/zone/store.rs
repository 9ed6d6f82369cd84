//! Queries of zones and their services.

use logistics_entities::{service, zone};
use platform_core::id::{DeliveryServiceId, DeliveryZoneId};
use platform_core::page::Page;
use platform_database::{Database, StoreError, Transaction};
use platform_server::Group;
use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, Condition, EntityTrait, IntoActiveModel, PaginatorTrait, QueryFilter,
    QueryOrder, QuerySelect, Select,
};

/// The services that belong to a zone.
pub enum ServicesOf {}

impl Group for ServicesOf {
    type Entity = service::Entity;
    type Key = DeliveryZoneId;

    const OF: service::Column = service::Column::ZoneId;
    const ORDER: Option<service::Column> = Some(service::Column::Position);

    /// One that was taken out of it belongs to it no more.
    fn rows() -> Select<service::Entity> {
        service::Entity::find().filter(service::Column::IsActive.eq(true))
    }
}

/// Zones, the newest first.
pub async fn zones_page(
    database: &Database,
    page: &Page<DeliveryZoneId>,
) -> Result<Vec<zone::Model>, StoreError> {
    let after = Condition::all().add_option(page.after.map(|after| zone::Column::Id.lt(after)));
    let rows = zone::Entity::find().filter(after).order_by_desc(zone::Column::Id);
    Ok(rows.limit(page.first.saturating_add(1)).all(database.replica()).await?)
}

pub async fn find_zone(database: &Database, id: DeliveryZoneId) -> Result<Option<zone::Model>, StoreError> {
    Ok(zone::Entity::find_by_id(id).one(database.read()).await?)
}

pub async fn count_zones(tx: &Transaction) -> Result<u64, StoreError> {
    Ok(zone::Entity::find().count(&**tx).await?)
}

pub async fn lock_zone(tx: &Transaction, id: DeliveryZoneId) -> Result<Option<zone::Model>, StoreError> {
    Ok(zone::Entity::find_by_id(id).lock_exclusive().one(&**tx).await?)
}

/// The services that belong to a zone, or did.
pub async fn services_in(tx: &Transaction, zone: DeliveryZoneId) -> Result<Vec<service::Model>, StoreError> {
    Ok(service::Entity::find().filter(service::Column::ZoneId.eq(zone)).all(&**tx).await?)
}

pub async fn insert_zone(tx: &Transaction, row: &zone::Model) -> Result<(), StoreError> {
    let row = row.clone().into_active_model().reset_all();
    zone::Entity::insert(row).exec_without_returning(&**tx).await?;
    Ok(())
}

pub async fn update_zone(tx: &Transaction, row: &zone::Model) -> Result<(), StoreError> {
    row.clone().into_active_model().reset_all().update(&**tx).await?;
    Ok(())
}

pub async fn insert_service(tx: &Transaction, row: &service::Model) -> Result<(), StoreError> {
    let row = row.clone().into_active_model().reset_all();
    service::Entity::insert(row).exec_without_returning(&**tx).await?;
    Ok(())
}

pub async fn update_service(tx: &Transaction, row: &service::Model) -> Result<(), StoreError> {
    row.clone().into_active_model().reset_all().update(&**tx).await?;
    Ok(())
}

/// A service that belongs to its zone no more.
pub async fn end_service(tx: &Transaction, id: DeliveryServiceId) -> Result<(), StoreError> {
    service::Entity::update_many()
        .col_expr(service::Column::IsActive, Expr::value(false))
        .filter(service::Column::Id.eq(id))
        .exec(&**tx)
        .await?;
    Ok(())
}
