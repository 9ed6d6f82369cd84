//! Queries of deliveries, beside those that all holds have.

use chrono::{DateTime, Utc};
use logistics_entities::delivery::{Column, Entity, Model, Status};
use platform_core::id::{OrderId, UserId};
use platform_database::{Database, StoreError, Transaction};
use platform_holds::{HoldTable, State};
use platform_server::Group;
use sea_orm::sea_query::{Expr, Value};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect};

use crate::slot::Hours;

/// The table of deliveries.
pub enum DeliveryTable {}

impl HoldTable for DeliveryTable {
    type Entity = Entity;
    type Status = Status;

    const KEY: Column = Column::Key;
    const STATUS: Column = Column::Status;
    const EXPIRES_AT: Column = Column::ExpiresAt;
    const UPDATED_AT: Option<Column> = Some(Column::UpdatedAt);

    /// However a delivery ended, it is not made.
    fn status(state: State) -> Status {
        match state {
            State::Held => Status::Held,
            State::Committed => Status::Committed,
            State::Released | State::Expired | State::Returned => Status::Released,
        }
    }

    fn status_of(row: &Model) -> Status {
        row.status
    }
}

/// The delivery of an order; of none that an earlier release sold.
pub enum DeliveryOf {}

impl Group for DeliveryOf {
    type Entity = Entity;
    type Key = OrderId;

    const OF: Column = Column::OrderId;
}

/// The delivery of an order, as it is now.
pub async fn of_order(database: &Database, order: OrderId) -> Result<Option<Model>, StoreError> {
    Ok(Entity::find().filter(Column::OrderId.eq(order)).one(database.read()).await?)
}

/// The delivery of an order, locked until the transaction ends.
pub async fn lock_of_order(tx: &Transaction, order: OrderId) -> Result<Option<Model>, StoreError> {
    Ok(Entity::find().filter(Column::OrderId.eq(order)).lock_exclusive().one(&**tx).await?)
}

/// The delivery of a key, locked until the transaction ends.
pub async fn lock(tx: &Transaction, key: &str) -> Result<Option<Model>, StoreError> {
    Ok(Entity::find_by_id(key).lock_exclusive().one(&**tx).await?)
}

/// There are shipments of it from now on.
pub async fn set_made(tx: &Transaction, key: &str) -> Result<(), StoreError> {
    Entity::update_many()
        .col_expr(Column::Status, Expr::value(Status::Committed))
        .col_expr(Column::Parcels, Expr::value(Value::Json(None)))
        .filter(Column::Key.eq(key))
        .exec(&**tx)
        .await?;
    Ok(())
}

/// Forgets where it was to go and what was to be sent.
pub async fn forget(tx: &Transaction, key: &str) -> Result<(), StoreError> {
    Entity::update_many()
        .col_expr(Column::Address, Expr::value(Value::Json(None)))
        .col_expr(Column::Parcels, Expr::value(Value::Json(None)))
        .filter(Column::Key.eq(key))
        .exec(&**tx)
        .await?;
    Ok(())
}

/// The place in its slot is of this key from now on.
pub async fn set_slot_key(tx: &Transaction, key: &str, slot_key: &str) -> Result<(), StoreError> {
    let update = Entity::update_many().col_expr(Column::SlotKey, Expr::value(slot_key));
    update.filter(Column::Key.eq(key)).exec(&**tx).await?;
    Ok(())
}

/// It has no slot any more: its buyer has to choose one.
pub async fn set_needs_slot(tx: &Transaction, key: &str) -> Result<(), StoreError> {
    let nothing = Expr::value(None::<DateTime<Utc>>);
    Entity::update_many()
        .col_expr(Column::NeedsSlot, Expr::value(true))
        .col_expr(Column::SlotKey, Expr::value(None::<String>))
        .col_expr(Column::SlotBeginsAt, nothing.clone())
        .col_expr(Column::SlotEndsAt, nothing.clone())
        .col_expr(Column::ArrivesFrom, nothing.clone())
        .col_expr(Column::ArrivesBy, nothing)
        .filter(Column::Key.eq(key))
        .exec(&**tx)
        .await?;
    Ok(())
}

/// It comes in these hours, in which it has a place under a key.
pub async fn set_slot(
    tx: &Transaction,
    key: &str,
    slot_key: &str,
    hours: Hours,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    Entity::update_many()
        .col_expr(Column::NeedsSlot, Expr::value(false))
        .col_expr(Column::SlotKey, Expr::value(slot_key))
        .col_expr(Column::SlotBeginsAt, Expr::value(hours.begins_at))
        .col_expr(Column::SlotEndsAt, Expr::value(hours.ends_at))
        .col_expr(Column::ArrivesFrom, Expr::value(hours.begins_at))
        .col_expr(Column::ArrivesBy, Expr::value(hours.ends_at))
        .col_expr(Column::UpdatedAt, Expr::value(now))
        .filter(Column::Key.eq(key))
        .exec(&**tx)
        .await?;
    Ok(())
}

/// Makes a guest's delivery a user's.
pub async fn give_to_user(tx: &Transaction, order: OrderId, user: UserId) -> Result<(), StoreError> {
    Entity::update_many()
        .col_expr(Column::UserId, Expr::value(user))
        .col_expr(Column::GuestId, Expr::value(None::<String>))
        .filter(Column::OrderId.eq(order))
        .exec(&**tx)
        .await?;
    Ok(())
}

/// It is not made; what was to be sent and where it was to go is forgotten.
pub async fn set_released(tx: &Transaction, key: &str, now: DateTime<Utc>) -> Result<(), StoreError> {
    Entity::update_many()
        .col_expr(Column::Status, Expr::value(Status::Released))
        .col_expr(Column::Address, Expr::value(Value::Json(None)))
        .col_expr(Column::Parcels, Expr::value(Value::Json(None)))
        .col_expr(Column::UpdatedAt, Expr::value(now))
        .filter(Column::Key.eq(key))
        .exec(&**tx)
        .await?;
    Ok(())
}
