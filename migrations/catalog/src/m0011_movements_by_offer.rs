//! The movements of an offer in their order, whatever the warehouse: a page of them reads as many rows as it shows.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::ConnectionTrait;

use crate::columns::index;

pub fn migration() -> Box<dyn MigrationTrait> {
    platform_database::migration("m0011_movements_by_offer", |manager| Box::pin(up(manager)))
}

async fn up(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    manager.create_index(index("stock_movement_by_offer", "stock_movement", &["offer_id", "id"])).await?;
    manager.get_connection().execute_unprepared("DROP INDEX stock_movement_by_level").await?;
    Ok(())
}
