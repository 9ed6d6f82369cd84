//! Points that refunds of a payment give back: those alone that the order has spent. While an order only holds them they are
//! its user's still, and what is refunded meanwhile is given back when they are spent.

use payments_entities::ledger_account::Kind as AccountKind;
use payments_entities::ledger_transaction::Kind;
use payments_entities::points_hold::Status;
use platform_core::id::UserId;
use platform_database::{StoreError, Transaction};

use super::account::give_back;
use super::error::PointsError;
use super::store;
use crate::app::App;
use crate::ledger;

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
    let refunds = store::refunds_of(tx, key).await?;
    let references: Vec<String> = refunds.iter().map(|refund| refund.id.to_string()).collect();
    for (reference, postings) in ledger::entries(&**tx, Kind::Refund, &references).await? {
        let of_points = postings.iter().filter(|posting| posting.kind == AccountKind::PointsLiability);
        let booked: i64 = of_points.map(|posting| posting.amount.minor()).sum();
        give_back(app, tx, user, &reference, booked.saturating_neg()).await?;
    }
    Ok(())
}
