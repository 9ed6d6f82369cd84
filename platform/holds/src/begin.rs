//! How a hold begins: its row first, then what it takes.

use chrono::{DateTime, Utc};
use platform_core::moment;
use platform_database::{StoreError, Transaction};
use platform_text::token;

use crate::error::HoldError;
use crate::holds::Holds;
use crate::state::State;
use crate::store::{self, HoldTable, NewRow, RowOf};

/// The most characters of a key.
const MAX_KEY: usize = 200;

/// What became of a new row.
pub enum Opened<R> {
    /// The hold is written. Whoever opened it takes what it holds in this transaction and commits it, or rolls it back:
    /// then the key is unknown still.
    New(Transaction),
    /// The key is known, as this.
    Known(R),
}

/// The hold with this key.
pub async fn find<H: Holds>(owner: &H, key: &str) -> Result<Option<RowOf<H::Table>>, StoreError> {
    store::find::<H::Table>(owner.database().read(), key).await
}

/// Refuses a hold whose key or expiry is none, or which would have lapsed before it began; then a known key is answered
/// all the same, so it is returned.
pub async fn check<H: Holds>(
    owner: &H,
    key: &str,
    expires_at: DateTime<Utc>,
) -> Result<Option<RowOf<H::Table>>, H::Error> {
    check_key(key)?;
    moment::check("expiresAt", expires_at).map_err(HoldError::from)?;
    if expires_at > owner.now() {
        return Ok(None);
    }
    Ok(Some(find(owner, key).await?.ok_or(HoldError::ExpiryInPast)?))
}

/// Begins a hold with its row.
pub async fn open<H: Holds>(
    owner: &H,
    key: &str,
    row: NewRow<H::Table>,
) -> Result<Opened<RowOf<H::Table>>, H::Error> {
    let tx = owner.database().begin().await?;
    if store::insert_unless_known::<H::Table>(&tx, row).await? {
        return Ok(Opened::New(tx));
    }
    tx.rollback().await?;
    Ok(Opened::Known(find(owner, key).await?.ok_or(HoldError::UnknownKey)?))
}

/// Whether what a known key was held for is held or committed still, and so the answer to a hold of the same; otherwise
/// the key is closed. `is_same`: whether the hold asks for what the key was used for; `None` where it was closed before
/// anything was held. Refuses a hold of something else.
pub fn stands<T: HoldTable>(row: &RowOf<T>, is_same: Option<bool>) -> Result<bool, HoldError> {
    let live = [State::Held, State::Committed].map(T::status).contains(&T::status_of(row));
    match is_same {
        None => Ok(false),
        Some(true) => Ok(live),
        Some(false) => Err(HoldError::KeyReused),
    }
}

pub(crate) fn check_key(key: &str) -> Result<(), HoldError> {
    token("key", key, 1..=MAX_KEY)?;
    Ok(())
}
