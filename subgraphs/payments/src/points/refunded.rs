//! Points that refunds of a payment give back: those alone that the order has spent. While an order only holds them they are
//! its user's still, and what is refunded meanwhile is given back when they are spent.

use payments_entities::points_hold::Status;
use platform_commerce::{CurrencyCode, Money};
use platform_core::id::UserId;
use platform_database::{StoreError, Transaction};
use sea_orm::DbErr;

use super::account::give_back;
use super::error::PointsError;
use super::store;
use crate::app::App;
use crate::ledger::Split;

/// Whether the points that are held under a payment's key are spent. Locks the hold, so that nobody spends or gives back
/// meanwhile: before the payment is locked, as wherever both are. A payment without a hold is taken to have spent its
/// points.
pub async fn are_spent(tx: &Transaction, key: &str) -> Result<bool, StoreError> {
    let hold = store::lock_hold(tx, key).await?;
    Ok(hold.is_none_or(|hold| hold.status == Status::Committed))
}

/// Gives the points back of refunds that were made before the points of `key` were spent.
pub async fn return_refunded(
    app: &App,
    tx: &Transaction,
    user: UserId,
    key: &str,
) -> Result<(), PointsError> {
    let Some((payment, refunds)) = store::refunds_of(tx, key).await? else { return Ok(()) };
    let unreadable = |error: &dyn std::error::Error| StoreError::from(DbErr::Type(error.to_string()));
    let split: Split = serde_json::from_value(payment.split).map_err(|error| unreadable(&error))?;
    let currency: CurrencyCode = payment.currency.parse().map_err(|error| unreadable(&error))?;
    let captured = Money::from_minor(payment.captured_minor, currency);
    let mut refunded_minor = 0_i64;
    let mut returned = 0;
    for refund in refunds {
        refunded_minor = refunded_minor.saturating_add(refund.amount_minor);
        let refunded = Money::from_minor(refunded_minor, currency);
        let in_all = split.points_returned(captured, refunded)?.minor();
        give_back(app, tx, user, &refund.id.to_string(), in_all.saturating_sub(returned)).await?;
        returned = in_all;
    }
    Ok(())
}
