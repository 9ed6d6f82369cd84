//! Queries of stock levels and their movements.

use catalog_entities::{offer, stock_level, stock_movement};
use platform_core::id::{OfferId, StockMovementId, WarehouseId};
use platform_core::page::Page;
use platform_database::{Database, StoreError, Transaction};
use sea_orm::sea_query::{Expr, ExprTrait, OnConflict};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder,
    QuerySelect,
};

use crate::stock::levels::Delta;

/// The levels of an offer.
pub async fn levels(database: &Database, offer: OfferId) -> Result<Vec<stock_level::Model>, StoreError> {
    Ok(stock_level::Entity::find()
        .filter(stock_level::Column::OfferId.eq(offer))
        .order_by_asc(stock_level::Column::WarehouseId)
        .all(database.read())
        .await?)
}

/// The levels of offers, locked until the transaction ends.
pub async fn lock_levels(
    tx: &Transaction,
    offers: &[OfferId],
) -> Result<Vec<stock_level::Model>, StoreError> {
    Ok(stock_level::Entity::find()
        .filter(stock_level::Column::OfferId.is_in(offers.iter().copied()))
        .order_by_asc(stock_level::Column::OfferId)
        .order_by_asc(stock_level::Column::WarehouseId)
        .lock_exclusive()
        .all(&**tx)
        .await?)
}

/// Makes the level of an offer in a warehouse, of no pieces, unless there is one.
pub async fn begin_level(tx: &Transaction, offer: OfferId, warehouse: WarehouseId) -> Result<(), StoreError> {
    use stock_level::Column;
    let first = stock_level::ActiveModel {
        offer_id: Set(offer),
        warehouse_id: Set(warehouse),
        on_hand: Set(0),
        reserved: Set(0),
    };
    let known = OnConflict::columns([Column::OfferId, Column::WarehouseId]).do_nothing().to_owned();
    stock_level::Entity::insert(first).on_conflict(known).exec_without_returning(&**tx).await?;
    Ok(())
}

/// Changes a level on the condition that 0 <= reserved <= on hand after it; false where that does not hold.
pub async fn change_level(tx: &Transaction, delta: &Delta) -> Result<bool, StoreError> {
    let on_hand = Expr::col(stock_level::Column::OnHand).add(delta.on_hand);
    let reserved = Expr::col(stock_level::Column::Reserved).add(delta.reserved);
    let written = stock_level::Entity::update_many()
        .col_expr(stock_level::Column::OnHand, on_hand.clone())
        .col_expr(stock_level::Column::Reserved, reserved.clone())
        .filter(stock_level::Column::OfferId.eq(delta.offer))
        .filter(stock_level::Column::WarehouseId.eq(delta.warehouse))
        .filter(reserved.clone().gte(0))
        .filter(on_hand.gte(reserved))
        .exec(&**tx)
        .await?;
    Ok(written.rows_affected == 1)
}

/// The movements of an offer's levels, the newest first; one more than asked for, to know whether more follow.
pub async fn movements(
    database: &Database,
    offer: OfferId,
    page: &Page<StockMovementId>,
) -> Result<Vec<stock_movement::Model>, StoreError> {
    let mut select = stock_movement::Entity::find()
        .filter(stock_movement::Column::OfferId.eq(offer))
        .order_by_desc(stock_movement::Column::Id)
        .limit(page.first.saturating_add(1));
    if let Some(after) = page.after {
        select = select.filter(stock_movement::Column::Id.lt(after));
    }
    Ok(select.all(database.read()).await?)
}

pub async fn insert_movements(
    tx: &Transaction,
    movements: Vec<stock_movement::Model>,
) -> Result<(), StoreError> {
    let rows = movements.into_iter().map(|row| row.into_active_model().reset_all());
    stock_movement::Entity::insert_many(rows).exec_without_returning(&**tx).await?;
    Ok(())
}

pub async fn offers(
    tx: &Transaction,
    ids: impl Iterator<Item = OfferId>,
) -> Result<Vec<offer::Model>, StoreError> {
    Ok(offer::Entity::find().filter(offer::Column::Id.is_in(ids)).all(&**tx).await?)
}
