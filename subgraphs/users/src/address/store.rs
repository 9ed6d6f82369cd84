//! Queries on addresses.

use platform_core::id::{AddressId, UserId};
use platform_database::StoreError;
use platform_server::Group;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};
use users_entities::address;

/// One of `user`'s addresses.
pub async fn find<C: ConnectionTrait>(
    db: &C,
    user: UserId,
    id: AddressId,
) -> Result<Option<address::Model>, StoreError> {
    Ok(address::Entity::find_by_id(id).filter(address::Column::UserId.eq(user)).one(db).await?)
}

/// A user's address book, which is bounded, in the order of its making.
pub enum Book {}

impl Group for Book {
    type Entity = address::Entity;
    type Key = UserId;

    const OF: address::Column = address::Column::UserId;
    const ORDER: Option<address::Column> = Some(address::Column::Id);
}
