//! Points that a buyer earns by an order: pending from its delivery on, given when it can no longer be returned, and taken
//! back in the measure in which its money is refunded after that.
//!
//! They are a share of what was paid in money and is kept. What is refunded before they are given lowers them by itself.
//! A refund that comes later takes back what the buyer still has: nobody comes to owe points.

use payments_entities::payment::Model as Payment;
use payments_entities::points_earning::{Model, Status};
use payments_entities::points_entry::Kind;
use platform_commerce::Money;
use platform_core::id::{OrderId, RefundId, UserId};
use platform_database::Transaction;

use super::account::{LIFETIME, add, deduct, take_from_entries};
use super::error::PointsError;
use super::expense::book_expense;
use super::store;
use crate::app::App;

/// Hundredths of a percent in one.
const WHOLE: i64 = 10_000;

/// `part` of `whole`, of so many points, rounded down.
pub fn share(points: i64, part: i64, whole: i64) -> i64 {
    let product = i128::from(points) * i128::from(part.max(0));
    product.checked_div(i128::from(whole)).and_then(|share| i64::try_from(share).ok()).unwrap_or(0)
}

/// The points for so much money that is kept, in minor units.
pub fn earned_by(app: &App, kept_minor: i64) -> i64 {
    share(kept_minor, i64::from(app.config.fulfilment.points_earned_bps), WHOLE)
}

/// An order of the user's was delivered: points are pending.
pub async fn promise(tx: &Transaction, app: &App, order: OrderId, user: UserId) -> Result<(), PointsError> {
    let row = Model {
        order_id: order,
        user_id: user,
        status: Status::Pending,
        basis_minor: 0,
        points: 0,
        reversed: 0,
        updated_at: app.now(),
    };
    Ok(store::insert_earning_unless_known(tx, row).await?)
}

/// The order can no longer be returned: the points are the user's, once.
pub async fn earn(tx: &Transaction, app: &App, order: OrderId, user: UserId) -> Result<(), PointsError> {
    promise(tx, app, order, user).await?;
    let earning = store::lock_earning(tx, order).await?.filter(|row| row.status == Status::Pending);
    let Some(earning) = earning else { return Ok(()) };
    let kept = store::kept(tx, order).await?;
    let basis_minor = kept.iter().map(|money| money.minor()).sum();
    let points = earned_by(app, basis_minor);
    let row = Model { status: Status::Earned, basis_minor, points, updated_at: app.now(), ..earning };
    store::update_earning(tx, row).await?;
    let Some(currency) = kept.first().map(|money| money.currency()).filter(|_| points > 0) else {
        return Ok(());
    };
    add(app, tx, user, Kind::Earned, &order.to_string(), points, app.now() + LIFETIME).await?;
    book_expense(tx, app, &format!("earned:{order}"), Money::from_minor(points, currency)).await
}

/// Money of an order's payment was refunded: of the points that it earned, what the buyer still has of the same part goes.
/// The payment is as it is with the refund.
pub async fn reverse(
    tx: &Transaction,
    app: &App,
    payment: &Payment,
    refund: RefundId,
) -> Result<(), PointsError> {
    let earning = store::lock_earning(tx, payment.order_id).await?.filter(|row| row.points > 0);
    let Some(earning) = earning else { return Ok(()) };
    let kept = store::kept(tx, payment.order_id).await?;
    let kept_minor = kept.iter().map(|money| money.minor()).sum();
    let left = share(earning.points, kept_minor, earning.basis_minor);
    let wanted = earning.points.saturating_sub(earning.reversed).saturating_sub(left);
    let account = store::lock_account(tx, earning.user_id).await?;
    let free = account.map_or(0, |account| account.balance.saturating_sub(account.held));
    let taken = wanted.min(free);
    if taken <= 0 {
        return Ok(());
    }
    take_from_entries(tx, earning.user_id, taken).await?;
    deduct(app, tx, earning.user_id, Kind::Reversed, &refund.to_string(), taken, 0).await?;
    let reversed = earning.reversed.saturating_add(taken);
    store::update_earning(tx, Model { reversed, updated_at: app.now(), ..earning }).await?;
    let back = Money::from_minor(taken.saturating_neg(), payment.currency.parse()?);
    book_expense(tx, app, &format!("reversed:{refund}"), back).await
}
