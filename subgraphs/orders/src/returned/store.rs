//! Queries of the pieces of refunds.

use orders_entities::order_refund::{Column, Entity, Model, Status};
use orders_entities::order_refund_line;
use platform_core::id::{OrderId, RefundId};
use platform_database::{Database, StoreError};
use platform_server::Group;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};

/// The refunds of an order of whose pieces catalog has not heard, oldest first; those that failed have none.
pub async fn unsettled(database: &Database, order: OrderId) -> Result<Vec<Model>, StoreError> {
    let of_order = Entity::find().filter(Column::OrderId.eq(order));
    let open = of_order.filter(Column::GoodsSettled.eq(false)).filter(Column::Status.ne(Status::Failed));
    Ok(open.order_by_asc(Column::Id).all(database.read()).await?)
}

/// Notes that catalog has heard of the pieces of a refund.
pub async fn set_settled(database: &Database, refund: RefundId) -> Result<(), StoreError> {
    Entity::update_many()
        .col_expr(Column::GoodsSettled, Expr::value(true))
        .filter(Column::Id.eq(refund))
        .exec(database.write())
        .await?;
    Ok(())
}

/// The pieces of a refund.
pub async fn lines(
    connection: &impl ConnectionTrait,
    refund: RefundId,
) -> Result<Vec<order_refund_line::Model>, StoreError> {
    Ok(LinesOfRefund::select(&[refund]).all(connection).await?)
}

/// The pieces of a refund, by the ids of their lines.
pub enum LinesOfRefund {}

impl Group for LinesOfRefund {
    type Entity = order_refund_line::Entity;
    type Key = RefundId;

    const OF: order_refund_line::Column = order_refund_line::Column::RefundId;
    const ORDER: Option<order_refund_line::Column> = Some(order_refund_line::Column::LineId);
}
