//! Orders as other subgraphs ask for them.

use async_graphql::{Context, EmptyMutation, ID, Object, Result, SimpleObject};
use orders_entities::order::Status;
use platform_core::id::{OrderId, ProductId, UserId};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect};

use crate::order::{self, OrderError, Orders};

/// An order as it stands.
#[derive(SimpleObject)]
#[graphql(name = "Order")]
pub struct InternalOrder {
    id: ID,
    number: String,
    user_id: Option<ID>,
    status: Status,
}

#[derive(Default)]
pub struct InternalQuery;

#[Object(name = "Query")]
impl InternalQuery {
    async fn order(&self, ctx: &Context<'_>, id: OrderId) -> Result<Option<InternalOrder>> {
        let found = order::find_order(&ctx.data_unchecked::<Orders>().database, id)
            .await
            .map_err(OrderError::from)?;
        Ok(found.map(|o| InternalOrder {
            id: o.id.to_graphql(),
            number: o.number,
            user_id: o.user_id.map(UserId::to_graphql),
            status: o.status,
        }))
    }

    /// Whether the user has a paid order of the product.
    async fn has_bought(&self, ctx: &Context<'_>, user_id: UserId, product_id: ProductId) -> Result<bool> {
        use orders_entities::{order, order_line};
        let database = &ctx.data_unchecked::<Orders>().database;
        let found = order_line::Entity::find()
            .join(
                sea_orm::JoinType::InnerJoin,
                order_line::Entity::belongs_to(order::Entity)
                    .from(order_line::Column::OrderId)
                    .to(order::Column::Id)
                    .into(),
            )
            .filter(order::Column::UserId.eq(user_id))
            .filter(order::Column::Status.is_in([Status::Paid, Status::Completed]))
            .filter(order_line::Column::ProductId.eq(product_id))
            .one(database.read())
            .await
            .map_err(OrderError::from)?;
        Ok(found.is_some())
    }
}

pub type InternalMutation = EmptyMutation;
