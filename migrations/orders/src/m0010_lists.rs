//! What lists of orders are read by. Looked at with 100,000 orders: without the first two, a page of an old day or of rare
//! statuses passes over all newer orders; without the third, so does the beginning of a number on PostgreSQL, where the
//! order of a text's index is the language's and not that of bytes. The page of a user, an address or a vendor is found by
//! the indexes that there are.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::{ConnectionTrait, DbBackend};

pub fn migration() -> Box<dyn MigrationTrait> {
    platform_database::migration("orders_0010_lists", |manager| Box::pin(up(manager)))
}

async fn up(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let connection = manager.get_connection();
    connection.execute_unprepared("CREATE INDEX orders_placed ON orders (placed_at, id)").await?;
    let by_status = "CREATE INDEX orders_status_placed ON orders (status, placed_at, id)";
    connection.execute_unprepared(by_status).await?;
    // No query of any release reads it.
    connection.execute_unprepared("DROP INDEX orders_status").await?;
    if manager.get_database_backend() == DbBackend::Postgres {
        let by_number = "CREATE INDEX orders_number_beginning ON orders (number COLLATE \"C\")";
        connection.execute_unprepared(by_number).await?;
    }
    Ok(())
}
