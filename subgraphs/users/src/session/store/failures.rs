//! Queries of failed logins, and of networks from which accounts were logged into.

use chrono::{DateTime, Utc};
use platform_database::{Database, StoreError, Transaction};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, QueryFilter, QuerySelect};
use users_entities::{known_network, login_throttle};

/// Of these counts those that lock beyond a time.
pub async fn failures_locked_after(
    database: &Database,
    hashes: impl Iterator<Item = Vec<u8>>,
    time: DateTime<Utc>,
) -> Result<Vec<login_throttle::Model>, StoreError> {
    Ok(login_throttle::Entity::find()
        .filter(login_throttle::Column::EmailHash.is_in(hashes))
        .filter(login_throttle::Column::LockedUntil.gt(time))
        .all(database.read())
        .await?)
}

/// The count of this hash, of no failures if there was none; locked until the transaction ends.
pub async fn lock_failures(
    tx: &Transaction,
    hash: &[u8],
    now: DateTime<Utc>,
) -> Result<Option<login_throttle::Model>, StoreError> {
    let first = login_throttle::ActiveModel {
        email_hash: Set(hash.to_vec()),
        failures: Set(0),
        last_failure_at: Set(now),
        locked_until: Set(None),
    };
    login_throttle::Entity::insert_many([first])
        .on_conflict_do_nothing_on([login_throttle::Column::EmailHash])
        .exec_without_returning(&**tx)
        .await?;
    Ok(login_throttle::Entity::find_by_id(hash.to_vec()).lock_exclusive().one(&**tx).await?)
}

pub async fn update_failures(
    tx: &Transaction,
    changed: login_throttle::ActiveModel,
) -> Result<(), StoreError> {
    changed.update(&**tx).await?;
    Ok(())
}

/// Deletes the count of this hash.
pub async fn forget_failures(tx: &Transaction, hash: &[u8]) -> Result<(), StoreError> {
    login_throttle::Entity::delete_by_id(hash.to_vec()).exec(&**tx).await?;
    Ok(())
}

/// Deletes counts without a failure since a time.
pub async fn delete_failures(database: &Database, before: DateTime<Utc>) -> Result<(), StoreError> {
    login_throttle::Entity::delete_many()
        .filter(login_throttle::Column::LastFailureAt.lt(before))
        .exec(database.write())
        .await?;
    Ok(())
}

/// Whether there was a login of this account and network after a time.
pub async fn is_known_since(
    database: &Database,
    hash: &[u8],
    time: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let row = known_network::Entity::find_by_id(hash.to_vec()).one(database.read()).await?;
    Ok(row.is_some_and(|row| row.seen_at > time))
}

/// Notes a login of this account and network.
pub async fn note_network(tx: &Transaction, hash: &[u8], now: DateTime<Utc>) -> Result<(), StoreError> {
    let row = known_network::ActiveModel { hash: Set(hash.to_vec()), seen_at: Set(now) };
    let again = OnConflict::column(known_network::Column::Hash)
        .update_column(known_network::Column::SeenAt)
        .to_owned();
    known_network::Entity::insert(row).on_conflict(again).exec_without_returning(&**tx).await?;
    Ok(())
}

/// Deletes networks without a login since a time.
pub async fn delete_networks(database: &Database, before: DateTime<Utc>) -> Result<(), StoreError> {
    known_network::Entity::delete_many()
        .filter(known_network::Column::SeenAt.lt(before))
        .exec(database.write())
        .await?;
    Ok(())
}
