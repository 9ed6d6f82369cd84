//! What the demo asks of the tables: whether there is anything, to keep its rows, and what its users gave to others.

use chrono::{DateTime, Utc};
use platform_core::id::{ApiKeyId, PartnerId, UserId};
use platform_database::{Database, StoreError, Transaction};
use sea_orm::prelude::Expr;
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait,
};
use serde_json::Value;
use users_entities::user_role::Role;
use users_entities::{address, api_key, partner, session, user, user_role, vendor_membership};
use uuid::Uuid;

/// How many of these users there are.
pub async fn count(database: &Database, ids: impl Iterator<Item = UserId>) -> Result<u64, StoreError> {
    Ok(user::Entity::find().filter(user::Column::Id.is_in(ids)).count(database.read()).await?)
}

/// Whether there is neither an account nor a partner.
pub async fn is_empty(database: &Database) -> Result<bool, StoreError> {
    let db = database.read();
    Ok(user::Entity::find().one(db).await?.is_none() && partner::Entity::find().one(db).await?.is_none())
}

/// Of these users those that have sessions which nobody ended.
pub async fn with_sessions(
    database: &Database,
    ids: impl Iterator<Item = UserId>,
) -> Result<Vec<UserId>, StoreError> {
    Ok(session::Entity::find()
        .select_only()
        .column(session::Column::UserId)
        .distinct()
        .filter(session::Column::UserId.is_in(ids))
        .filter(session::Column::RevokedAt.is_null())
        .into_tuple()
        .all(database.read())
        .await?)
}

/// Whether a user has a session in force.
pub async fn has_session(database: &Database, user: UserId, now: DateTime<Utc>) -> Result<bool, StoreError> {
    let live = session::Entity::find()
        .filter(session::Column::UserId.eq(user))
        .filter(session::Column::RevokedAt.is_null())
        .filter(session::Column::ExpiresAt.gt(now))
        .one(database.read())
        .await?;
    Ok(live.is_some())
}

pub async fn insert_address(tx: &Transaction, row: address::ActiveModel) -> Result<(), StoreError> {
    address::Entity::insert(row).exec_without_returning(&**tx).await?;
    Ok(())
}

pub async fn insert_partner(
    tx: &Transaction,
    row: partner::ActiveModel,
    key: api_key::ActiveModel,
) -> Result<(), StoreError> {
    partner::Entity::insert(row).exec_without_returning(&**tx).await?;
    api_key::Entity::insert(key).exec_without_returning(&**tx).await?;
    Ok(())
}

/// Whether there is this partner.
pub async fn has_partner(database: &Database, id: PartnerId) -> Result<bool, StoreError> {
    Ok(partner::Entity::find_by_id(id).one(database.read()).await?.is_some())
}

pub async fn set_scopes(database: &Database, key: ApiKeyId, scopes: Value) -> Result<(), StoreError> {
    api_key::Entity::update_many()
        .col_expr(api_key::Column::Scopes, Expr::value(scopes))
        .filter(api_key::Column::Id.eq(key))
        .exec(database.write())
        .await?;
    Ok(())
}

/// Roles that the demo gave.
pub async fn given_roles(database: &Database) -> Result<Vec<user_role::Model>, StoreError> {
    let given = user_role::Entity::find().filter(user_role::Column::ByDemo.eq(true));
    Ok(given.all(database.read()).await?)
}

/// Memberships that the demo gave.
pub async fn given_memberships(database: &Database) -> Result<Vec<vendor_membership::Model>, StoreError> {
    let given = vendor_membership::Entity::find().filter(vendor_membership::Column::ByDemo.eq(true));
    Ok(given.all(database.read()).await?)
}

/// Active partners that the demo made.
pub async fn made_partners(database: &Database) -> Result<Vec<partner::Model>, StoreError> {
    Ok(partner::Entity::find()
        .filter(partner::Column::ByDemo.eq(true))
        .filter(partner::Column::Status.eq(partner::Status::Active))
        .order_by_asc(partner::Column::Id)
        .all(database.read())
        .await?)
}

/// Keys that the demo made, of active partners that it did not make; the others are their partners' matter.
pub async fn made_keys(database: &Database) -> Result<Vec<api_key::Model>, StoreError> {
    let sound = partner::Entity::find()
        .select_only()
        .column(partner::Column::Id)
        .filter(partner::Column::ByDemo.eq(false))
        .filter(partner::Column::Status.eq(partner::Status::Active));
    Ok(api_key::Entity::find()
        .filter(api_key::Column::ByDemo.eq(true))
        .filter(api_key::Column::RevokedAt.is_null())
        .filter(api_key::Column::PartnerId.in_subquery(QueryTrait::into_query(sound)))
        .order_by_asc(api_key::Column::Id)
        .all(database.read())
        .await?)
}

/// What was kept of what the demo gave, by the kind of thing that an id names.
pub struct Kept {
    pub of_user: bool,
    pub partner: bool,
    pub keys: bool,
}

/// Has what the demo gave to an account, partner (with its keys) or key count as not the demo's.
pub async fn keep(tx: &Transaction, id: Uuid) -> Result<Kept, StoreError> {
    let no = Expr::value(false);
    let roles = user_role::Entity::update_many()
        .col_expr(user_role::Column::ByDemo, no.clone())
        .filter(user_role::Column::UserId.eq(UserId(id)))
        .filter(user_role::Column::ByDemo.eq(true))
        .exec(&**tx)
        .await?;
    let memberships = vendor_membership::Entity::update_many()
        .col_expr(vendor_membership::Column::ByDemo, no.clone())
        .filter(vendor_membership::Column::UserId.eq(UserId(id)))
        .filter(vendor_membership::Column::ByDemo.eq(true))
        .exec(&**tx)
        .await?;
    let partners = partner::Entity::update_many()
        .col_expr(partner::Column::ByDemo, no.clone())
        .filter(partner::Column::Id.eq(PartnerId(id)))
        .filter(partner::Column::ByDemo.eq(true))
        .exec(&**tx)
        .await?;
    let of_it = Condition::any()
        .add(api_key::Column::Id.eq(ApiKeyId(id)))
        .add(api_key::Column::PartnerId.eq(PartnerId(id)));
    let keys = api_key::Entity::update_many()
        .col_expr(api_key::Column::ByDemo, no)
        .filter(of_it)
        .filter(api_key::Column::ByDemo.eq(true))
        .exec(&**tx)
        .await?;
    Ok(Kept {
        of_user: roles.rows_affected + memberships.rows_affected > 0,
        partner: partners.rows_affected > 0,
        keys: keys.rows_affected > 0,
    })
}

/// Takes the roles (but that of a buyer) and memberships away that the demo gave to a user.
pub async fn end_rights(tx: &Transaction, user: UserId) -> Result<(), StoreError> {
    user_role::Entity::delete_many()
        .filter(user_role::Column::UserId.eq(user))
        .filter(user_role::Column::Role.ne(Role::Buyer))
        .filter(user_role::Column::ByDemo.eq(true))
        .exec(&**tx)
        .await?;
    vendor_membership::Entity::delete_many()
        .filter(vendor_membership::Column::UserId.eq(user))
        .filter(vendor_membership::Column::ByDemo.eq(true))
        .exec(&**tx)
        .await?;
    Ok(())
}
