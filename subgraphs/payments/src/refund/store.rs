//! Queries of refunds.

use payments_entities::refund::{Column, Entity, Model, Status};
use platform_core::id::{PaymentId, RefundId};
use platform_core::page::Page;
use platform_database::{Database, StoreError};
use platform_server::Group;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

pub async fn find(database: &Database, id: RefundId) -> Result<Option<Model>, StoreError> {
    Ok(Entity::find_by_id(id).one(database.read()).await?)
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
