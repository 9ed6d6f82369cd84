//! What orders does when something became of a payment. A checkout that had its payment's outcome as an answer is not
//! woken: it waits for nothing.

use contracts::payments::{PaymentAuthorized, PaymentFailed, PaymentRefunded};
use platform_events::{EventContext, EventHandler, HandlerError, Handlers};

use crate::app::App;
use crate::{checkout, refund};

pub fn payments(app: &App) -> Handlers<Payments> {
    Handlers::new("orders.payments", Payments { app: app.clone() })
        .on::<PaymentAuthorized>()
        .on::<PaymentFailed>()
        .on::<PaymentRefunded>()
}

/// Lets checkouts go on and writes refunds down.
pub struct Payments {
    app: App,
}

impl EventHandler<PaymentAuthorized> for Payments {
    fn concerns(&self, event: &PaymentAuthorized) -> bool {
        event.deferred
    }

    async fn handle(&self, context: EventContext<'_>, event: PaymentAuthorized) -> Result<(), HandlerError> {
        Ok(checkout::wake(context.tx, &self.app, event.order_id).await?)
    }
}

impl EventHandler<PaymentFailed> for Payments {
    fn concerns(&self, event: &PaymentFailed) -> bool {
        event.deferred
    }

    async fn handle(&self, context: EventContext<'_>, event: PaymentFailed) -> Result<(), HandlerError> {
        Ok(checkout::wake(context.tx, &self.app, event.order_id).await?)
    }
}

impl EventHandler<PaymentRefunded> for Payments {
    async fn handle(&self, context: EventContext<'_>, event: PaymentRefunded) -> Result<(), HandlerError> {
        Ok(refund::note(context.tx, &self.app, event).await?)
    }
}
