//! Orders as other subgraphs ask for them.

use async_graphql::{Context, ID, Object, Result, SimpleObject};
use orders_entities::order::Status;
use platform_commerce::Money;
use platform_commerce::money::MoneyInput;
use platform_core::id::{OrderId, ProductId, UserId};

use crate::app::App;
use crate::order::{self, OrderError, RefundNews, Refunded};
use crate::{checkout, refund};

/// An order as it stands.
#[derive(SimpleObject)]
#[graphql(name = "Order")]
pub struct InternalOrder {
    /// Identifier of the order.
    id: ID,
    /// What a person reads out: `K7QF-2M9X`.
    number: String,
    /// The buyer; null for a guest's order.
    user_id: Option<ID>,
    /// Where it stands.
    status: Status,
}

#[derive(Default)]
pub struct InternalQuery;

#[Object(name = "Query")]
impl InternalQuery {
    /// An order as it stands; null if there is none.
    async fn order(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The order to read.")] id: OrderId,
    ) -> Result<Option<InternalOrder>> {
        let found = order::find_order(ctx.data_unchecked::<App>().database(), id).await?;
        Ok(found.map(|o| InternalOrder {
            id: o.id.to_graphql(),
            number: o.number,
            user_id: o.user_id.map(UserId::to_graphql),
            status: o.status,
        }))
    }

    /// Whether the user has a paid order of the product.
    async fn has_bought(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The buyer.")] user_id: UserId,
        #[graphql(desc = "The product, in whichever variant.")] product_id: ProductId,
    ) -> Result<bool> {
        Ok(order::has_bought(ctx.data_unchecked::<App>().database(), user_id, product_id).await?)
    }
}

/// What payments asks for within its own mutations, so that their answers show the order as it is after them. The events
/// that follow say the same, and change nothing then.
pub struct InternalMutation;

#[Object(name = "Mutation")]
impl InternalMutation {
    /// Lets the checkout that waits for an order's payment go on, and waits until it rests, for ten seconds at most. Returns
    /// true.
    async fn resume_checkout(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The order; of one that waits for nothing, or is none, nothing happens.")]
        order_id: OrderId,
    ) -> Result<bool> {
        checkout::resume(ctx.data_unchecked::<App>(), order_id).await?;
        Ok(true)
    }

    /// Writes down what was given back of an order's payment, and closes an order of which nothing is left to pay for.
    /// Returns true.
    async fn record_refund(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The order; of one that is none nothing happens.")] order_id: OrderId,
        #[graphql(desc = "In all; less than is known already changes nothing.")] refunded: MoneyInput,
        #[graphql(desc = "Points that came back with the last of it.")] points: Option<i64>,
        #[graphql(
            desc = "Points that were given back in all; null where the release that asks does not say: then the same part of them as of the money."
        )]
        points_refunded: Option<i64>,
    ) -> Result<bool> {
        let refunded = Money::try_from(refunded).map_err(OrderError::from)?;
        let told = RefundNews { points: points.unwrap_or_default(), ..RefundNews::default() };
        let refunded = Refunded { money: refunded.minor(), points: points_refunded };
        refund::record(ctx.data_unchecked::<App>(), order_id, refunded, told).await?;
        Ok(true)
    }
}
