//! Queries of what carriers were asked to bring.

use chrono::{DateTime, Utc};
use logistics_entities::booking::{Column, Entity, Model, Status};
use logistics_entities::{carrier_webhook, tracking_event};
use platform_core::id::ShipmentId;
use platform_database::{Database, StoreError, Transaction, was_inserted};
use sea_orm::sea_query::{Expr, OnConflict, Value};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, IntoActiveModel, Iterable,
    QueryFilter, QueryOrder, QuerySelect,
};

/// An event that a carrier has told before.
#[derive(Debug, FromQueryResult)]
pub struct Told {
    /// The carrier's id of it.
    pub id: String,
    pub code: String,
    pub at: DateTime<Utc>,
}

pub async fn find(database: &Database, id: ShipmentId) -> Result<Option<Model>, StoreError> {
    Ok(Entity::find_by_id(id).one(database.read()).await?)
}

/// The booking of a shipment that is locked in `tx`.
pub async fn find_in(tx: &Transaction, id: ShipmentId) -> Result<Option<Model>, StoreError> {
    Ok(Entity::find_by_id(id).one(&**tx).await?)
}

/// The booking of what a carrier calls so.
pub async fn find_by_reference(
    database: &Database,
    carrier: &str,
    reference: &str,
) -> Result<Option<Model>, StoreError> {
    let named = Entity::find().filter(Column::Carrier.eq(carrier)).filter(Column::Reference.eq(reference));
    Ok(named.one(database.read()).await?)
}

/// Bookings of which the carrier is to be asked, those that wait longest first.
pub async fn due(database: &Database, now: DateTime<Utc>, most: u64) -> Result<Vec<Model>, StoreError> {
    let due = Entity::find().filter(Column::NextAt.lte(now)).order_by_asc(Column::NextAt);
    Ok(due.limit(most).all(database.read()).await?)
}

pub async fn insert(tx: &Transaction, row: &Model) -> Result<(), StoreError> {
    Entity::insert(row.clone().into_active_model().reset_all()).exec_without_returning(&**tx).await?;
    Ok(())
}

/// Writes a booking as it is now, also one that was forgotten meanwhile.
pub async fn put(tx: &Transaction, row: &Model) -> Result<(), StoreError> {
    let others = Column::iter().filter(|column| !matches!(column, Column::ShipmentId));
    let replace = OnConflict::column(Column::ShipmentId).update_columns(others).to_owned();
    let row = row.clone().into_active_model().reset_all();
    Entity::insert(row).on_conflict(replace).exec_without_returning(&**tx).await?;
    Ok(())
}

/// Forgets that a carrier was asked, which does not take the parcel.
pub async fn forget_asked(database: &Database, id: ShipmentId) -> Result<(), StoreError> {
    let asked = Entity::delete_many().filter(Column::ShipmentId.eq(id));
    asked.filter(Column::Status.eq(Status::Asked)).exec(database.write()).await?;
    Ok(())
}

/// A label was given back; nothing more is to be asked.
pub async fn set_cancelled(
    database: &Database,
    id: ShipmentId,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    Entity::update_many()
        .col_expr(Column::Status, Expr::value(Status::Cancelled))
        .col_expr(Column::NextAt, Expr::value(Value::ChronoDateTimeUtc(None)))
        .col_expr(Column::UpdatedAt, Expr::value(now))
        .filter(Column::ShipmentId.eq(id))
        .exec(database.write())
        .await?;
    Ok(())
}

/// When the carrier is asked again; `None` for never.
pub async fn ask_at(
    database: &Database,
    id: ShipmentId,
    next_at: Option<DateTime<Utc>>,
) -> Result<(), StoreError> {
    set_next(database.write(), id, next_at).await
}

/// The same within a transaction.
pub async fn ask_in(
    tx: &Transaction,
    id: ShipmentId,
    next_at: Option<DateTime<Utc>>,
) -> Result<(), StoreError> {
    set_next(&**tx, id, next_at).await
}

async fn set_next(
    connection: &impl ConnectionTrait,
    id: ShipmentId,
    next_at: Option<DateTime<Utc>>,
) -> Result<(), StoreError> {
    Entity::update_many()
        .col_expr(Column::NextAt, Expr::value(next_at))
        .filter(Column::ShipmentId.eq(id))
        .exec(connection)
        .await?;
    Ok(())
}

/// What a carrier has told of a shipment.
pub async fn told(tx: &Transaction, shipment: ShipmentId) -> Result<Vec<Told>, StoreError> {
    let rows = tracking_event::Entity::find()
        .select_only()
        .column_as(tracking_event::Column::CarrierEventId, "id")
        .column_as(tracking_event::Column::CarrierCode, "code")
        .column(tracking_event::Column::At)
        .filter(tracking_event::Column::ShipmentId.eq(shipment))
        .filter(tracking_event::Column::CarrierEventId.is_not_null());
    Ok(rows.into_model().all(&**tx).await?)
}

/// Keeps that a webhook came; false if it came before.
pub async fn insert_webhook(tx: &Transaction, row: &carrier_webhook::Model) -> Result<bool, StoreError> {
    let inserted = carrier_webhook::Entity::insert(row.clone().into_active_model().reset_all())
        .on_conflict_do_nothing_on([carrier_webhook::Column::Carrier, carrier_webhook::Column::WebhookId])
        .exec_without_returning(&**tx)
        .await?;
    Ok(was_inserted(&inserted))
}

/// Forgets the webhooks that came before a moment.
pub async fn forget_webhooks(database: &Database, before: DateTime<Utc>) -> Result<(), StoreError> {
    let old = carrier_webhook::Entity::delete_many();
    old.filter(carrier_webhook::Column::ReceivedAt.lt(before)).exec(database.write()).await?;
    Ok(())
}
