//! Queries on roles and memberships, and on what else somebody's standing is told by.

use chrono::{DateTime, Utc};
use platform_core::id::{PartnerId, SessionId, UserId, VendorId};
use platform_database::{StoreError, Transaction, was_inserted};
use platform_server::Group;
use sea_orm::ActiveValue::Set;
use sea_orm::prelude::Expr;
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QuerySelect,
};
use users_entities::user_role::{self, Role};
use users_entities::{api_key, partner, session, vendor_membership};

/// What a user may be and act for.
#[derive(Debug, Clone, PartialEq, Eq)]
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
    let roles = roles_in_force(Roles::select(&[user]).all(db).await?, demo);
    let vendors = vendors_in_force(Memberships::select(&[user]).all(db).await?, demo);
    Ok(Rights { roles, vendors })
}

/// Of the roles that a user was given those that are [`in_force`], in their order.
pub fn roles_in_force(given: Vec<user_role::Model>, demo: bool) -> Vec<Role> {
    let in_force = given.into_iter().filter(|row| demo || !row.by_demo);
    let mut roles: Vec<Role> = in_force.map(|row| row.role).collect();
    roles.sort_unstable();
    roles
}

/// Of the memberships that a user was given the vendors of those that are [`in_force`].
pub fn vendors_in_force(given: Vec<vendor_membership::Model>, demo: bool) -> Vec<VendorId> {
    given.into_iter().filter(|row| demo || !row.by_demo).map(|row| row.vendor_id).collect()
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

/// Takes a role away; false if the user does not have it.
pub async fn delete_role(tx: &Transaction, user: UserId, role: Role) -> Result<bool, StoreError> {
    let deleted = user_role::Entity::delete_by_id((user, role)).exec(&**tx).await?;
    Ok(deleted.rows_affected > 0)
}

/// Lets a user act for a vendor no more; false if it does not.
pub async fn delete_membership(tx: &Transaction, user: UserId, vendor: VendorId) -> Result<bool, StoreError> {
    let deleted = vendor_membership::Entity::delete_by_id((user, vendor)).exec(&**tx).await?;
    Ok(deleted.rows_affected > 0)
}

/// How many others are administrators.
pub async fn other_admins(tx: &Transaction, user: UserId, demo: bool) -> Result<u64, StoreError> {
    Ok(user_role::Entity::find()
        .filter(user_role::Column::Role.eq(Role::Admin))
        .filter(user_role::Column::UserId.ne(user))
        .filter(in_force(demo, user_role::Column::ByDemo))
        .count(&**tx)
        .await?)
}

/// Whether the session is its user's and in force; it stays so until the transaction ends. It may have outlived its
/// refresh token by the life of an access token.
pub async fn lock_live(tx: &Transaction, user: UserId, session: SessionId) -> Result<bool, StoreError> {
    let live = session::Entity::find_by_id(session)
        .filter(session::Column::UserId.eq(user))
        .filter(session::Column::RevokedAt.is_null())
        .lock_shared()
        .one(&**tx)
        .await?;
    Ok(live.is_some())
}

/// Whether the partner is active and in force; it stays so until the transaction ends.
pub async fn lock_partner(tx: &Transaction, id: PartnerId, demo: bool) -> Result<bool, StoreError> {
    let active = partner::Entity::find_by_id(id)
        .filter(partner::Column::Status.eq(partner::Status::Active))
        .filter(in_force(demo, partner::Column::ByDemo))
        .lock_shared()
        .one(&**tx)
        .await?;
    Ok(active.is_some())
}

/// The keys of a partner that were not revoked, expired ones among them.
pub async fn keys_in_force(
    tx: &Transaction,
    partner: PartnerId,
    demo: bool,
) -> Result<Vec<api_key::Model>, StoreError> {
    Ok(api_key::Entity::find()
        .filter(api_key::Column::PartnerId.eq(partner))
        .filter(api_key::Column::RevokedAt.is_null())
        .filter(in_force(demo, api_key::Column::ByDemo))
        .all(&**tx)
        .await?)
}

/// The roles that a user was given, in force or not.
pub enum Roles {}

impl Group for Roles {
    type Entity = user_role::Entity;
    type Key = UserId;

    const OF: user_role::Column = user_role::Column::UserId;
}

/// The vendors that a user was let act for, in the order of their ids, in force or not.
pub enum Memberships {}

impl Group for Memberships {
    type Entity = vendor_membership::Entity;
    type Key = UserId;

    const OF: vendor_membership::Column = vendor_membership::Column::UserId;
    const ORDER: Option<vendor_membership::Column> = Some(vendor_membership::Column::VendorId);
}
