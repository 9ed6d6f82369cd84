//! Carts change with every click: no index that nobody reads is kept up with them, and PostgreSQL has room for the new
//! version of a row beside the old one.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::{ConnectionTrait, DbBackend};

pub fn migration() -> Box<dyn MigrationTrait> {
    platform_database::migration("orders_0009_hot_rows", |manager| Box::pin(up(manager)))
}

async fn up(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let connection = manager.get_connection();
    connection.execute_unprepared("DROP INDEX carts_updated_at").await?;
    if manager.get_database_backend() == DbBackend::Postgres {
        let sql = "ALTER TABLE carts SET (fillfactor = 80); ALTER TABLE cart_lines SET (fillfactor = 80)";
        connection.execute_unprepared(sql).await?;
    }
    Ok(())
}
