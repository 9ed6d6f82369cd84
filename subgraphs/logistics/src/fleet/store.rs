//! Queries of depots and couriers.

use chrono::{DateTime, Utc};
use logistics_entities::{CourierId, DepotId, courier, depot};
use platform_core::id::UserId;
use platform_core::page::Page;
use platform_database::{Database, StoreError, Transaction};
use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, Condition, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder,
    QuerySelect,
};

/// The most depots, and the most couriers of whom a plan takes those who are free.
const MAX_FLEET: u64 = 500;

/// Couriers for whom routes are planned, by their ids.
pub async fn active_couriers(database: &Database) -> Result<Vec<courier::Model>, StoreError> {
    let active = courier::Entity::find().filter(courier::Column::IsActive.eq(true));
    Ok(active.order_by_asc(courier::Column::Id).limit(MAX_FLEET).all(database.read()).await?)
}

/// Depots of these ids.
pub async fn depots_of(database: &Database, ids: Vec<DepotId>) -> Result<Vec<depot::Model>, StoreError> {
    Ok(depot::Entity::find().filter(depot::Column::Id.is_in(ids)).all(database.read()).await?)
}

/// All depots, by their names.
pub async fn depots(database: &Database) -> Result<Vec<depot::Model>, StoreError> {
    let all = depot::Entity::find().order_by_asc(depot::Column::Name).order_by_asc(depot::Column::Id);
    Ok(all.limit(MAX_FLEET).all(database.read()).await?)
}

/// Couriers, the newest first; one more than asked for, to know whether more follow.
pub async fn couriers(
    database: &Database,
    depot: Option<DepotId>,
    page: &Page<CourierId>,
) -> Result<Vec<courier::Model>, StoreError> {
    let condition = Condition::all()
        .add_option(depot.map(|depot| courier::Column::DepotId.eq(depot)))
        .add_option(page.after.map(|after| courier::Column::Id.lt(after)));
    let rows = courier::Entity::find().filter(condition).order_by_desc(courier::Column::Id);
    Ok(rows.limit(page.first.saturating_add(1)).all(database.replica()).await?)
}

/// Couriers by their ids, locked until the end of `tx`.
pub async fn lock_couriers(tx: &Transaction, ids: &[CourierId]) -> Result<Vec<courier::Model>, StoreError> {
    let rows = courier::Entity::find().filter(courier::Column::Id.is_in(ids.iter().copied()));
    Ok(rows.order_by_asc(courier::Column::Id).lock_exclusive().all(&**tx).await?)
}

/// No routes are planned for a courier until staff makes the courier active again.
pub async fn rest(database: &Database, id: CourierId, now: DateTime<Utc>) -> Result<(), StoreError> {
    courier::Entity::update_many()
        .col_expr(courier::Column::IsActive, Expr::value(false))
        .col_expr(courier::Column::UpdatedAt, Expr::value(now))
        .filter(courier::Column::Id.eq(id))
        .exec(database.write())
        .await?;
    Ok(())
}

pub async fn lock_courier_of(tx: &Transaction, user: UserId) -> Result<Option<courier::Model>, StoreError> {
    let row = courier::Entity::find().filter(courier::Column::UserId.eq(user));
    Ok(row.lock_exclusive().one(&**tx).await?)
}

pub async fn lock_depot(tx: &Transaction, id: DepotId) -> Result<Option<depot::Model>, StoreError> {
    Ok(depot::Entity::find_by_id(id).lock_exclusive().one(&**tx).await?)
}

pub async fn insert_depot(tx: &Transaction, row: &depot::Model) -> Result<(), StoreError> {
    let row = row.clone().into_active_model().reset_all();
    depot::Entity::insert(row).exec_without_returning(&**tx).await?;
    Ok(())
}

pub async fn update_depot(tx: &Transaction, row: &depot::Model) -> Result<(), StoreError> {
    row.clone().into_active_model().reset_all().update(&**tx).await?;
    Ok(())
}

pub async fn insert_courier(tx: &Transaction, row: &courier::Model) -> Result<(), StoreError> {
    let row = row.clone().into_active_model().reset_all();
    courier::Entity::insert(row).exec_without_returning(&**tx).await?;
    Ok(())
}

pub async fn update_courier(tx: &Transaction, row: &courier::Model) -> Result<(), StoreError> {
    row.clone().into_active_model().reset_all().update(&**tx).await?;
    Ok(())
}
