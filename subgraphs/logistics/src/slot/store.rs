//! Queries of slots and of the places in them.

use chrono::{DateTime, Utc};
use logistics_entities::slot::{Column, Entity, Model};
use logistics_entities::slot_hold::{self, Status};
use platform_core::id::{DeliveryServiceId, SlotId};
use platform_database::{Database, StoreError, Transaction};
use platform_holds::{Capacity, HoldTable, HolderColumns, State};
use sea_orm::sea_query::{Expr, ExprTrait, OnConflict};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, Condition, EntityTrait, IntoActiveModel, PaginatorTrait, QueryFilter,
    QueryOrder, QuerySelect,
};

use super::window::Slot;

/// The table of places that are held.
pub enum HoldsOfSlots {}

impl HoldTable for HoldsOfSlots {
    type Entity = slot_hold::Entity;
    type Status = Status;

    const KEY: slot_hold::Column = slot_hold::Column::Key;
    const STATUS: slot_hold::Column = slot_hold::Column::Status;
    const EXPIRES_AT: slot_hold::Column = slot_hold::Column::ExpiresAt;
    const UPDATED_AT: Option<slot_hold::Column> = Some(slot_hold::Column::UpdatedAt);
    const HOLDER: Option<HolderColumns<slot_hold::Column>> = Some(HolderColumns {
        name: slot_hold::Column::Holder,
        network: slot_hold::Column::Network,
        waiting: slot_hold::Column::Waiting,
    });

    fn status(state: State) -> Status {
        match state {
            State::Held => Status::Held,
            State::Committed => Status::Committed,
            State::Released | State::Returned => Status::Released,
            State::Expired => Status::Expired,
        }
    }

    fn status_of(row: &slot_hold::Model) -> Status {
        row.status
    }
}

/// How many places of a slot are taken.
pub enum Places {}

impl Capacity for Places {
    type Entity = Entity;

    const ID: Column = Column::Id;
    const TAKEN: Column = Column::Taken;
    const UPDATED_AT: Option<Column> = Some(Column::UpdatedAt);

    fn has_room(more: i64) -> Condition {
        Condition::all().add(Expr::col(Column::Taken).add(more).lte(Expr::col(Column::Capacity)))
    }
}

/// A place that is held, or was, by its key; locked until the transaction ends.
pub async fn lock_held(tx: &Transaction, key: &str) -> Result<Option<slot_hold::Model>, StoreError> {
    Ok(slot_hold::Entity::find_by_id(key).lock_exclusive().one(&**tx).await?)
}

pub async fn slot_by_id(database: &Database, id: SlotId) -> Result<Option<Model>, StoreError> {
    Ok(Entity::find_by_id(id).one(database.read()).await?)
}

/// The slots of services that somebody has held and that begin in a span of time.
pub async fn taken(
    database: &Database,
    services: &[DeliveryServiceId],
    from: DateTime<Utc>,
    to: DateTime<Utc>,
) -> Result<Vec<Model>, StoreError> {
    let rows = Entity::find()
        .filter(Column::ServiceId.is_in(services.iter().copied()))
        .filter(Column::BeginsAt.between(from, to));
    Ok(rows.order_by_asc(Column::BeginsAt).all(database.read()).await?)
}

pub async fn find_slot(
    database: &Database,
    service: DeliveryServiceId,
    begins_at: DateTime<Utc>,
) -> Result<Option<Model>, StoreError> {
    let row = Entity::find().filter(Column::ServiceId.eq(service)).filter(Column::BeginsAt.eq(begins_at));
    Ok(row.one(database.read()).await?)
}

/// Whether a place of a slot is left; no promise for later.
pub async fn has_places(database: &Database, slot: &Slot) -> Result<bool, StoreError> {
    let row = find_slot(database, slot.name.service, slot.begins_at()).await?;
    Ok(row.is_none_or(|row| row.taken < slot.capacity))
}

/// Writes a slot unless it has a row.
pub async fn insert_slot(database: &Database, row: Model) -> Result<(), StoreError> {
    let tx = database.begin().await?;
    let same = OnConflict::columns([Column::ServiceId, Column::BeginsAt]).do_nothing().to_owned();
    let insert = Entity::insert(row.into_active_model().reset_all()).on_conflict(same);
    insert.exec_without_returning(&*tx).await?;
    tx.commit().await
}

/// Gives a slot this many places, or as many as are taken where those are more.
pub async fn resize(
    tx: &Transaction,
    id: SlotId,
    capacity: i64,
    ends_at: DateTime<Utc>,
) -> Result<(), StoreError> {
    let update = |to: Expr| {
        Entity::update_many()
            .col_expr(Column::Capacity, to)
            .col_expr(Column::EndsAt, Expr::value(ends_at))
            .filter(Column::Id.eq(id))
    };
    let fits = update(Expr::value(capacity)).filter(Column::Taken.lte(capacity)).exec(&**tx).await?;
    if fits.rows_affected == 0 {
        update(Expr::col(Column::Taken)).exec(&**tx).await?;
    }
    Ok(())
}

/// A slot, locked until the transaction ends.
pub async fn lock_slot(tx: &Transaction, id: SlotId) -> Result<Option<Model>, StoreError> {
    Ok(Entity::find_by_id(id).lock_exclusive().one(&**tx).await?)
}

/// How many places of a slot wait for payments, of which `by` is `who`.
pub async fn waiting(
    tx: &Transaction,
    slot: SlotId,
    by: slot_hold::Column,
    who: &str,
) -> Result<i64, StoreError> {
    let count = slot_hold::Entity::find()
        .filter(slot_hold::Column::SlotId.eq(slot))
        .filter(slot_hold::Column::Status.eq(Status::Held))
        .filter(slot_hold::Column::Waiting.eq(true))
        .filter(by.eq(who))
        .count(&**tx)
        .await?;
    Ok(i64::try_from(count).unwrap_or(i64::MAX))
}

/// Locks slots until the transaction ends, in an order that all who lock several have.
pub async fn lock_slots(tx: &Transaction, ids: &[SlotId]) -> Result<(), StoreError> {
    let rows = Entity::find().filter(Column::Id.is_in(ids.iter().copied())).order_by_asc(Column::Id);
    rows.lock_exclusive().all(&**tx).await?;
    Ok(())
}

/// Writes a place that is an order's at once.
pub async fn insert_committed(tx: &Transaction, row: slot_hold::Model) -> Result<(), StoreError> {
    let row = row.into_active_model().reset_all();
    slot_hold::Entity::insert(row).exec_without_returning(&**tx).await?;
    Ok(())
}
