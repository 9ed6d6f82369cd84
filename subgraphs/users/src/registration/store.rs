//! Queries on registrations.

use chrono::{DateTime, TimeDelta, Utc};
use platform_database::{Database, StoreError, Transaction};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
};
use users_entities::registration::{ActiveModel, Column, Entity, Model};
use uuid::Uuid;

use crate::secret::sha256;

/// The registration whose secret has this hash, locked.
pub async fn lock(tx: &Transaction, hash: Vec<u8>) -> Result<Option<Model>, StoreError> {
    Ok(Entity::find().filter(Column::Hash.eq(hash)).lock_exclusive().one(&**tx).await?)
}

pub async fn find(tx: &Transaction, id: Uuid) -> Result<Option<Model>, StoreError> {
    Ok(Entity::find_by_id(id).one(&**tx).await?)
}

pub async fn insert(tx: &Transaction, row: ActiveModel) -> Result<(), StoreError> {
    Entity::insert(row).exec_without_returning(&**tx).await?;
    Ok(())
}

/// Writes what is set of a registration.
pub async fn update(tx: &Transaction, changed: ActiveModel) -> Result<(), StoreError> {
    changed.update(&**tx).await?;
    Ok(())
}

pub async fn delete(tx: &Transaction, id: Uuid) -> Result<(), StoreError> {
    Entity::delete_by_id(id).exec(&**tx).await?;
    Ok(())
}

/// What is stored of a code: its digits alone count, however they are written.
pub fn code_hash(registration: Uuid, code: &str) -> Vec<u8> {
    let digits: String = code.chars().filter(char::is_ascii_digit).take(16).collect();
    sha256(format!("{registration} {digits}").as_bytes())
}

/// Waits for whoever else is about to mail to the address: its oldest registration stands for it.
pub async fn lock_address(tx: &Transaction, key: &str) -> Result<(), StoreError> {
    let oldest = Entity::find().filter(Column::EmailKey.eq(key)).order_by_asc(Column::Id);
    oldest.lock_exclusive().one(&**tx).await?;
    Ok(())
}

/// How many mails went to an address within `period`.
pub async fn mails(
    tx: &Transaction,
    key: &str,
    now: DateTime<Utc>,
    period: TimeDelta,
) -> Result<u64, StoreError> {
    let sent = Entity::find().filter(Column::EmailKey.eq(key)).filter(Column::MailedAt.gt(now - period));
    Ok(sent.count(&**tx).await?)
}

/// Deletes registrations that are over.
pub async fn clean(db: &Database, now: DateTime<Utc>) -> Result<(), StoreError> {
    Entity::delete_many().filter(Column::ExpiresAt.lte(now)).exec(db.write()).await?;
    Ok(())
}
