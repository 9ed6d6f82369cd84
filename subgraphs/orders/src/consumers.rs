//! What orders does when something became of a payment. A checkout that had its payment's outcome as an answer is not
//! woken: it waits for nothing.

use contracts::payments::{PaymentAuthorized, PaymentFailed, PaymentRefunded};
use platform_events::{EventContext, EventHandler, HandlerError, Handlers};

use crate::checkout;
use crate::refund::Refunds;

pub fn handlers(refunds: &Refunds) -> Handlers<Refunds> {
    Handlers::new("orders.payments", refunds.clone())
        .on::<PaymentAuthorized>()
        .on::<PaymentFailed>()
        .on::<PaymentRefunded>()
}

impl EventHandler<PaymentAuthorized> for Refunds {
    fn concerns(&self, event: &PaymentAuthorized) -> bool {
        event.deferred
    }

    async fn handle(&self, context: EventContext<'_>, event: PaymentAuthorized) -> Result<(), HandlerError> {
        Ok(checkout::wake(self.app.sagas(), context.tx, event.order_id).await?)
    }
}

impl EventHandler<PaymentFailed> for Refunds {
    fn concerns(&self, event: &PaymentFailed) -> bool {
        event.deferred
    }

    async fn handle(&self, context: EventContext<'_>, event: PaymentFailed) -> Result<(), HandlerError> {
        Ok(checkout::wake(self.app.sagas(), context.tx, event.order_id).await?)
    }
}

impl EventHandler<PaymentRefunded> for Refunds {
    async fn handle(&self, context: EventContext<'_>, event: PaymentRefunded) -> Result<(), HandlerError> {
        Ok(self.note(context.tx, event).await?)
    }
}
