//! Queries of what was mailed: how many mails count against a limit, and which were sent.

use chrono::{DateTime, Utc};
use platform_database::{Database, StoreError, Transaction};
use sea_orm::ActiveValue::Set;
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, QueryFilter, QuerySelect};
use users_entities::{mail_limit, sent_mail};

/// The count of this hash, of no mails if there was none; locked until the transaction ends.
pub async fn lock_count(
    tx: &Transaction,
    hash: &[u8],
    now: DateTime<Utc>,
) -> Result<Option<mail_limit::Model>, StoreError> {
    let first = mail_limit::ActiveModel { hash: Set(hash.to_vec()), mails: Set(0), counted_at: Set(now) };
    mail_limit::Entity::insert_many([first])
        .on_conflict_do_nothing_on([mail_limit::Column::Hash])
        .exec_without_returning(&**tx)
        .await?;
    Ok(mail_limit::Entity::find_by_id(hash.to_vec()).lock_exclusive().one(&**tx).await?)
}

pub async fn update_count(tx: &Transaction, changed: mail_limit::ActiveModel) -> Result<(), StoreError> {
    changed.update(&**tx).await?;
    Ok(())
}

/// Deletes counts from before a time.
pub async fn delete_counts(database: &Database, before: DateTime<Utc>) -> Result<(), StoreError> {
    mail_limit::Entity::delete_many()
        .filter(mail_limit::Column::CountedAt.lt(before))
        .exec(database.write())
        .await?;
    Ok(())
}

/// Whether the mail of this key was sent.
pub async fn was_sent(database: &Database, key: &str) -> Result<bool, StoreError> {
    Ok(sent_mail::Entity::find_by_id(key.to_owned()).one(database.read()).await?.is_some())
}

/// Notes that the mail of this key was sent.
pub async fn note_sent(database: &Database, key: String, now: DateTime<Utc>) -> Result<(), StoreError> {
    sent_mail::Entity::insert(sent_mail::ActiveModel { key: Set(key), sent_at: Set(now) })
        .on_conflict_do_nothing_on([sent_mail::Column::Key])
        .exec_without_returning(database.write())
        .await?;
    Ok(())
}

/// Deletes what was sent before a time.
pub async fn delete_sent(database: &Database, before: DateTime<Utc>) -> Result<(), StoreError> {
    sent_mail::Entity::delete_many()
        .filter(sent_mail::Column::SentAt.lt(before))
        .exec(database.write())
        .await?;
    Ok(())
}
