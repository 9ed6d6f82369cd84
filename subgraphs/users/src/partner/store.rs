//! Queries of partners and their keys.

use chrono::{DateTime, Utc};
use platform_core::id::{ApiKeyId, PartnerId};
use platform_core::page::Page;
use platform_database::{Database, StoreError, Transaction};
use platform_server::Group;
use sea_orm::prelude::Expr;
use sea_orm::{ActiveModelTrait, ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use users_entities::{api_key, partner};

pub async fn find(database: &Database, id: PartnerId) -> Result<Option<partner::Model>, StoreError> {
    Ok(partner::Entity::find_by_id(id).one(database.read()).await?)
}

/// Partners, the newest first; one more than asked for, to know whether more follow.
pub async fn page(database: &Database, page: &Page<PartnerId>) -> Result<Vec<partner::Model>, StoreError> {
    let mut query = partner::Entity::find();
    if let Some(after) = page.after {
        query = query.filter(partner::Column::Id.lt(after));
    }
    Ok(query.order_by_desc(partner::Column::Id).limit(page.first + 1).all(database.replica()).await?)
}

/// The partner, locked until the transaction ends.
pub async fn lock(tx: &Transaction, id: PartnerId) -> Result<Option<partner::Model>, StoreError> {
    Ok(partner::Entity::find_by_id(id).lock_exclusive().one(&**tx).await?)
}

/// Keeps a new partner; fails with a unique violation where its name is taken.
pub async fn insert(tx: &Transaction, row: partner::ActiveModel) -> Result<partner::Model, StoreError> {
    Ok(partner::Entity::insert(row).exec_with_returning(&**tx).await?)
}

/// Writes what is set of a partner.
pub async fn update(tx: &Transaction, changed: partner::ActiveModel) -> Result<partner::Model, StoreError> {
    Ok(changed.update(&**tx).await?)
}

/// The keys of a partner, in the order of their making.
pub enum OfPartner {}

impl Group for OfPartner {
    type Entity = api_key::Entity;
    type Key = PartnerId;

    const OF: api_key::Column = api_key::Column::PartnerId;
    const ORDER: Option<api_key::Column> = Some(api_key::Column::Id);
}

/// The key that has this hash.
pub async fn key_by_hash(database: &Database, hash: Vec<u8>) -> Result<Option<api_key::Model>, StoreError> {
    Ok(api_key::Entity::find().filter(api_key::Column::Hash.eq(hash)).one(database.read()).await?)
}

/// The key, locked until the transaction ends.
pub async fn lock_key(tx: &Transaction, id: ApiKeyId) -> Result<Option<api_key::Model>, StoreError> {
    Ok(api_key::Entity::find_by_id(id).lock_exclusive().one(&**tx).await?)
}

pub async fn insert_key(tx: &Transaction, row: api_key::ActiveModel) -> Result<api_key::Model, StoreError> {
    Ok(api_key::Entity::insert(row).exec_with_returning(&**tx).await?)
}

/// Writes what is set of a key.
pub async fn update_key(
    tx: &Transaction,
    changed: api_key::ActiveModel,
) -> Result<api_key::Model, StoreError> {
    Ok(changed.update(&**tx).await?)
}

pub async fn set_expiry(tx: &Transaction, id: ApiKeyId, ends: DateTime<Utc>) -> Result<(), StoreError> {
    api_key::Entity::update_many()
        .col_expr(api_key::Column::ExpiresAt, Expr::value(ends))
        .filter(api_key::Column::Id.eq(id))
        .exec(&**tx)
        .await?;
    Ok(())
}

/// Notes a use of a key, unless one was noted after `since`.
pub async fn note_use(
    database: &Database,
    id: ApiKeyId,
    now: DateTime<Utc>,
    since: DateTime<Utc>,
) -> Result<(), StoreError> {
    let unnoted = Condition::any()
        .add(api_key::Column::LastUsedAt.is_null())
        .add(api_key::Column::LastUsedAt.lte(since));
    api_key::Entity::update_many()
        .col_expr(api_key::Column::LastUsedAt, Expr::value(now))
        .filter(api_key::Column::Id.eq(id))
        .filter(unnoted)
        .exec(database.write())
        .await?;
    Ok(())
}
