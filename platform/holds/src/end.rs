//! How a hold ends. Each request may be repeated, and answers where the hold stands after it.

use platform_database::Transaction;

use crate::begin::{check_key, find};
use crate::error::HoldError;
use crate::holds::Holds;
use crate::state::{State, Transition};
use crate::store::{self, HoldTable, RowOf, StatusOf};

/// How many lapsed holds one sweep ends.
const SWEEP: u64 = 200;

/// Takes what is held for good. A hold that has lapsed but was not swept yet still holds, so it can be committed. An
/// unknown key is refused.
pub async fn commit<H: Holds>(owner: &H, key: &str) -> Result<StatusOf<H::Table>, H::Error> {
    Ok(end_known(owner, key, Transition::Commit).await?.ok_or(HoldError::UnknownKey)?)
}

/// Gives what is held back; what is committed stays so. An unknown key is closed: the hold may be on its way still.
pub async fn release<H: Holds>(owner: &H, key: &str) -> Result<StatusOf<H::Table>, H::Error> {
    check_key(key)?;
    if let Some(status) = end_known(owner, key, Transition::Release).await? {
        return Ok(status);
    }
    let tx = owner.database().begin().await?;
    if store::insert_unless_known::<H::Table>(&tx, owner.closed(key)).await? {
        tx.commit().await?;
        return Ok(H::Table::status(State::Released));
    }
    // The hold arrived meanwhile.
    tx.rollback().await?;
    Ok(end_known(owner, key, Transition::Release).await?.ok_or(HoldError::UnknownKey)?)
}

/// Gives what was committed back. An unknown key is refused.
pub async fn give_back<H: Holds>(owner: &H, key: &str) -> Result<StatusOf<H::Table>, H::Error> {
    Ok(end_known(owner, key, Transition::Return).await?.ok_or(HoldError::UnknownKey)?)
}

/// Gives back what is held or was committed. An unknown key is closed.
pub async fn undo<H: Holds>(owner: &H, key: &str) -> Result<StatusOf<H::Table>, H::Error> {
    let status = release(owner, key).await?;
    if status == H::Table::status(State::Committed) { give_back(owner, key).await } else { Ok(status) }
}

/// Gives back what is held or was committed, in a transaction of the caller's. An unknown key stays so.
pub async fn undo_in<H: Holds>(tx: &Transaction, owner: &H, key: &str) -> Result<(), H::Error> {
    for by in [Transition::Release, Transition::Return] {
        if let Some(row) = store::end::<H::Table>(tx, key, by, owner.now()).await? {
            return owner.moved(tx, &row, by).await;
        }
    }
    Ok(())
}

/// Ends holds that have lapsed, as many as one sweep may; returns how many.
pub async fn expire<H: Holds>(owner: &H) -> Result<u64, H::Error> {
    let mut ended = 0;
    for key in store::lapsed::<H::Table>(owner.database(), owner.now(), SWEEP).await? {
        ended += u64::from(end(owner, &key, Transition::Expire).await?.is_some());
    }
    Ok(ended)
}

/// Where the hold stands once the transition has done what it can; `None` where nobody knows the key.
async fn end_known<H: Holds>(
    owner: &H,
    key: &str,
    by: Transition,
) -> Result<Option<StatusOf<H::Table>>, H::Error> {
    loop {
        if let Some(row) = end(owner, key, by).await? {
            return Ok(Some(H::Table::status_of(&row)));
        }
        let Some(known) = find(owner, key).await? else { return Ok(None) };
        let status = H::Table::status_of(&known);
        // It came into the state that the transition changes a moment after it was not found in it. It leaves that state
        // once and for ever, so this ends.
        if status != H::Table::status(by.from()) {
            return Ok(Some(status));
        }
    }
}

/// The hold after the transition; `None` where it changes nothing.
async fn end<H: Holds>(owner: &H, key: &str, by: Transition) -> Result<Option<RowOf<H::Table>>, H::Error> {
    let tx = owner.database().begin().await?;
    let Some(row) = store::end::<H::Table>(&tx, key, by, owner.now()).await? else {
        tx.rollback().await?;
        return Ok(None);
    };
    owner.moved(&tx, &row, by).await?;
    tx.commit().await?;
    Ok(Some(row))
}
