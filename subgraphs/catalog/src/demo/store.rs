//! What the demo data asks of the tables: whether there is anything, and to keep many rows.

use catalog_entities::{
    attribute, category, collection, coupon, offer, product, tax_class, tax_zone, warehouse,
};
use platform_database::{Database, StoreError, Transaction};
use sea_orm::{ActiveModelBehavior, ActiveModelTrait, EntityTrait, IntoActiveModel, Select};

/// Rows of one INSERT: well below the number of parameters that SQLite takes.
const BATCH: usize = 500;

/// Whether the demo data is there.
pub async fn is_made(database: &Database) -> Result<bool, StoreError> {
    has(database, product::Entity::find_by_id(super::ids::product(0))).await
}

/// Whether nobody has put anything into the catalogue.
pub async fn is_empty(database: &Database) -> Result<bool, StoreError> {
    Ok(!(has(database, product::Entity::find()).await?
        || has(database, offer::Entity::find()).await?
        || has(database, tax_class::Entity::find()).await?
        || has(database, tax_zone::Entity::find()).await?
        || has(database, warehouse::Entity::find()).await?
        || has(database, category::Entity::find()).await?
        || has(database, attribute::Entity::find()).await?
        || has(database, collection::Entity::find()).await?
        || has(database, coupon::Entity::find()).await?))
}

async fn has<E: EntityTrait>(database: &Database, rows: Select<E>) -> Result<bool, StoreError>
where
    E::Model: Send + Sync,
{
    Ok(rows.one(database.read()).await?.is_some())
}

/// Inserts rows in batches.
pub async fn insert<A>(
    tx: &Transaction,
    rows: Vec<<A::Entity as EntityTrait>::Model>,
) -> Result<(), StoreError>
where
    A: ActiveModelTrait + ActiveModelBehavior + Send,
    <A::Entity as EntityTrait>::Model: IntoActiveModel<A>,
{
    let mut rows = rows.into_iter().map(|row| row.into_active_model().reset_all()).peekable();
    while rows.peek().is_some() {
        let batch: Vec<A> = rows.by_ref().take(BATCH).collect();
        A::Entity::insert_many(batch).exec_without_returning(&**tx).await?;
    }
    Ok(())
}
