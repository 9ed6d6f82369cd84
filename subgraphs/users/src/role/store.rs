//! Queries on roles and memberships.

use std::collections::HashMap;

use async_graphql::dataloader::Loader;
use chrono::{DateTime, Utc};
use platform_core::id::{UserId, VendorId};
use platform_database::{Database, StoreError, was_inserted};
use sea_orm::ActiveValue::Set;
use sea_orm::prelude::Expr;
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};
use users_entities::user_role::{self, Role};
use users_entities::vendor_membership;

/// What a user may be and act for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Rights {
    pub roles: Vec<Role>,
    pub vendors: Vec<VendorId>,
}

/// Of rights that the demo gave: they are in force in the demo alone, until an operator keeps them.
pub fn in_force(demo: bool, by_demo: impl ColumnTrait) -> Condition {
    Condition::all().add_option((!demo).then(|| by_demo.eq(false)))
}

/// `demo`: whether the demo is on.
pub async fn rights<C: ConnectionTrait>(db: &C, user: UserId, demo: bool) -> Result<Rights, StoreError> {
    Ok(rights_of(db, &[user], demo).await?.remove(&user).unwrap_or_default())
}

async fn rights_of<C: ConnectionTrait>(
    db: &C,
    users: &[UserId],
    demo: bool,
) -> Result<HashMap<UserId, Rights>, StoreError> {
    let mut rights: HashMap<UserId, Rights> = HashMap::new();
    let roles = user_role::Entity::find()
        .filter(user_role::Column::UserId.is_in(users.iter().copied()))
        .filter(in_force(demo, user_role::Column::ByDemo))
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
        .filter(in_force(demo, vendor_membership::Column::ByDemo))
        .order_by_asc(vendor_membership::Column::VendorId)
        .all(db)
        .await?;
    for row in vendors {
        rights.entry(row.user_id).or_default().vendors.push(row.vendor_id);
    }
    Ok(rights)
}

/// Gives a role; false if the user has it. What the demo gave is the user's own once somebody else gives it.
pub async fn grant_row<C: ConnectionTrait>(
    db: &C,
    user: UserId,
    role: Role,
    now: DateTime<Utc>,
    by_demo: bool,
) -> Result<bool, StoreError> {
    let row = user_role::ActiveModel {
        user_id: Set(user),
        role: Set(role),
        granted_at: Set(now),
        by_demo: Set(by_demo),
    };
    let inserted = user_role::Entity::insert_many([row])
        .on_conflict_do_nothing_on([user_role::Column::UserId, user_role::Column::Role])
        .exec_without_returning(db)
        .await?;
    if was_inserted(&inserted) || by_demo {
        return Ok(was_inserted(&inserted));
    }
    let kept = user_role::Entity::update_many()
        .col_expr(user_role::Column::ByDemo, Expr::value(false))
        .filter(user_role::Column::UserId.eq(user))
        .filter(user_role::Column::Role.eq(role))
        .filter(user_role::Column::ByDemo.eq(true))
        .exec(db)
        .await?;
    Ok(kept.rows_affected > 0)
}

/// Lets a user act for a vendor; false if it does already.
pub async fn grant_vendor_row<C: ConnectionTrait>(
    db: &C,
    user: UserId,
    vendor: VendorId,
    now: DateTime<Utc>,
    by_demo: bool,
) -> Result<bool, StoreError> {
    let row = vendor_membership::ActiveModel {
        user_id: Set(user),
        vendor_id: Set(vendor),
        granted_at: Set(now),
        by_demo: Set(by_demo),
    };
    let inserted = vendor_membership::Entity::insert_many([row])
        .on_conflict_do_nothing_on([vendor_membership::Column::UserId, vendor_membership::Column::VendorId])
        .exec_without_returning(db)
        .await?;
    if was_inserted(&inserted) || by_demo {
        return Ok(was_inserted(&inserted));
    }
    let kept = vendor_membership::Entity::update_many()
        .col_expr(vendor_membership::Column::ByDemo, Expr::value(false))
        .filter(vendor_membership::Column::UserId.eq(user))
        .filter(vendor_membership::Column::VendorId.eq(vendor))
        .filter(vendor_membership::Column::ByDemo.eq(true))
        .exec(db)
        .await?;
    Ok(kept.rows_affected > 0)
}

/// Loads rights for many users at once.
pub struct RightsLoader {
    pub database: Database,
    /// Whether the demo is on.
    pub demo: bool,
}

impl Loader<UserId> for RightsLoader {
    type Value = Rights;
    type Error = StoreError;

    async fn load(&self, users: &[UserId]) -> Result<HashMap<UserId, Rights>, StoreError> {
        rights_of(self.database.read(), users, self.demo).await
    }
}
