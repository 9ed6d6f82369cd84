//! Queries on accounts.

use std::collections::HashMap;
use std::sync::Arc;

use async_graphql::dataloader::Loader;
use platform_core::id::UserId;
use platform_core::page::{Page, cut};
use platform_database::Database;
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use users_entities::user_role::{self, Role};
use users_entities::{user, vendor_membership};

use crate::email::Email;

pub async fn by_email<C: ConnectionTrait>(db: &C, email: &Email) -> Result<Option<user::Model>, DbErr> {
    user::Entity::find().filter(user::Column::Email.eq(email.as_str())).one(db).await
}

/// Which users a list shows.
#[derive(Debug, Clone, Default)]
pub struct UserFilter {
    pub roles: Option<Vec<Role>>,
    pub status: Option<user::Status>,
    pub email: Option<Email>,
    pub vendor: Option<platform_core::id::VendorId>,
}

/// Users, the newest first.
pub async fn list(
    database: &Database,
    filter: UserFilter,
    page: &Page<UserId>,
) -> Result<(Vec<user::Model>, bool), DbErr> {
    let mut query = user::Entity::find();
    if let Some(roles) = filter.roles {
        let having = user_role::Entity::find()
            .select_only()
            .column(user_role::Column::UserId)
            .filter(user_role::Column::Role.is_in(roles));
        query = query.filter(user::Column::Id.in_subquery(sea_orm::QueryTrait::into_query(having)));
    }
    if let Some(vendor) = filter.vendor {
        let acting = vendor_membership::Entity::find()
            .select_only()
            .column(vendor_membership::Column::UserId)
            .filter(vendor_membership::Column::VendorId.eq(vendor));
        query = query.filter(user::Column::Id.in_subquery(sea_orm::QueryTrait::into_query(acting)));
    }
    if let Some(status) = filter.status {
        query = query.filter(user::Column::Status.eq(status));
    }
    if let Some(email) = filter.email {
        query = query.filter(user::Column::Email.eq(email.as_str()));
    }
    if let Some(after) = page.after {
        query = query.filter(user::Column::Id.lt(after));
    }
    let rows = query.order_by_desc(user::Column::Id).limit(page.first + 1).all(database.replica()).await?;
    Ok(cut(rows, page.first))
}

/// Loads many users at once.
pub struct UserLoader(pub Database);

impl Loader<UserId> for UserLoader {
    type Value = user::Model;
    type Error = Arc<DbErr>;

    async fn load(&self, ids: &[UserId]) -> Result<HashMap<UserId, user::Model>, Arc<DbErr>> {
        let rows = user::Entity::find()
            .filter(user::Column::Id.is_in(ids.iter().copied()))
            .all(self.0.read())
            .await
            .map_err(Arc::new)?;
        Ok(rows.into_iter().map(|row| (row.id, row)).collect())
    }
}
