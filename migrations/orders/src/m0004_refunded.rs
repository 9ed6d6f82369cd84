//! The status of an order whose money was given back.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::{ConnectionTrait, DbBackend};

pub fn migration() -> Box<dyn MigrationTrait> {
    platform_database::migration("orders_0004_refunded", |manager| Box::pin(up(manager)))
}

async fn up(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let connection = manager.get_connection();
    if manager.get_database_backend() == DbBackend::Postgres {
        let sql = "ALTER TABLE orders DROP CONSTRAINT orders_status_check, ADD CONSTRAINT orders_status_check \
                   CHECK (status IN ('PENDING', 'AWAITING_PAYMENT', 'CONFIRMED', 'PAID', 'COMPLETED', 'CANCELLED', \
                   'FAILED', 'REFUNDED'))";
        return connection.execute_unprepared(sql).await.map(drop);
    }
    // SQLite alters no CHECK. A wider one changes no row, so the text of the table is changed, as its documentation of
    // ALTER TABLE describes; the reset lets every statement that follows read it anew.
    let sql = "PRAGMA writable_schema = ON; \
               UPDATE sqlite_schema SET sql = replace(sql, '''FAILED''', '''FAILED'', ''REFUNDED''') \
               WHERE type = 'table' AND name = 'orders'; \
               PRAGMA writable_schema = RESET";
    connection.execute_unprepared(sql).await.map(drop)
}
