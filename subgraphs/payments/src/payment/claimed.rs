//! What becomes of a guest's payments when the order is taken into an account: orders says so within its answer, and by an
//! event in case it could not.

use contracts::orders::OrderClaimed;
use platform_core::id::{OrderId, UserId};
use platform_events::{EventContext, EventHandler, HandlerError, Handlers};

use super::error::PaymentError;
use super::store;
use crate::app::App;

/// Makes the payments of a guest's order a user's.
pub async fn claim(app: &App, order: OrderId, user: UserId) -> Result<(), PaymentError> {
    let tx = app.begin().await?;
    store::give_to_user(&tx, order, user).await?;
    Ok(tx.commit().await?)
}

/// Orders that are claimed.
pub fn consumer() -> Handlers<Claims> {
    Handlers::new("payments.orders", Claims).on::<OrderClaimed>().from_now()
}

pub struct Claims;

impl EventHandler<OrderClaimed> for Claims {
    async fn handle(&self, context: EventContext<'_>, event: OrderClaimed) -> Result<(), HandlerError> {
        Ok(store::give_to_user(context.tx, event.order_id, event.user_id).await?)
    }
}
