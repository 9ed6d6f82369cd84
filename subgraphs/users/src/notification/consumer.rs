//! Events of other subgraphs that a user is told of.

use contracts::orders::{OrderCancelled, OrderDelivered, OrderPaid, OrderPlaced, OrderShipped};
use contracts::payments::PaymentRefunded;
use platform_core::id::UserId;
use platform_events::{EventContext, EventHandler, HandlerError, Handlers};
use users_entities::notification::Kind;

use crate::app::App;
use crate::notification::service::deliver;
use crate::notification::{Content, NotificationError, store};

/// New inboxes do not tell of what happened before they existed.
pub fn consumer(app: &App) -> Handlers<Notifications> {
    Handlers::new("users.notifications", Notifications { app: app.clone() })
        .on::<OrderPlaced>()
        .on::<OrderPaid>()
        .on::<OrderShipped>()
        .on::<OrderDelivered>()
        .on::<OrderCancelled>()
        .on::<PaymentRefunded>()
        .from_now()
}

/// Tells users what became of their orders.
pub struct Notifications {
    app: App,
}

impl EventHandler<OrderPlaced> for Notifications {
    async fn handle(&self, context: EventContext<'_>, event: OrderPlaced) -> Result<(), HandlerError> {
        let content = Content::Order { order_id: event.order_id, number: event.number };
        self.tell(context, event.user_id, Kind::OrderPlaced, content).await
    }
}

impl EventHandler<OrderPaid> for Notifications {
    async fn handle(&self, context: EventContext<'_>, event: OrderPaid) -> Result<(), HandlerError> {
        let content = Content::Order { order_id: event.order_id, number: event.number };
        self.tell(context, event.user_id, Kind::OrderPaid, content).await
    }
}

impl EventHandler<OrderShipped> for Notifications {
    async fn handle(&self, context: EventContext<'_>, event: OrderShipped) -> Result<(), HandlerError> {
        let content = Content::Order { order_id: event.order_id, number: event.number };
        self.tell(context, event.user_id, Kind::OrderShipped, content).await
    }
}

impl EventHandler<OrderDelivered> for Notifications {
    async fn handle(&self, context: EventContext<'_>, event: OrderDelivered) -> Result<(), HandlerError> {
        let content = Content::Order { order_id: event.order_id, number: event.number };
        self.tell(context, event.user_id, Kind::OrderDelivered, content).await
    }
}

impl EventHandler<OrderCancelled> for Notifications {
    async fn handle(&self, context: EventContext<'_>, event: OrderCancelled) -> Result<(), HandlerError> {
        let content = Content::Order { order_id: event.order_id, number: event.number };
        let kind = if event.refunded { Kind::OrderRefunded } else { Kind::OrderCancelled };
        self.tell(context, event.user_id, kind, content).await
    }
}

impl EventHandler<PaymentRefunded> for Notifications {
    /// Pieces that cost their buyer nothing give nothing back.
    fn concerns(&self, event: &PaymentRefunded) -> bool {
        !event.amount.is_zero() || event.points > 0
    }

    /// Payments knows no order's number; the inbox does, from what it was told of the order before.
    async fn handle(&self, context: EventContext<'_>, event: PaymentRefunded) -> Result<(), HandlerError> {
        let PaymentRefunded { order_id, user_id, amount, points, .. } = event;
        let number = match user_id {
            Some(user) => {
                store::order_number(&**context.tx, user, order_id).await.map_err(NotificationError::from)?
            }
            None => None,
        };
        let content = Content::Refund { order_id, amount, number, points };
        self.tell(context, user_id, Kind::PaymentRefunded, content).await
    }
}

impl Notifications {
    async fn tell(
        &self,
        context: EventContext<'_>,
        user: Option<UserId>,
        kind: Kind,
        content: Content,
    ) -> Result<(), HandlerError> {
        // Guests have no inbox.
        let Some(user) = user else { return Ok(()) };
        deliver(context.tx, &self.app, user, kind, &context.event.id.to_string(), &content).await?;
        Ok(())
    }
}
