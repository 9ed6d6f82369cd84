//! Queries on addresses.

use std::collections::HashMap;
use std::sync::Arc;

use async_graphql::dataloader::Loader;
use platform_core::id::{AddressId, UserId};
use platform_database::Database;
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder};
use users_entities::address;

/// One of `user`'s addresses.
pub async fn find<C: ConnectionTrait>(
    db: &C,
    user: UserId,
    id: AddressId,
) -> Result<Option<address::Model>, DbErr> {
    address::Entity::find_by_id(id).filter(address::Column::UserId.eq(user)).one(db).await
}

/// Loads whole address books, which are bounded.
pub struct AddressLoader(pub Database);

impl Loader<UserId> for AddressLoader {
    type Value = Vec<address::Model>;
    type Error = Arc<DbErr>;

    async fn load(&self, users: &[UserId]) -> Result<HashMap<UserId, Vec<address::Model>>, Arc<DbErr>> {
        let rows = address::Entity::find()
            .filter(address::Column::UserId.is_in(users.iter().copied()))
            .order_by_asc(address::Column::Id)
            .all(self.0.read())
            .await
            .map_err(Arc::new)?;
        let mut books: HashMap<UserId, Vec<address::Model>> = HashMap::new();
        for row in rows {
            books.entry(row.user_id).or_default().push(row);
        }
        Ok(books)
    }
}
