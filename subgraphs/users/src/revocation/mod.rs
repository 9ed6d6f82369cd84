//! What the gateway must refuse from now on: sessions, users' older tokens, partners' keys.
//!
//! Invariant: a reader that follows the positions misses none. A position is taken from a counter row that stays
//! locked until the commit, so a later position is never visible before an earlier one.

mod store;

use chrono::{DateTime, TimeDelta, Utc};
use platform_core::{ApiError, ErrorCode};
use platform_database::{Database, StoreError, Transaction};
use sea_orm::ActiveValue::Set;
use users_entities::revocation;
use uuid::Uuid;

pub use store::{delete_of, lock_counter};
pub use users_entities::revocation::Kind;

/// The most revocations of one answer.
pub const MAX_PAGE: u64 = 10_000;
/// Kept beyond the life of the last token that one speaks of.
const MARGIN: TimeDelta = TimeDelta::hours(1);

#[derive(Debug, thiserror::Error)]
pub enum RevocationError {
    #[error("the cursor is not one that `revocationsSince` returned")]
    InvalidCursor,
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl ApiError for RevocationError {
    fn code(&self) -> ErrorCode {
        match self {
            Self::InvalidCursor => ErrorCode::BadUserInput,
            Self::Store(error) => error.code(),
        }
    }

    fn field(&self) -> Option<&str> {
        match self {
            Self::InvalidCursor => Some("cursor"),
            Self::Store(_) => None,
        }
    }
}

platform_core::api_error!(RevocationError);

/// Records that `subjects` are revoked at `at`. Do it last in a transaction: others that revoke wait for its commit.
pub async fn record(
    tx: &Transaction,
    kind: Kind,
    subjects: &[Uuid],
    at: DateTime<Utc>,
) -> Result<(), StoreError> {
    if subjects.is_empty() {
        return Ok(());
    }
    let count = i64::try_from(subjects.len()).unwrap_or(i64::MAX);
    let last = store::take_positions(tx, count).await?.unwrap_or(count);
    let rows = (last - count + 1..).zip(subjects).map(|(position, subject)| revocation::ActiveModel {
        position: Set(position),
        kind: Set(kind),
        subject_id: Set(*subject),
        revoked_at: Set(at),
    });
    store::insert(tx, rows).await
}

/// Revocations after a cursor in the order of their commits, and the cursor to go on with.
pub async fn since(
    database: &Database,
    cursor: Option<&str>,
) -> Result<(Vec<revocation::Model>, String), RevocationError> {
    let after: i64 = match cursor {
        Some(cursor) => cursor.parse().map_err(|_| RevocationError::InvalidCursor)?,
        None => 0,
    };
    let rows = store::after(database, after, MAX_PAGE).await?;
    let last = rows.last().map_or(after, |row| row.position);
    Ok((rows, last.to_string()))
}

/// Deletes those that no token is left for.
pub async fn forget(
    database: &Database,
    now: DateTime<Utc>,
    access_ttl: TimeDelta,
) -> Result<(), StoreError> {
    store::delete_before(database, now - access_ttl - MARGIN).await
}
