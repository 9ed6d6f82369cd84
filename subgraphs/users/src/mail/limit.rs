//! How many mails anybody can have sent: from one network, and to one address.
//!
//! Each is a count that loses one mail at a time, evenly over the period of the settings, and takes another while it is
//! below its limit. Invariants: whoever asks is counted before it is looked at whether an account or an order has the
//! address, so a refusal tells nothing; rows are locked in the order of their hashes, so two never wait for each other.
//! Deliberately absent: the kind of mail. A mailbox is filled by whichever, and a limit for each would add up.

use std::net::IpAddr;

use chrono::{DateTime, TimeDelta, Utc};
use platform_config::MailLimits;
use platform_core::{ApiError, ErrorCode};
use platform_database::{Database, StoreError, Transaction};
use platform_text::Email;
use sea_orm::ActiveValue::Set;
use sea_orm::IntoActiveModel;

use super::store;
use crate::app::App;
use crate::secret::sha256;

/// Why no mail is sent.
#[derive(Debug, thiserror::Error)]
pub enum MailLimitError {
    #[error(
        "too many mails were asked for from this network, or to this address; try again in {retry_after} s"
    )]
    TooMany {
        /// In seconds.
        retry_after: u64,
    },
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl ApiError for MailLimitError {
    fn code(&self) -> ErrorCode {
        match self {
            Self::TooMany { .. } => ErrorCode::RateLimited,
            Self::Store(error) => error.code(),
        }
    }

    fn retry_after(&self) -> Option<u64> {
        match self {
            Self::TooMany { retry_after } => Some(*retry_after),
            Self::Store(_) => None,
        }
    }
}

platform_core::api_error!(MailLimitError);

/// What a mail counts against.
struct Count {
    hash: Vec<u8>,
    limit: u32,
}

/// Counts a mail that somebody on `network` asks for, to `email` where the caller knows the address. Callers whose
/// network is not known are held by the address alone.
pub async fn take(app: &App, network: Option<IpAddr>, email: Option<&Email>) -> Result<(), MailLimitError> {
    let limits = &app.config.mail.limits;
    let hash = |kind: &str, what: &str| sha256(format!("{kind}\n{what}").as_bytes());
    let mut counts = Vec::new();
    if let Some(network) = network {
        counts.push(Count { hash: hash("network", &network.to_string()), limit: limits.per_network });
    }
    if let Some(email) = email {
        counts.push(Count { hash: hash("address", &email.key()), limit: limits.per_address });
    }
    counts.sort_unstable_by(|one, other| one.hash.cmp(&other.hash));
    let tx = app.begin().await?;
    for count in &counts {
        add(&tx, count, interval(limits, count.limit), app.now()).await?;
    }
    Ok(tx.commit().await?)
}

/// After how long one mail is forgotten, of as many as the limit allows.
fn interval(limits: &MailLimits, limit: u32) -> TimeDelta {
    let period = i64::from(limits.period_s).saturating_mul(1_000_000);
    TimeDelta::microseconds(period.checked_div(i64::from(limit)).unwrap_or(period).max(1))
}

async fn add(
    tx: &Transaction,
    count: &Count,
    interval: TimeDelta,
    now: DateTime<Utc>,
) -> Result<(), MailLimitError> {
    let row = store::lock_count(tx, &count.hash, now).await?;
    let Some(row) = row else { return Ok(()) };
    let (mails, counted_at) = remaining(row.mails, row.counted_at, interval, now);
    if mails >= i64::from(count.limit) {
        let wait = (counted_at + interval - now).max(TimeDelta::zero());
        let retry_after = u64::try_from(wait.num_seconds()).unwrap_or_default().saturating_add(1);
        return Err(MailLimitError::TooMany { retry_after });
    }
    let mut row = row.into_active_model();
    row.mails = Set(mails.saturating_add(1));
    row.counted_at = Set(counted_at);
    Ok(store::update_count(tx, row).await?)
}

/// The mails that still count at `now`, and up to when they were forgotten: a part of an interval is not lost.
fn remaining(
    mails: i64,
    counted_at: DateTime<Utc>,
    interval: TimeDelta,
    now: DateTime<Utc>,
) -> (i64, DateTime<Utc>) {
    let micros = |time: TimeDelta| time.num_microseconds().unwrap_or(i64::MAX);
    let forgotten = micros(now - counted_at).max(0).checked_div(micros(interval)).unwrap_or_default();
    if forgotten >= mails {
        return (0, now);
    }
    let factor = i32::try_from(forgotten).unwrap_or(i32::MAX);
    (mails - forgotten, interval.checked_mul(factor).map_or(now, |passed| counted_at + passed))
}

/// Deletes counts that have come to nothing.
pub async fn forget(database: &Database, limits: &MailLimits, now: DateTime<Utc>) -> Result<(), StoreError> {
    store::delete_counts(database, now - TimeDelta::seconds(i64::from(limits.period_s))).await
}
