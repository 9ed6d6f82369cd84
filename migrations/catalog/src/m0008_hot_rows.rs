//! What every purchase touches is not locked by those that only name it.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::{ConnectionTrait, DbBackend};

pub fn migration() -> Box<dyn MigrationTrait> {
    platform_database::migration("m0008_hot_rows", |manager| Box::pin(up(manager)))
}

async fn up(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    if manager.get_database_backend() != DbBackend::Postgres {
        return Ok(());
    }
    // To check a movement's offer and warehouse, PostgreSQL locks rows that all purchases share. A movement is written with
    // its level, which refers to both. SQLite, whose check locks nothing, keeps its own. A level changes with every
    // reservation: there is room for its next version beside it.
    let sql = "ALTER TABLE stock_movement DROP CONSTRAINT stock_movement_offer_id_fkey, \
               DROP CONSTRAINT stock_movement_warehouse_id_fkey; \
               ALTER TABLE stock_level SET (fillfactor = 50)";
    manager.get_connection().execute_unprepared(sql).await.map(drop)
}
