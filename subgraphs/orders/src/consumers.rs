//! What orders does when something became of a payment.

use contracts::payments::{PaymentAuthorized, PaymentFailed, PaymentRefunded};
use platform_events::{EventContext, Handlers};
use platform_sagas::Sagas;

use crate::checkout;
use crate::order::Orders;

pub fn handlers(orders: &Orders, sagas: &Sagas) -> Handlers {
    let (authorized, failed, orders) = (sagas.clone(), sagas.clone(), orders.clone());
    Handlers::new("orders.payments")
        .on::<PaymentAuthorized>(move |ctx: EventContext<'_>, event| {
            let sagas = authorized.clone();
            Box::pin(async move { Ok(checkout::wake(&sagas, ctx.tx, event.order_id).await?) })
        })
        .on::<PaymentFailed>(move |ctx: EventContext<'_>, event| {
            let sagas = failed.clone();
            Box::pin(async move { Ok(checkout::wake(&sagas, ctx.tx, event.order_id).await?) })
        })
        .on::<PaymentRefunded>(move |ctx: EventContext<'_>, event| {
            let orders = orders.clone();
            Box::pin(
                async move { Ok(orders.set_refunded(ctx.tx, event.order_id, event.refunded.minor()).await?) },
            )
        })
}
