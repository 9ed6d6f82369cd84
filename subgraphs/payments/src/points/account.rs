//! What comes to an account of points, and what is taken off it.

use chrono::{DateTime, TimeDelta, Utc};
use payments_entities::points_entry::{self, Kind};
use platform_core::id::UserId;
use platform_database::{Transaction, Violation};
use platform_jobs::JobOptions;
use sea_orm::ActiveValue::Set;
use sea_orm::IntoActiveModel;

use super::error::PointsError;
use super::jobs::ExpirePoints;
use super::store;
use crate::app::App;

/// How long points stay good.
pub const LIFETIME: TimeDelta = TimeDelta::days(365);
/// Entries looked at when points are spent: enough for any account that is not made of crumbs.
pub const MAX_ENTRIES: u64 = 1_000;

/// Points that a user can spend now.
pub async fn available(app: &App, user: UserId) -> Result<i64, PointsError> {
    let account = store::account(app.database().read(), user).await?;
    Ok(account.map_or(0, |account| account.balance.saturating_sub(account.held)))
}

/// Returns the points that a refund or a cancelled order gives back.
pub async fn give_back(
    app: &App,
    tx: &Transaction,
    user: UserId,
    reference: &str,
    points: i64,
) -> Result<(), PointsError> {
    if points > 0 {
        add(app, tx, user, Kind::Returned, reference, points, app.now() + LIFETIME).await?;
    }
    Ok(())
}

/// Adds points unless `kind` and `reference` were counted before; says whether it did.
pub async fn add(
    app: &App,
    tx: &Transaction,
    user: UserId,
    kind: Kind,
    reference: &str,
    points: i64,
    expires_at: DateTime<Utc>,
) -> Result<bool, PointsError> {
    let now = app.now();
    let entry = points_entry::ActiveModel {
        id: Set(app.next_id()),
        user_id: Set(user),
        kind: Set(kind),
        reference: Set(reference.to_owned()),
        points: Set(points),
        unspent: Set(points),
        expires_at: Set(Some(expires_at)),
        created_at: Set(now),
    };
    if !store::insert_unless_known(tx, entry).await? {
        return Ok(false);
    }
    store::add_to_account(tx, user, points, now).await?;
    let options = JobOptions { run_at: Some(expires_at), unique_key: None };
    app.jobs.enqueue_with(tx, &ExpirePoints { user_id: user }, options).await?;
    Ok(true)
}

/// Takes so many points out of what is left of the entries that they came by, of what expires first first. The account is
/// locked.
pub async fn take_from_entries(tx: &Transaction, user: UserId, points: i64) -> Result<(), PointsError> {
    let mut left = points;
    for entry in store::spendable(tx, user, MAX_ENTRIES).await? {
        let taken = Ord::min(left, entry.unspent);
        let unspent = entry.unspent.saturating_sub(taken);
        left = left.saturating_sub(taken);
        if taken > 0 {
            let mut row = entry.into_active_model();
            row.unspent = Set(unspent);
            store::update_entry(tx, row).await?;
        }
    }
    Ok(())
}

/// Takes points off an account, of which so many were held. What is left of the entries that they came by is changed by
/// whoever takes them.
pub async fn deduct(
    app: &App,
    tx: &Transaction,
    user: UserId,
    kind: Kind,
    reference: &str,
    points: i64,
    held: i64,
) -> Result<(), PointsError> {
    let now = app.now();
    let (balance, held) = (points.saturating_neg(), held.saturating_neg());
    let entry = points_entry::ActiveModel {
        id: Set(app.next_id()),
        user_id: Set(user),
        kind: Set(kind),
        reference: Set(reference.to_owned()),
        points: Set(balance),
        unspent: Set(0),
        expires_at: Set(None),
        created_at: Set(now),
    };
    store::insert_entry(tx, entry).await?;
    let changed = store::change_account(tx, user, balance, held, now).await;
    if changed.as_ref().is_err_and(Violation::is_check_violation) {
        tracing::error!(user.id = %user, balance, held, "points would have gone negative");
    }
    Ok(changed?)
}
