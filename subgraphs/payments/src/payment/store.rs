//! Queries of payments.

use chrono::{DateTime, Utc};
use payments_entities::payment::{ActiveModel, Column, Entity, Model, Status};
use payments_entities::webhook;
use platform_core::id::{OrderId, PaymentId, UserId};
use platform_database::{Database, StoreError, Transaction};
use platform_server::Group;
use sea_orm::sea_query::{Expr, ExprTrait, OnConflict};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder,
    QuerySelect, Select, TryInsertResult,
};

/// In place of the name of a gateway: the payment was given up before it was made.
pub const NO_GATEWAY: &str = "";

/// Whether it was given up before it was made.
pub fn is_unmade(payment: &Model) -> bool {
    payment.gateway == NO_GATEWAY
}

pub async fn find(database: &Database, id: PaymentId) -> Result<Option<Model>, StoreError> {
    Ok(Entity::find_by_id(id).one(database.read()).await?)
}

pub async fn find_by_key(database: &Database, key: &str) -> Result<Option<Model>, StoreError> {
    Ok(Entity::find().filter(Column::IdempotencyKey.eq(key)).one(database.read()).await?)
}

pub async fn find_by_reference(
    database: &Database,
    gateway: &str,
    reference: &str,
) -> Result<Option<Model>, StoreError> {
    Ok(Entity::find()
        .filter(Column::Gateway.eq(gateway))
        .filter(Column::GatewayReference.eq(reference))
        .one(database.read())
        .await?)
}

/// Payments that wait for their customer or their gateway, which is none of `served`; at most `limit`.
pub async fn open_elsewhere(
    database: &Database,
    served: &[&'static str],
    limit: u64,
) -> Result<Vec<Model>, StoreError> {
    Ok(Entity::find()
        // In the words of the index `payments_open`, which a database does not recognise in bound values.
        .filter(Expr::cust("status IN ('REQUIRES_ACTION', 'PENDING')"))
        .filter(Column::Gateway.is_not_in(served.iter().copied()))
        .order_by_asc(Column::Id)
        .limit(limit)
        .all(database.read())
        .await?)
}

/// The payment, locked until the end of `tx`.
pub async fn lock(tx: &Transaction, id: PaymentId) -> Result<Option<Model>, StoreError> {
    Ok(Entity::find_by_id(id).lock_exclusive().one(&**tx).await?)
}

/// Marks a payment that is AUTHORIZED as captured, all of it. `None`: it is not, or not any more.
pub async fn capture(
    tx: &Transaction,
    id: PaymentId,
    now: DateTime<Utc>,
) -> Result<Option<Model>, StoreError> {
    let captured = Entity::update_many()
        .col_expr(Column::Status, Expr::value(Status::Captured))
        .col_expr(Column::CapturedMinor, Expr::col(Column::AmountMinor))
        .col_expr(Column::Version, Expr::col(Column::Version).add(1))
        .col_expr(Column::UpdatedAt, Expr::value(now))
        .filter(Column::Id.eq(id))
        .filter(Column::Status.eq(Status::Authorized))
        .exec_with_returning(&**tx)
        .await?;
    Ok(captured.into_iter().next())
}

/// Keeps a new payment; `None` if its key is taken, or its id: whoever gives a payment up that is being made writes both too.
pub async fn insert_unless_known(
    connection: &impl ConnectionTrait,
    payment: ActiveModel,
) -> Result<Option<Model>, StoreError> {
    let inserted = Entity::insert(payment)
        .on_conflict(OnConflict::new().do_nothing().to_owned())
        .try_insert()
        .exec_with_returning_many(connection)
        .await?;
    match inserted {
        TryInsertResult::Inserted(rows) => Ok(rows.into_iter().next()),
        TryInsertResult::Conflicted | TryInsertResult::Empty => Ok(None),
    }
}

/// Makes the payments of a guest's order a user's.
pub async fn give_to_user(tx: &Transaction, order: OrderId, user: UserId) -> Result<(), StoreError> {
    Entity::update_many()
        .col_expr(Column::UserId, Expr::value(user))
        .col_expr(Column::GuestId, Expr::value(Option::<String>::None))
        .col_expr(Column::Version, Expr::col(Column::Version).add(1))
        .filter(Column::OrderId.eq(order))
        .filter(Column::UserId.is_null())
        .exec(&**tx)
        .await?;
    Ok(())
}

/// Writes what is set of a payment.
pub async fn update(tx: &Transaction, changed: ActiveModel) -> Result<Model, StoreError> {
    Ok(changed.update(&**tx).await?)
}

/// Keeps a webhook, unless it was kept before.
pub async fn keep_webhook(database: &Database, row: webhook::ActiveModel) -> Result<(), StoreError> {
    webhook::Entity::insert(row)
        .on_conflict_do_nothing_on([webhook::Column::Gateway, webhook::Column::ExternalId])
        .exec_without_returning(database.write())
        .await?;
    Ok(())
}

fn is_webhook(gateway: &str, external_id: &str) -> Condition {
    Condition::all()
        .add(webhook::Column::Gateway.eq(gateway))
        .add(webhook::Column::ExternalId.eq(external_id))
}

/// The webhook that a gateway gave this id.
pub async fn find_webhook(
    database: &Database,
    gateway: &str,
    external_id: &str,
) -> Result<Option<webhook::Model>, StoreError> {
    Ok(webhook::Entity::find().filter(is_webhook(gateway, external_id)).one(database.read()).await?)
}

/// Notes that a webhook was acted on.
pub async fn note_processed(
    database: &Database,
    gateway: &str,
    external_id: &str,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    webhook::Entity::update_many()
        .col_expr(webhook::Column::ProcessedAt, Expr::value(now))
        .filter(is_webhook(gateway, external_id))
        .exec(database.write())
        .await?;
    Ok(())
}

/// The payments of an order, oldest first, without those that were given up before they were made.
pub enum OfOrder {}

impl Group for OfOrder {
    type Entity = Entity;
    type Key = OrderId;

    const OF: Column = Column::OrderId;
    const ORDER: Option<Column> = Some(Column::Id);

    fn rows() -> Select<Entity> {
        Entity::find().filter(Column::Gateway.ne(NO_GATEWAY))
    }
}
