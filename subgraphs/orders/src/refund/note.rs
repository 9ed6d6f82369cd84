//! What payments tells of refunds, by whichever path they were asked for.

use contracts::orders::{self as contract, OrderPiecesRefunded};
use contracts::payments::PaymentRefunded;
use orders_entities::order_refund::{Model, Status};
use orders_entities::order_refund_line;
use platform_core::id::{OrderId, RefundId};
use platform_database::{StoreError, Transaction};
use sea_orm::ActiveValue::Set;
use sea_orm::IntoActiveModel;

use super::error::RefundError;
use super::store;
use crate::app::App;
use crate::checkout::{follow_restocking, note_refund};
use crate::order::{self, RefundNews, Refunded, RefundedPieces};
use crate::returned;

/// Writes down a refund of no particular pieces for somebody who waits for it: what goes back on the shelf is there
/// afterwards.
pub async fn record(
    app: &App,
    order: OrderId,
    refunded: Refunded,
    news: RefundNews,
) -> Result<(), RefundError> {
    let tx = app.begin().await?;
    note_refund(&tx, app, order, refunded, news).await?;
    tx.commit().await?;
    Ok(follow_restocking(app, order).await?)
}

/// Writes down what payments tells of a refund, whoever asked for it.
pub async fn note(tx: &Transaction, app: &App, event: PaymentRefunded) -> Result<(), RefundError> {
    let Some(order) = order::lock_order(tx, event.order_id).await? else { return Ok(()) };
    let refunded = Refunded { money: event.refunded.minor(), points: event.points_refunded };
    let Some(refund) = store::find(&**tx, event.refund_id).await? else {
        let news = RefundNews { points: event.points, ..RefundNews::default() };
        return Ok(note_refund(tx, app, order.id, refunded, news).await?);
    };
    let pieces = returned::lines(&**tx, refund.id).await?;
    let (is_settled, news) = (refund.goods_settled, news(event.points, &refund, &pieces));
    if refund.status == Status::Pending {
        let mut row = refund.into_active_model();
        row.status = Set(Status::Succeeded);
        row.points = Set(event.points);
        row.updated_at = Set(app.now());
        store::update(tx, row).await?;
        publish(tx, app, order.id, event.refund_id, &pieces).await?;
    }
    if is_settled {
        return Ok(note_refund(tx, app, order.id, refunded, news).await?);
    }
    // Catalog has to hear of these pieces before all that is left goes back on the shelf.
    order::set_refunded(tx, app, order.id, refunded, news).await?;
    Ok(())
}

/// Tells others which pieces were given back the price of.
pub(super) async fn publish(
    tx: &Transaction,
    app: &App,
    order_id: OrderId,
    refund_id: RefundId,
    pieces: &[order_refund_line::Model],
) -> Result<(), StoreError> {
    if pieces.is_empty() {
        return Ok(());
    }
    let line = |pieces: &order_refund_line::Model| contract::RefundedPieces {
        line_id: pieces.line_id,
        quantity: pieces.quantity,
    };
    let lines = pieces.iter().map(line).collect();
    app.outbox.publish(tx, &OrderPiecesRefunded { order_id, refund_id, lines }).await?;
    Ok(())
}

/// What a mail tells of a refund of pieces.
pub(super) fn news(points: i64, refund: &Model, pieces: &[order_refund_line::Model]) -> RefundNews {
    let told = |pieces: &order_refund_line::Model| RefundedPieces {
        line: pieces.line_id,
        quantity: pieces.quantity,
        amount_minor: pieces.amount_minor,
    };
    let pieces = pieces.iter().map(told).collect();
    RefundNews { points, pieces, shipping_minor: refund.shipping_minor }
}
