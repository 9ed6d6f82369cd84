//! What becomes of points when orders are delivered and completed.

use contracts::orders::{OrderCompleted, OrderDelivered};
use platform_events::{EventContext, EventHandler, HandlerError, Handlers};

use super::earn::{earn, promise};
use crate::app::App;

pub fn consumer(app: &App) -> Handlers<Earnings> {
    Handlers::new("payments.earnings", Earnings { app: app.clone() })
        .on::<OrderDelivered>()
        .on::<OrderCompleted>()
}

/// Lets users earn points by their orders; guests have none.
pub struct Earnings {
    app: App,
}

impl EventHandler<OrderDelivered> for Earnings {
    fn concerns(&self, event: &OrderDelivered) -> bool {
        event.user_id.is_some()
    }

    async fn handle(&self, context: EventContext<'_>, event: OrderDelivered) -> Result<(), HandlerError> {
        let Some(user) = event.user_id else { return Ok(()) };
        Ok(promise(context.tx, &self.app, event.order_id, user).await?)
    }
}

impl EventHandler<OrderCompleted> for Earnings {
    fn concerns(&self, event: &OrderCompleted) -> bool {
        event.user_id.is_some()
    }

    async fn handle(&self, context: EventContext<'_>, event: OrderCompleted) -> Result<(), HandlerError> {
        let Some(user) = event.user_id else { return Ok(()) };
        Ok(earn(context.tx, &self.app, event.order_id, user).await?)
    }
}
