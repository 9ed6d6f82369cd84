//! What points cost the platform.

use payments_entities::ledger_account::Kind as AccountKind;
use payments_entities::ledger_transaction::Kind as LedgerKind;
use platform_commerce::Money;
use platform_database::Transaction;

use super::error::PointsError;
use crate::app::App;
use crate::ledger::Posting;

/// Books points that a user is given at the platform's expense; fewer than none relieve it.
pub async fn book_expense(
    tx: &Transaction,
    app: &App,
    reference: &str,
    points: Money,
) -> Result<(), PointsError> {
    let posting = |kind, amount| Posting { kind, owner: String::new(), amount };
    let postings = [
        posting(AccountKind::PointsExpense, points),
        posting(AccountKind::PointsLiability, points.checked_mul(-1)?),
    ];
    app.ledger().book(tx, LedgerKind::PointsGrant, reference, &postings).await?;
    Ok(())
}
