//! Orders as other subgraphs ask for them.

use async_graphql::{Context, EmptyMutation, ID, Object, Result, SimpleObject};
use orders_entities::order::Status;
use platform_core::id::{OrderId, ProductId, UserId};

use crate::order::{self, Orders};

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
        let found = order::find_order(&ctx.data_unchecked::<Orders>().database, id).await?;
        Ok(found.map(|o| InternalOrder {
            id: o.id.to_graphql(),
            number: o.number,
            user_id: o.user_id.map(UserId::to_graphql),
            status: o.status,
        }))
    }

    /// Whether the user has a paid order of the product.
    async fn has_bought(&self, ctx: &Context<'_>, user_id: UserId, product_id: ProductId) -> Result<bool> {
        Ok(order::has_bought(&ctx.data_unchecked::<Orders>().database, user_id, product_id).await?)
    }
}

pub type InternalMutation = EmptyMutation;
