//! Holding longer, within limits for each holder.

use chrono::{DateTime, Utc};
use platform_core::moment;
use platform_database::Transaction;

use crate::begin::find;
use crate::error::HoldError;
use crate::holds::Holds;
use crate::state::State;
use crate::store::{self, HoldTable, RowOf, StatusOf};

/// Holds that can be held longer than they began, while somebody is waited for.
pub trait Extendable: Holds {
    /// What a hold is of, which is read to count it.
    type Of: Send;

    /// What the hold is of; `None` where its holder or its network keeps too much of it waiting, `row` included. Locks what
    /// the hold is of before it counts, so that of two holds the second counts the first.
    fn within_limits(
        &self,
        tx: &Transaction,
        row: &RowOf<Self::Table>,
    ) -> impl Future<Output = Result<Option<Self::Of>, Self::Error>> + Send;
}

/// What became of a request to hold longer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Extended<R, O, S> {
    /// The hold as it is now, and what it is of.
    Held(R, O),
    /// The holder or the network keeps too much waiting; the hold stays as it was.
    LimitReached,
    /// The hold ended before, or its key was closed.
    Closed(S),
}

/// Holds until `expires_at`. An unknown key is refused.
pub async fn extend<H: Extendable>(
    owner: &H,
    key: &str,
    expires_at: DateTime<Utc>,
) -> Result<Extended<RowOf<H::Table>, H::Of, StatusOf<H::Table>>, H::Error> {
    moment::check("expiresAt", expires_at).map_err(HoldError::from)?;
    if expires_at <= owner.now() {
        return Err(HoldError::ExpiryInPast.into());
    }
    loop {
        let tx = owner.database().begin().await?;
        let Some(row) = store::extend::<H::Table>(&tx, key, expires_at, owner.now()).await? else {
            tx.rollback().await?;
            let known = find(owner, key).await?.ok_or(HoldError::UnknownKey)?;
            let status = H::Table::status_of(&known);
            if status == H::Table::status(State::Held) {
                // It arrived a moment after it was not found.
                continue;
            }
            return Ok(Extended::Closed(status));
        };
        let Some(of) = owner.within_limits(&tx, &row).await? else {
            tx.rollback().await?;
            return Ok(Extended::LimitReached);
        };
        tx.commit().await?;
        return Ok(Extended::Held(row, of));
    }
}
