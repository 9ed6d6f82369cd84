//! Events of other subgraphs that a user is told of.

use contracts::orders::{OrderCancelled, OrderPaid, OrderPlaced};
use contracts::payments::PaymentRefunded;
use platform_core::id::UserId;
use platform_events::{EventContext, HandlerError, Handlers};
use users_entities::notification::Kind;

use crate::app::App;
use crate::notification::Content;
use crate::notification::service::deliver;

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
            Box::pin(tell(context, cancelled.clone(), event.user_id, Kind::OrderCancelled, content))
        })
        .on::<PaymentRefunded>(move |context, event| {
            let content = Content::Refund { order_id: event.order_id, amount: event.amount };
            Box::pin(tell(context, refunded.clone(), event.user_id, Kind::PaymentRefunded, content))
        })
        .from_now()
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
