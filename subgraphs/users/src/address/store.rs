//! Queries on addresses.

use platform_core::id::{AddressId, UserId};
use platform_database::{StoreError, Transaction};
use platform_server::Group;
use sea_orm::prelude::Expr;
use sea_orm::{ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter};
use users_entities::address;

use super::service::Defaults;

/// One of `user`'s addresses.
pub async fn find<C: ConnectionTrait>(
    db: &C,
    user: UserId,
    id: AddressId,
) -> Result<Option<address::Model>, StoreError> {
    Ok(address::Entity::find_by_id(id).filter(address::Column::UserId.eq(user)).one(db).await?)
}

/// How many addresses a user has.
pub async fn count(tx: &Transaction, user: UserId) -> Result<u64, StoreError> {
    Ok(address::Entity::find().filter(address::Column::UserId.eq(user)).count(&**tx).await?)
}

pub async fn insert(tx: &Transaction, row: address::ActiveModel) -> Result<address::Model, StoreError> {
    Ok(address::Entity::insert(row).exec_with_returning(&**tx).await?)
}

/// Writes what is set of an address.
pub async fn update(tx: &Transaction, changed: address::ActiveModel) -> Result<address::Model, StoreError> {
    Ok(changed.update(&**tx).await?)
}

pub async fn delete(tx: &Transaction, id: AddressId) -> Result<(), StoreError> {
    address::Entity::delete_by_id(id).exec(&**tx).await?;
    Ok(())
}

/// Takes the defaults named from whichever address has them.
pub async fn unset_defaults(tx: &Transaction, user: UserId, defaults: Defaults) -> Result<(), StoreError> {
    let flags = [
        (address::Column::DefaultShipping, defaults.shipping),
        (address::Column::DefaultBilling, defaults.billing),
    ];
    for (flag, _) in flags.into_iter().filter(|(_, wanted)| *wanted) {
        address::Entity::update_many()
            .col_expr(flag, Expr::value(false))
            .filter(address::Column::UserId.eq(user))
            .filter(flag.eq(true))
            .exec(&**tx)
            .await?;
    }
    Ok(())
}

/// A user's address book, which is bounded, in the order of its making.
pub enum Book {}

impl Group for Book {
    type Entity = address::Entity;
    type Key = UserId;

    const OF: address::Column = address::Column::UserId;
    const ORDER: Option<address::Column> = Some(address::Column::Id);
}
