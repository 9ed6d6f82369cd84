//! Queries of refunds of pieces.

use orders_entities::order_refund::{ActiveModel, Column, Entity, Model, Status};
use orders_entities::{order_line, order_refund_line};
use platform_core::id::{OrderId, RefundId};
use platform_database::{StoreError, Transaction, was_inserted};
use platform_server::Group;
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter};

pub async fn find(connection: &impl ConnectionTrait, id: RefundId) -> Result<Option<Model>, StoreError> {
    Ok(Entity::find_by_id(id).one(connection).await?)
}

/// The refund that staff made under this key.
pub async fn find_by_key(connection: &impl ConnectionTrait, key: &str) -> Result<Option<Model>, StoreError> {
    Ok(Entity::find().filter(Column::IdempotencyKey.eq(key)).one(connection).await?)
}

/// The refunds of an order that were made or are under way.
pub async fn counting(tx: &Transaction, order: OrderId) -> Result<Vec<Model>, StoreError> {
    let of_order = Entity::find().filter(Column::OrderId.eq(order));
    Ok(of_order.filter(Column::Status.ne(Status::Failed)).all(&**tx).await?)
}

/// Keeps a new refund; false if its key is taken.
pub async fn insert_unless_known(tx: &Transaction, row: ActiveModel) -> Result<bool, StoreError> {
    let inserted = Entity::insert(row)
        .on_conflict_do_nothing_on([Column::IdempotencyKey])
        .exec_without_returning(&**tx)
        .await?;
    Ok(was_inserted(&inserted))
}

/// Keeps the pieces of a refund.
pub async fn insert_lines(tx: &Transaction, pieces: &[order_refund_line::Model]) -> Result<(), StoreError> {
    let rows = pieces.iter().map(|row| row.clone().into_active_model().reset_all());
    order_refund_line::Entity::insert_many(rows).exec_without_returning(&**tx).await?;
    Ok(())
}

/// Writes what is set of a refund.
pub async fn update(tx: &Transaction, changed: ActiveModel) -> Result<Model, StoreError> {
    Ok(changed.update(&**tx).await?)
}

/// Counts pieces of lines as refunded, or, with a `sign` below zero, as not refunded after all; fails with a check
/// violation where a line would have more refunded than it has.
pub async fn set_aside(
    tx: &Transaction,
    pieces: &[order_refund_line::Model],
    sign: i32,
) -> Result<(), StoreError> {
    use order_line::Column;
    for pieces in pieces {
        let (quantity, amount) = (sign * pieces.quantity, i64::from(sign) * pieces.amount_minor);
        order_line::Entity::update_many()
            .col_expr(Column::RefundedQuantity, Expr::col(Column::RefundedQuantity).add(quantity))
            .col_expr(Column::RefundedMinor, Expr::col(Column::RefundedMinor).add(amount))
            .filter(Column::Id.eq(pieces.line_id))
            .exec(&**tx)
            .await?;
    }
    Ok(())
}

/// The refunds of an order's pieces, oldest first.
pub enum RefundsOfOrder {}

impl Group for RefundsOfOrder {
    type Entity = Entity;
    type Key = OrderId;

    const OF: Column = Column::OrderId;
    const ORDER: Option<Column> = Some(Column::Id);
}
