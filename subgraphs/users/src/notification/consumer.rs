//! Events of other subgraphs that a user is told of.

use contracts::orders::{OrderCancelled, OrderPaid, OrderPlaced};
use contracts::payments::PaymentRefunded;
use platform_core::id::UserId;
use platform_events::{EventContext, HandlerError, Handlers};
use users_entities::notification::Kind;

use crate::app::App;
use crate::notification::service::deliver;
use crate::notification::{Content, NotificationError, store};

/// New inboxes do not tell of what happened before they existed.
pub fn consumer(app: &App) -> Handlers {
    let (placed, paid, cancelled, refunded) = (app.clone(), app.clone(), app.clone(), app.clone());
    Handlers::new("users.notifications")
        .on::<OrderPlaced>(move |context, event| {
            let content = Content::Order { order_id: event.order_id, number: event.number };
            Box::pin(tell(context, placed.clone(), event.user_id, Kind::OrderPlaced, content))
        })
        .on::<OrderPaid>(move |context, event| {
            let content = Content::Order { order_id: event.order_id, number: event.number };
            Box::pin(tell(context, paid.clone(), event.user_id, Kind::OrderPaid, content))
        })
        .on::<OrderCancelled>(move |context, event| {
            let content = Content::Order { order_id: event.order_id, number: event.number };
            let kind = if event.refunded { Kind::OrderRefunded } else { Kind::OrderCancelled };
            Box::pin(tell(context, cancelled.clone(), event.user_id, kind, content))
        })
        .on::<PaymentRefunded>(move |context, event| Box::pin(tell_refund(context, refunded.clone(), event)))
        .from_now()
}

/// Payments knows no order's number; the inbox does, from what it was told of the order before.
async fn tell_refund(
    context: EventContext<'_>,
    app: App,
    event: PaymentRefunded,
) -> Result<(), HandlerError> {
    let PaymentRefunded { order_id, user_id, amount, points, .. } = event;
    let number = match user_id {
        Some(user) => {
            store::order_number(&**context.tx, user, order_id).await.map_err(NotificationError::from)?
        }
        None => None,
    };
    let content = Content::Refund { order_id, amount, number, points };
    tell(context, app, user_id, Kind::PaymentRefunded, content).await
}

async fn tell(
    context: EventContext<'_>,
    app: App,
    user: Option<UserId>,
    kind: Kind,
    content: Content,
) -> Result<(), HandlerError> {
    // Guests have no inbox.
    let Some(user) = user else { return Ok(()) };
    deliver(context.tx, &app, user, kind, &context.event.id.to_string(), &content).await?;
    Ok(())
}
