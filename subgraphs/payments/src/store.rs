//! Whether there is anything yet.

use payments_entities::{ledger_transaction, payment, points_account};
use platform_database::{Database, StoreError};
use sea_orm::EntityTrait;

/// Whether nobody has paid anything yet, or has points.
pub async fn is_empty(database: &Database) -> Result<bool, StoreError> {
    let db = database.read();
    Ok(payment::Entity::find().one(db).await?.is_none()
        && ledger_transaction::Entity::find().one(db).await?.is_none()
        && points_account::Entity::find().one(db).await?.is_none())
}
