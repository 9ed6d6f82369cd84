//! A pause for an address after failed logins with it, whether or not an account has it: so the pause tells nothing.

use chrono::{DateTime, TimeDelta, Utc};
use platform_database::{Database, Transaction};
use sea_orm::ActiveValue::Set;
use sea_orm::prelude::Expr;
use sea_orm::sea_query::{ExprTrait, OnConflict};
use sea_orm::{ColumnTrait, DbErr, EntityTrait, QueryFilter};
use users_entities::login_throttle;

use crate::app::App;
use crate::email::Email;
use crate::secret::sha256;

/// Failures in a row that lead to no pause.
const FREE: i32 = 4;
const FIRST_PAUSE: TimeDelta = TimeDelta::seconds(30);
const LONGEST_PAUSE: TimeDelta = TimeDelta::minutes(15);
/// Failures are forgotten after as long without another.
const MEMORY: TimeDelta = TimeDelta::hours(24);

/// The pause after `failures` in a row: 30 s after the fifth, doubling up to 15 minutes, so that nobody can keep
/// another out for long.
fn pause(failures: i32) -> Option<TimeDelta> {
    let doublings = u32::try_from(failures - FREE - 1).ok()?;
    let factor = 2_i32.checked_pow(Ord::min(doublings, 16)).unwrap_or(i32::MAX);
    Some(FIRST_PAUSE.checked_mul(factor).map_or(LONGEST_PAUSE, |pause| Ord::min(pause, LONGEST_PAUSE)))
}

fn key(email: &Email) -> Vec<u8> {
    sha256(email.as_str().as_bytes())
}

/// Until when logins with the address are refused unseen.
pub async fn locked_until(
    database: &Database,
    email: &Email,
    now: DateTime<Utc>,
) -> Result<Option<DateTime<Utc>>, DbErr> {
    let row = login_throttle::Entity::find_by_id(key(email)).one(database.read()).await?;
    Ok(row.and_then(|row| row.locked_until).filter(|until| *until > now))
}

/// Whether passwords for the address are refused unseen at the moment.
pub async fn is_locked(app: &App, email: &Email) -> Result<bool, DbErr> {
    Ok(locked_until(app.database(), email, app.now()).await?.is_some())
}

/// Counts a wrong password in a transaction of its own.
pub async fn count_failure(app: &App, email: &Email) -> Result<(), DbErr> {
    let tx = app.begin().await?;
    failed(&tx, email, app.now()).await?;
    tx.commit().await
}

/// Counts a failed login.
async fn failed(tx: &Transaction, email: &Email, now: DateTime<Utc>) -> Result<(), DbErr> {
    let row = login_throttle::ActiveModel {
        email_hash: Set(key(email)),
        failures: Set(1),
        last_failure_at: Set(now),
        locked_until: Set(None),
    };
    let failures = Expr::col((login_throttle::Entity, login_throttle::Column::Failures));
    let counted = login_throttle::Entity::insert(row)
        .on_conflict(
            OnConflict::column(login_throttle::Column::EmailHash)
                .value(login_throttle::Column::Failures, failures.add(1))
                .update_column(login_throttle::Column::LastFailureAt)
                .to_owned(),
        )
        .exec_with_returning(&**tx)
        .await?;
    if let Some(pause) = pause(counted.failures) {
        login_throttle::Entity::update_many()
            .col_expr(login_throttle::Column::LockedUntil, Expr::value(now + pause))
            .filter(login_throttle::Column::EmailHash.eq(key(email)))
            .exec(&**tx)
            .await?;
    }
    Ok(())
}

/// Forgets the failures: the password was right, or it is a new one.
pub async fn succeeded(tx: &Transaction, email: &Email) -> Result<(), DbErr> {
    login_throttle::Entity::delete_by_id(key(email)).exec(&**tx).await?;
    Ok(())
}

/// Deletes what is old enough to be forgotten.
pub async fn forget(database: &Database, now: DateTime<Utc>) -> Result<(), DbErr> {
    login_throttle::Entity::delete_many()
        .filter(login_throttle::Column::LastFailureAt.lt(now - MEMORY))
        .exec(database.write())
        .await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_up_to_a_limit() {
        assert_eq!(pause(4), None);
        assert_eq!(pause(5), Some(TimeDelta::seconds(30)));
        assert_eq!(pause(6), Some(TimeDelta::seconds(60)));
        assert_eq!(pause(10), Some(TimeDelta::minutes(15)));
        assert_eq!(pause(i32::MAX), Some(TimeDelta::minutes(15)));
    }
}
