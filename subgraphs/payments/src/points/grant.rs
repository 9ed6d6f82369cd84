//! Gives points to a customer.

use payments_entities::ledger_transaction::Kind as LedgerKind;
use payments_entities::points_entry::Kind;
use platform_commerce::{CurrencyCode, Money};
use platform_core::id::UserId;

use super::account::{LIFETIME, add};
use super::error::PointsError;
use super::expense::book_expense;
use super::store;
use crate::app::App;
use crate::ledger;
use crate::peers::users;

/// The most points given at once.
pub const MAX_AT_ONCE: i64 = 10_000_000;
/// The most points that an account comes to hold by gifts: what is given back besides stays within 32 bits.
pub const MAX_BALANCE: i64 = 1_000_000_000;

/// Gives points at the platform's expense; once for a reference, which is refused with another user, number or currency.
pub async fn grant(
    app: &App,
    user: UserId,
    points: i64,
    reference: &str,
    currency: CurrencyCode,
) -> Result<(), PointsError> {
    if !(1..=MAX_AT_ONCE).contains(&points) {
        return Err(PointsError::InvalidNumber);
    }
    // Asked before the transaction: none is open across a call.
    if !users::exists(&app.peers, user).await? {
        return Err(PointsError::UnknownUser);
    }
    let tx = app.begin().await?;
    if add(app, &tx, user, Kind::Granted, reference, points, app.now() + LIFETIME).await? {
        let account = store::account(&*tx, user).await?;
        if account.is_some_and(|account| account.balance > MAX_BALANCE) {
            return Err(PointsError::AccountFull);
        }
        book_expense(&tx, app, reference, Money::from_minor(points, currency)).await?;
    } else if let Some(given) = store::entry(&tx, Kind::Granted, reference).await? {
        if given.user_id != user {
            return Err(PointsError::ReferenceUsed);
        }
        if given.points != points {
            return Err(PointsError::OtherPointsGiven { given: given.points });
        }
        let booked = ledger::postings(&tx, LedgerKind::PointsGrant, reference).await?;
        if booked.iter().any(|posting| posting.amount.currency() != currency) {
            return Err(PointsError::OtherCurrencyGiven);
        }
    }
    tx.commit().await?;
    Ok(())
}
