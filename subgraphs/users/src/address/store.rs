//! Queries on addresses.

use std::collections::HashMap;

use async_graphql::dataloader::Loader;
use platform_core::id::{AddressId, UserId};
use platform_database::{Database, StoreError};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};
use users_entities::address;

/// One of `user`'s addresses.
pub async fn find<C: ConnectionTrait>(
    db: &C,
    user: UserId,
    id: AddressId,
) -> Result<Option<address::Model>, StoreError> {
    Ok(address::Entity::find_by_id(id).filter(address::Column::UserId.eq(user)).one(db).await?)
}

/// Loads whole address books, which are bounded.
pub struct AddressLoader(pub Database);

impl Loader<UserId> for AddressLoader {
    type Value = Vec<address::Model>;
    type Error = StoreError;

    async fn load(&self, users: &[UserId]) -> Result<HashMap<UserId, Vec<address::Model>>, StoreError> {
        let rows = address::Entity::find()
            .filter(address::Column::UserId.is_in(users.iter().copied()))
            .order_by_asc(address::Column::Id)
            .all(self.0.read())
            .await?;
        let mut books: HashMap<UserId, Vec<address::Model>> = HashMap::new();
        for row in rows {
            books.entry(row.user_id).or_default().push(row);
        }
        Ok(books)
    }
}
