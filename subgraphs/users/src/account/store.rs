//! Queries on accounts.

use platform_core::id::UserId;
use platform_core::page::Page;
use platform_database::{Database, StoreError, Violation};
use platform_text::Email;
use sea_orm::prelude::Expr;
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use users_entities::user_role::{self, Role};
use users_entities::{user, vendor_membership};

use crate::role;

/// The account that an address names, written in whichever Unicode form. Where several accounts were made with forms of
/// one address, before they counted as one, it is the one whose form `written` has, or else the one that has the key.
pub async fn by_email<C: ConnectionTrait>(
    db: &C,
    email: &Email,
    written: &str,
) -> Result<Option<user::Model>, StoreError> {
    let mut found = user::Entity::find().filter(has_email(email, written)).all(db).await?;
    let (spelling, key) = (spelling(written), email.key());
    // The smallest first; without a key there is but one.
    found.sort_by_key(|user| (user.email != spelling, user.email_key.as_ref() != Some(&key)));
    Ok(found.into_iter().next())
}

/// Holds for at most three accounts: the key is unique, and so is each spelling.
fn has_email(email: &Email, written: &str) -> Condition {
    Condition::any()
        .add(user::Column::EmailKey.eq(email.key()))
        .add(user::Column::Email.is_in([email.as_str().to_owned(), spelling(written)]))
}

/// An address as earlier releases stored it. What no database stores is not looked for.
fn spelling(written: &str) -> String {
    written.trim().to_lowercase().replace('\0', "")
}

/// Accounts given a key at once.
const KEYS_AT_ONCE: u64 = 500;

/// Gives accounts that an older release made beside this one the key of their address, or, where another has that, one
/// of their own.
pub async fn fill_keys(db: &Database) -> Result<(), StoreError> {
    let without = user::Entity::find()
        .filter(user::Column::EmailKey.is_null())
        .limit(KEYS_AT_ONCE)
        .all(db.write())
        .await?;
    for user in without {
        let key = Email::stored(user.email).key();
        match set_key(db, user.id, &key).await {
            Err(error) if error.is_unique_violation() => {
                tracing::warn!(user.id = %user.id, "another account has this one's email address in another Unicode form");
                set_key(db, user.id, &format!("{key}#{}", user.id)).await?;
            }
            other => other?,
        }
    }
    Ok(())
}

async fn set_key(db: &Database, user: UserId, key: &str) -> Result<(), StoreError> {
    user::Entity::update_many()
        .col_expr(user::Column::EmailKey, Expr::value(key))
        .filter(user::Column::Id.eq(user))
        .exec(db.write())
        .await?;
    Ok(())
}

/// Which users a list shows.
#[derive(Debug, Clone, Default)]
pub struct UserFilter {
    pub roles: Option<Vec<Role>>,
    pub status: Option<user::Status>,
    /// The address, and as it was written.
    pub email: Option<(Email, String)>,
    pub vendor: Option<platform_core::id::VendorId>,
    /// Whether the demo is on, so that what it gave is in force.
    pub demo: bool,
}

/// Users, the newest first.
pub async fn list(
    database: &Database,
    filter: UserFilter,
    page: &Page<UserId>,
) -> Result<Vec<user::Model>, StoreError> {
    let mut query = user::Entity::find();
    if let Some(roles) = filter.roles {
        let having = user_role::Entity::find()
            .select_only()
            .column(user_role::Column::UserId)
            .filter(user_role::Column::Role.is_in(roles))
            .filter(role::in_force(filter.demo, user_role::Column::ByDemo));
        query = query.filter(user::Column::Id.in_subquery(sea_orm::QueryTrait::into_query(having)));
    }
    if let Some(vendor) = filter.vendor {
        let acting = vendor_membership::Entity::find()
            .select_only()
            .column(vendor_membership::Column::UserId)
            .filter(vendor_membership::Column::VendorId.eq(vendor))
            .filter(role::in_force(filter.demo, vendor_membership::Column::ByDemo));
        query = query.filter(user::Column::Id.in_subquery(sea_orm::QueryTrait::into_query(acting)));
    }
    if let Some(status) = filter.status {
        query = query.filter(user::Column::Status.eq(status));
    }
    if let Some((email, written)) = filter.email {
        query = query.filter(has_email(&email, &written));
    }
    if let Some(after) = page.after {
        query = query.filter(user::Column::Id.lt(after));
    }
    Ok(query.order_by_desc(user::Column::Id).limit(page.first + 1).all(database.replica()).await?)
}
