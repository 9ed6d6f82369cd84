//! Queries of saved means of payment.

use payments_entities::payment_method::{ActiveModel, Column, Entity, Model};
use platform_core::id::{PaymentMethodId, UserId};
use platform_database::{Database, StoreError, Transaction};
use platform_server::Group;
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};

/// A user's means of payment; `None` for somebody else's, and once it was removed.
pub async fn find_of(
    database: &Database,
    user: UserId,
    id: PaymentMethodId,
) -> Result<Option<Model>, StoreError> {
    Ok(Entity::find_by_id(id).filter(Column::UserId.eq(user)).one(database.read()).await?)
}

/// How many means of payment a user has.
pub async fn count(tx: &Transaction, user: UserId) -> Result<u64, StoreError> {
    Ok(Entity::find().filter(Column::UserId.eq(user)).count(&**tx).await?)
}

/// Keeps a means of payment unless the user has it; returns the one that is kept.
pub async fn keep(
    tx: &Transaction,
    row: ActiveModel,
    user: UserId,
    gateway: &str,
    token: &str,
) -> Result<Option<Model>, StoreError> {
    let unique = [Column::UserId, Column::Gateway, Column::Token];
    Entity::insert(row).on_conflict_do_nothing_on(unique).exec_without_returning(&**tx).await?;
    Ok(Entity::find()
        .filter(Column::UserId.eq(user))
        .filter(Column::Gateway.eq(gateway))
        .filter(Column::Token.eq(token))
        .one(&**tx)
        .await?)
}

/// Forgets a user's means of payment; false if it is not theirs.
pub async fn remove(database: &Database, user: UserId, id: PaymentMethodId) -> Result<bool, StoreError> {
    let removed = Entity::delete_many()
        .filter(Column::Id.eq(id))
        .filter(Column::UserId.eq(user))
        .exec(database.write())
        .await?;
    Ok(removed.rows_affected > 0)
}

/// The means of payment of a user, oldest first.
pub enum OfUser {}

impl Group for OfUser {
    type Entity = Entity;
    type Key = UserId;

    const OF: Column = Column::UserId;
    const ORDER: Option<Column> = Some(Column::Id);
}
