//! Queries on roles and memberships.

use std::collections::HashMap;
use std::sync::Arc;

use async_graphql::dataloader::Loader;
use chrono::{DateTime, Utc};
use platform_core::id::{UserId, VendorId};
use platform_database::{Database, was_inserted};
use sea_orm::ActiveValue::Set;
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder};
use users_entities::user_role::{self, Role};
use users_entities::vendor_membership;

/// What a user may be and act for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Rights {
    pub roles: Vec<Role>,
    pub vendors: Vec<VendorId>,
}

pub async fn rights<C: ConnectionTrait>(db: &C, user: UserId) -> Result<Rights, DbErr> {
    Ok(rights_of(db, &[user]).await?.remove(&user).unwrap_or_default())
}

async fn rights_of<C: ConnectionTrait>(db: &C, users: &[UserId]) -> Result<HashMap<UserId, Rights>, DbErr> {
    let mut rights: HashMap<UserId, Rights> = HashMap::new();
    let roles = user_role::Entity::find()
        .filter(user_role::Column::UserId.is_in(users.iter().copied()))
        .all(db)
        .await?;
    for row in roles {
        rights.entry(row.user_id).or_default().roles.push(row.role);
    }
    for rights in rights.values_mut() {
        rights.roles.sort_unstable();
    }
    let vendors = vendor_membership::Entity::find()
        .filter(vendor_membership::Column::UserId.is_in(users.iter().copied()))
        .order_by_asc(vendor_membership::Column::VendorId)
        .all(db)
        .await?;
    for row in vendors {
        rights.entry(row.user_id).or_default().vendors.push(row.vendor_id);
    }
    Ok(rights)
}

/// Gives a role; false if the user has it.
pub async fn grant_row<C: ConnectionTrait>(
    db: &C,
    user: UserId,
    role: Role,
    now: DateTime<Utc>,
) -> Result<bool, DbErr> {
    let row = user_role::ActiveModel { user_id: Set(user), role: Set(role), granted_at: Set(now) };
    let inserted = user_role::Entity::insert_many([row])
        .on_conflict_do_nothing_on([user_role::Column::UserId, user_role::Column::Role])
        .exec_without_returning(db)
        .await?;
    Ok(was_inserted(&inserted))
}

/// Lets a user act for a vendor; false if it does already.
pub async fn grant_vendor_row<C: ConnectionTrait>(
    db: &C,
    user: UserId,
    vendor: VendorId,
    now: DateTime<Utc>,
) -> Result<bool, DbErr> {
    let row =
        vendor_membership::ActiveModel { user_id: Set(user), vendor_id: Set(vendor), granted_at: Set(now) };
    let inserted = vendor_membership::Entity::insert_many([row])
        .on_conflict_do_nothing_on([vendor_membership::Column::UserId, vendor_membership::Column::VendorId])
        .exec_without_returning(db)
        .await?;
    Ok(was_inserted(&inserted))
}

/// Loads rights for many users at once.
pub struct RightsLoader(pub Database);

impl Loader<UserId> for RightsLoader {
    type Value = Rights;
    type Error = Arc<DbErr>;

    async fn load(&self, users: &[UserId]) -> Result<HashMap<UserId, Rights>, Arc<DbErr>> {
        rights_of(self.0.read(), users).await.map_err(Arc::new)
    }
}
