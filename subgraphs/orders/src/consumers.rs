//! What orders does when something became of a payment. A checkout that had its payment's outcome as an answer is not
//! woken: it waits for nothing.

use contracts::payments::{PaymentAuthorized, PaymentFailed, PaymentRefunded};
use platform_events::{EventContext, Handlers};

use crate::checkout::{self, Cancellations};

pub fn handlers(cancellations: &Cancellations) -> Handlers {
    let sagas = &cancellations.sagas;
    let (authorized, failed, cancellations) = (sagas.clone(), sagas.clone(), cancellations.clone());
    Handlers::new("orders.payments")
        .on::<PaymentAuthorized>(move |ctx: EventContext<'_>, event| {
            let sagas = authorized.clone();
            Box::pin(async move { Ok(checkout::wake(&sagas, ctx.tx, event.order_id).await?) })
        })
        .on::<PaymentFailed>(move |ctx: EventContext<'_>, event| {
            let sagas = failed.clone();
            Box::pin(async move { Ok(checkout::wake(&sagas, ctx.tx, event.order_id).await?) })
        })
        .only_if(|event: &PaymentAuthorized| event.deferred)
        .only_if(|event: &PaymentFailed| event.deferred)
        .on::<PaymentRefunded>(move |ctx: EventContext<'_>, event| {
            let cancellations = cancellations.clone();
            Box::pin(async move {
                Ok(cancellations.note_refund(ctx.tx, event.order_id, event.refunded.minor()).await?)
            })
        })
}
