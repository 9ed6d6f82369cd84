//! Queries of refunds.

use payments_entities::refund::{ActiveModel, Column, Entity, Model, Status};
use platform_core::id::{PaymentId, RefundId};
use platform_core::page::Page;
use platform_database::{Database, StoreError, Transaction};
use platform_server::Group;
use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, Condition, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter,
    QueryOrder, QuerySelect,
};

pub async fn find(connection: &impl ConnectionTrait, id: RefundId) -> Result<Option<Model>, StoreError> {
    Ok(Entity::find_by_id(id).one(connection).await?)
}

/// The refund that is kept under this key.
pub async fn find_by_key(database: &Database, key: &str) -> Result<Option<Model>, StoreError> {
    Ok(Entity::find().filter(Column::IdempotencyKey.eq(key)).one(database.read()).await?)
}

/// The refunds that are kept under this key, or were asked for under this key of a caller.
pub async fn asked_for(
    tx: &Transaction,
    key: &str,
    caller_key: Option<&str>,
) -> Result<Vec<Model>, StoreError> {
    let mut same = Condition::any().add(Column::IdempotencyKey.eq(key));
    if let Some(key) = caller_key {
        same = same.add(Column::CallerKey.eq(key));
    }
    Ok(Entity::find().filter(same).all(&**tx).await?)
}

/// The refunds of a payment that were made.
pub async fn succeeded(
    connection: &impl ConnectionTrait,
    payment: PaymentId,
) -> Result<Vec<Model>, StoreError> {
    Ok(Entity::find()
        .filter(Column::PaymentId.eq(payment))
        .filter(Column::Status.eq(Status::Succeeded))
        .all(connection)
        .await?)
}

/// Whether a refund of a payment is under way.
pub async fn has_pending(tx: &Transaction, payment: PaymentId) -> Result<bool, StoreError> {
    let pending =
        Entity::find().filter(Column::PaymentId.eq(payment)).filter(Column::Status.eq(Status::Pending));
    Ok(pending.limit(1).count(&**tx).await? > 0)
}

/// Keeps a new refund; fails with a unique violation where its key is taken.
pub async fn insert(tx: &Transaction, row: ActiveModel) -> Result<(), StoreError> {
    row.insert(&**tx).await?;
    Ok(())
}

/// Writes what is set of a refund.
pub async fn update(tx: &Transaction, changed: ActiveModel) -> Result<Model, StoreError> {
    Ok(changed.update(&**tx).await?)
}

/// Notes on a refund that is not made yet why it is not.
pub async fn note_failure(database: &Database, id: RefundId, failure: &str) -> Result<(), StoreError> {
    Entity::update_many()
        .col_expr(Column::Failure, Expr::value(failure))
        .filter(Column::Id.eq(id))
        .filter(Column::Status.eq(Status::Pending))
        .exec(database.write())
        .await?;
    Ok(())
}

/// Refunds that wait for staff, oldest first, after the key of `page`; one more than asked for.
pub async fn waiting_for_staff(database: &Database, page: &Page<RefundId>) -> Result<Vec<Model>, StoreError> {
    let mut query = Entity::find()
        .filter(Column::Status.eq(Status::Pending))
        .filter(Column::Failure.is_not_null())
        .order_by_asc(Column::Id)
        .limit(page.first.saturating_add(1));
    if let Some(after) = page.after {
        query = query.filter(Column::Id.gt(after));
    }
    Ok(query.all(database.read()).await?)
}

/// The refunds of a payment, oldest first.
pub enum OfPayment {}

impl Group for OfPayment {
    type Entity = Entity;
    type Key = PaymentId;

    const OF: Column = Column::PaymentId;
    const ORDER: Option<Column> = Some(Column::Id);
}
