//! Queries of positions.

use chrono::{DateTime, Utc};
use logistics_entities::position::{Column, Entity, Model};
use logistics_entities::{RouteId, route};
use platform_database::{Database, StoreError, Transaction};
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, Condition, EntityTrait, ExprTrait, IntoActiveModel, QueryFilter,
    QuerySelect, QueryTrait,
};

use crate::live::Fix;

/// Rows of one statement.
const BATCH: usize = 500;

/// Keeps positions; of a second that is known the first stays.
pub async fn insert(tx: &Transaction, rows: &[Model]) -> Result<(), StoreError> {
    for rows in rows.chunks(BATCH) {
        let known = OnConflict::columns([Column::RouteId, Column::Second]).do_nothing().to_owned();
        let rows = rows.iter().map(|row| row.clone().into_active_model().reset_all());
        Entity::insert_many(rows).on_conflict(known).exec_without_returning(&**tx).await?;
    }
    Ok(())
}

/// Writes down where a van is, unless something later is written down.
pub async fn set_last(tx: &Transaction, id: RouteId, fix: Fix) -> Result<(), StoreError> {
    use route::Column;
    let (latitude, longitude) = fix.position.micro();
    let is_later = Condition::any().add(Column::AtTime.is_null()).add(Column::AtTime.lt(fix.at));
    route::Entity::update_many()
        .col_expr(Column::AtLatitude, Expr::value(latitude))
        .col_expr(Column::AtLongitude, Expr::value(longitude))
        .col_expr(Column::AtHeading, Expr::value(fix.heading))
        .col_expr(Column::AtSpeed, Expr::value(fix.speed))
        .col_expr(Column::AtTime, Expr::value(fix.at))
        .col_expr(Column::AtSecondsLeft, Expr::value(fix.seconds_left))
        .filter(Column::Id.eq(id))
        .filter(is_later)
        .exec(&**tx)
        .await?;
    Ok(())
}

/// Forgets the positions of routes from before a moment.
pub async fn forget_of(tx: &Transaction, routes: &[RouteId], before: i64) -> Result<(), StoreError> {
    Entity::delete_many()
        .filter(Column::RouteId.is_in(routes.iter().copied()))
        .filter(Column::Second.lt(before))
        .exec(&**tx)
        .await?;
    Ok(())
}

/// Forgets all positions from before a moment.
pub async fn forget(database: &Database, before: i64) -> Result<u64, StoreError> {
    Ok(Entity::delete_many().filter(Column::Second.lt(before)).exec(database.write()).await?.rows_affected)
}

/// Forgets where the vans of routes were last that ended before a moment.
pub async fn forget_last(database: &Database, before: DateTime<Utc>) -> Result<(), StoreError> {
    use route::Column;
    let nothing = || Expr::value(None::<i32>);
    route::Entity::update_many()
        .col_expr(Column::AtLatitude, nothing())
        .col_expr(Column::AtLongitude, nothing())
        .filter(Column::EndedAt.lt(before))
        .filter(Column::AtLatitude.is_not_null())
        .exec(database.write())
        .await?;
    Ok(())
}

/// Of routes that ended since a moment, keeps one position in `every` seconds.
pub async fn thin(database: &Database, since: DateTime<Utc>, every: i64) -> Result<u64, StoreError> {
    let ended = route::Entity::find()
        .select_only()
        .column(route::Column::Id)
        .filter(route::Column::EndedAt.gte(since))
        .into_query();
    let between = Expr::col(Column::Second).modulo(every).ne(0);
    let gone = Entity::delete_many().filter(between).filter(Column::RouteId.in_subquery(ended));
    Ok(gone.exec(database.write()).await?.rows_affected)
}
