//! What the gateway must refuse from now on: sessions, users' older tokens, partners' keys.
//!
//! Invariant: a reader that follows the positions misses none. A position is taken from a counter row that stays
//! locked until the commit, so a later position is never visible before an earlier one.

mod store;

use std::fmt;

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

/// How far a reader has come: a position, and whose revocation it has seen there.
#[derive(Debug, Clone, Copy, Default)]
struct Place {
    position: i64,
    subject: Option<Uuid>,
}

impl Place {
    fn of(row: &revocation::Model) -> Self {
        Self { position: row.position, subject: Some(row.subject_id) }
    }

    fn parse(cursor: &str) -> Option<Self> {
        let (position, subject) = match cursor.split_once(':') {
            Some((position, subject)) => (position, Some(subject.parse().ok()?)),
            None => (cursor, None),
        };
        Some(Self { position: position.parse().ok()?, subject })
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.subject {
            Some(subject) => write!(f, "{}:{subject}", self.position),
            None => write!(f, "{}", self.position),
        }
    }
}

/// Revocations after a cursor in the order of their commits, and the cursor to go on with; all that there are where the
/// list is not the one that the cursor was made of: a failover to a replica that was behind loses the last, and others
/// take their positions.
pub async fn since(
    database: &Database,
    cursor: Option<&str>,
) -> Result<(Vec<revocation::Model>, String), RevocationError> {
    let place = match cursor {
        Some(cursor) => Place::parse(cursor).ok_or(RevocationError::InvalidCursor)?,
        None => Place::default(),
    };
    let (rows, place) = match after(database, place).await? {
        Some(rows) => (rows, place),
        None => (store::from(database, 0, MAX_PAGE).await?, Place::default()),
    };
    let last = rows.last().map_or(place, Place::of);
    Ok((rows, last.to_string()))
}

/// Those after a place, or nothing where the list does not hold what was seen there.
async fn after(database: &Database, place: Place) -> Result<Option<Vec<revocation::Model>>, StoreError> {
    let mut rows = store::from(database, place.position, MAX_PAGE).await?;
    match rows.first() {
        Some(first) if first.position == place.position => {
            if place.subject.is_some_and(|seen| seen != first.subject_id) {
                return Ok(None);
            }
            rows.remove(0);
        }
        // It was deleted: it was too old, or was taken back.
        Some(_) => {}
        None if store::position(database).await? < place.position => return Ok(None),
        None => {}
    }
    Ok(Some(rows))
}

/// Deletes those that no token is left for.
pub async fn forget(
    database: &Database,
    now: DateTime<Utc>,
    access_ttl: TimeDelta,
) -> Result<(), StoreError> {
    store::delete_before(database, now - access_ttl - MARGIN).await
}
