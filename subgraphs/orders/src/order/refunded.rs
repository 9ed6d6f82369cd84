//! What was given back of an order's money.

use orders_entities::order::{Model, Status};
use orders_entities::vendor_order;
use platform_core::id::OrderId;
use platform_database::Transaction;
use sea_orm::ActiveValue::Set;
use sea_orm::IntoActiveModel;

use super::error::OrderError;
use super::mail::{RefundMail, RefundNews};
use super::store;
use super::topics::announce;
use crate::app::App;

/// Whether all that was paid in money was given back.
pub fn is_refunded(order: &Model) -> bool {
    let paid_in_money = order.total_minor.saturating_sub(order.points_minor);
    paid_in_money > 0 && order.refunded_minor >= paid_in_money
}

/// Writes down what was refunded in all; the order after it. Less than is known already changes nothing. Where it is
/// all, no vendor is to ship any of it from the same version on. The history says so, unless all of a paid order was
/// given back: then the order is refunded or called off next, and that is told.
pub async fn set_refunded(
    tx: &Transaction,
    app: &App,
    id: OrderId,
    refunded_minor: i64,
    news: RefundNews,
) -> Result<Option<Model>, OrderError> {
    let Some(order) = store::lock(tx, id).await? else { return Ok(None) };
    let amount_minor = refunded_minor.saturating_sub(order.refunded_minor);
    if amount_minor <= 0 {
        return Ok(Some(order));
    }
    let version = order.version.saturating_add(1);
    let mut row = order.into_active_model();
    row.refunded_minor = Set(refunded_minor);
    row.version = Set(version);
    row.updated_at = Set(app.now());
    let order = store::update(tx, row).await?;
    if is_refunded(&order) {
        store::set_vendor_orders(tx, id, vendor_order::Status::Cancelled, order.updated_at).await?;
    }
    let reason = match is_refunded(&order) {
        true if matches!(order.status, Status::Paid | Status::Completed) => None,
        true => Some("REFUNDED"),
        false => Some("PARTIALLY_REFUNDED"),
    };
    if let Some(reason) = reason {
        store::note(tx, &order, reason, None).await?;
    }
    // All of it is told with what closes the order.
    if !is_refunded(&order) {
        app.platform()
            .jobs
            .enqueue(tx, &RefundMail { order: id, amount_minor, refunded_minor, news })
            .await?;
    }
    announce(tx, app, &order, &[]);
    Ok(Some(order))
}
