//! Refunds as the cancellation of an order makes them.

use async_graphql::{Context, Object, Result};
use platform_core::id::PaymentId;

use super::service::Refunds;

#[derive(Default)]
pub struct InternalRefundMutation;

#[Object]
impl InternalRefundMutation {
    /// Gives back all that is left of a captured payment, once for a key. Returns true.
    async fn refund_remaining(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The payment to give it back from.")] id: PaymentId,
        #[graphql(desc = "The caller's key: the same key refunds once, unless the gateway refused.")]
        idempotency_key: String,
        #[graphql(desc = "Why, for the customer to read too.")] reason: String,
    ) -> Result<bool> {
        ctx.data_unchecked::<Refunds>().refund_remaining(id, &reason, &idempotency_key).await?;
        Ok(true)
    }
}
