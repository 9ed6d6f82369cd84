//! What was given back of an order's money.

use std::collections::HashSet;

use orders_entities::order::{ActiveModel, Model, Status};
use orders_entities::{order_line, vendor_order};
use platform_commerce::Money;
use platform_core::id::{OrderId, VendorOrderId};
use platform_database::{StoreError, Transaction};
use sea_orm::ActiveValue::Set;
use sea_orm::IntoActiveModel;

use super::error::OrderError;
use super::mail::{News, OrderMail, RefundMail, RefundNews};
use super::status::is_paid;
use super::store;
use super::topics::announce;
use crate::app::App;

/// What was given back of an order in all, in minor units.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Refunded {
    pub money: i64,
    /// `None` where nobody says: then the same part of the points as of the money.
    pub points: Option<i64>,
}

/// Whether all that was paid, in money and in points, was given back.
pub fn is_refunded(order: &Model) -> bool {
    is_money_back(order) && order.points_refunded_minor >= order.points_minor
}

fn is_money_back(order: &Model) -> bool {
    let in_money = in_money(order);
    in_money > 0 && order.refunded_minor >= in_money
}

/// Whether nothing of an order is left to give back. Where only pieces were refunded that are named, those are left that
/// are not, even where they cost nothing.
pub async fn has_nothing_left(tx: &Transaction, order: &Model) -> Result<bool, StoreError> {
    if !is_money_back(order) {
        return Ok(false);
    }
    let by_pieces = store::refunded_by_pieces(tx, order.id).await?;
    // With the last of an amount come all points, whether or not the release that wrote it down says so.
    if by_pieces == 0 {
        return Ok(true);
    }
    let is_by_amount = by_pieces < order.refunded_minor;
    Ok(is_refunded(order) && (is_by_amount || !store::has_pieces_left(tx, order.id).await?))
}

const fn in_money(order: &Model) -> i64 {
    order.total_minor.saturating_sub(order.points_minor)
}

impl Refunded {
    /// The points of it, of an order.
    fn points_of(self, order: &Model) -> Result<i64, OrderError> {
        if let Some(points) = self.points {
            return Ok(points);
        }
        let points = Money::from_minor(order.points_minor, order.currency.parse()?);
        let in_money = in_money(order).max(1);
        Ok(points.checked_ratio(self.money.min(in_money), in_money)?.minor())
    }
}

/// Writes down what was refunded in all; the order after it. Less than is known already changes nothing. What came back is
/// not to be shipped from the same version on. The history says so, unless all of a paid order was given back: then the order
/// is refunded or called off next, and that is told.
pub async fn set_refunded(
    tx: &Transaction,
    app: &App,
    id: OrderId,
    refunded: Refunded,
    news: RefundNews,
) -> Result<Option<Model>, OrderError> {
    let Some(order) = store::lock(tx, id).await? else { return Ok(None) };
    let money = refunded.money.max(order.refunded_minor);
    let points = refunded.points_of(&order)?.max(order.points_refunded_minor);
    if (money, points) == (order.refunded_minor, order.points_refunded_minor) {
        return close_empty_parts(tx, app, order).await.map(Some);
    }
    close_empty(tx, app, id).await?;
    let amount_minor = money.saturating_sub(order.refunded_minor);
    let mut row = next_version(app, order);
    row.refunded_minor = Set(money);
    row.points_refunded_minor = Set(points);
    let order = store::update(tx, row).await?;
    let is_over = has_nothing_left(tx, &order).await?;
    if is_over {
        store::set_vendor_orders(tx, id, vendor_order::Status::Cancelled, order.updated_at).await?;
    }
    let reason = match is_over {
        true if is_paid(order.status) => None,
        true => Some("REFUNDED"),
        false => Some("PARTIALLY_REFUNDED"),
    };
    if let Some(reason) = reason {
        store::note(tx, &order, reason, None).await?;
    }
    // All of it is told with what closes the order, unless that was closed while a refund was under way.
    if is_over && order.status == Status::Cancelled {
        app.jobs.enqueue(tx, &OrderMail { order: id, news: News::Refunded, was_paid: true }).await?;
    } else if !is_over {
        let mail = RefundMail {
            order: id,
            amount_minor,
            refunded_minor: money,
            points_refunded_minor: points,
            news,
        };
        app.jobs.enqueue(tx, &mail).await?;
    }
    announce(tx, app, &order, &[]);
    Ok(Some(order))
}

/// Closes the vendors' parts of which every piece was refunded, which is a new version of the order; the order after it.
pub async fn close_empty_parts(tx: &Transaction, app: &App, order: Model) -> Result<Model, OrderError> {
    match close_empty(tx, app, order.id).await? {
        true => tell(tx, app, order).await,
        false => Ok(order),
    }
}

/// Pieces were refunded for which nobody had paid: the order's amounts stay, and it changes all the same.
pub async fn note_free_pieces(tx: &Transaction, app: &App, order: Model) -> Result<Model, OrderError> {
    close_empty(tx, app, order.id).await?;
    tell(tx, app, order).await
}

/// Makes a new version of an order whose status stays.
pub async fn tell(tx: &Transaction, app: &App, order: Model) -> Result<Model, OrderError> {
    let order = store::update(tx, next_version(app, order)).await?;
    announce(tx, app, &order, &[]);
    Ok(order)
}

/// Closes the parts of which there is nothing to send; whether there were any.
async fn close_empty(tx: &Transaction, app: &App, order: OrderId) -> Result<bool, StoreError> {
    let lines = store::lines(&**tx, order).await?;
    let under_way = store::pieces_under_way(tx, order).await?;
    let is_left = |line: &&order_line::Model| {
        let under_way = under_way.get(&line.id).copied().unwrap_or(0);
        line.refunded_quantity.saturating_sub(under_way) < line.quantity
    };
    let left: HashSet<VendorOrderId> =
        lines.iter().filter(is_left).map(|line| line.vendor_order_id).collect();
    let parts: HashSet<VendorOrderId> = lines.iter().map(|line| line.vendor_order_id).collect();
    let empty: Vec<VendorOrderId> = parts.difference(&left).copied().collect();
    store::close_parts(tx, &empty, app.now()).await
}

fn next_version(app: &App, order: Model) -> ActiveModel {
    let version = order.version.saturating_add(1);
    let mut row = order.into_active_model();
    row.version = Set(version);
    row.updated_at = Set(app.now());
    row
}
