//! What becomes of a guest's payments when the order is taken into an account.

use contracts::orders::OrderClaimed;
use platform_events::Handlers;

use super::store;

/// Orders that are claimed.
pub fn consumer() -> Handlers {
    Handlers::new("payments.orders")
        .on::<OrderClaimed>(|ctx, event| {
            Box::pin(async move { Ok(store::give_to_user(ctx.tx, event.order_id, event.user_id).await?) })
        })
        .from_now()
}
