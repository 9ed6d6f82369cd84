//! What every purchase touches is looked at by nobody else: a posting does not ask for its account, and a payment that is
//! decided stands in no index of those that are open.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::{ConnectionTrait, DbBackend};

pub fn migration() -> Box<dyn MigrationTrait> {
    platform_database::migration("payments_0005_hot_rows", |manager| Box::pin(up(manager)))
}

async fn up(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let connection = manager.get_connection();
    let sql = "DROP INDEX payments_open; \
               CREATE INDEX payments_open ON payments (id) WHERE status IN ('REQUIRES_ACTION', 'PENDING')";
    connection.execute_unprepared(sql).await?;
    if manager.get_database_backend() == DbBackend::Postgres {
        // To check it, PostgreSQL locks the account: a few rows that all purchases share. An account is never removed, and
        // the ledger knows it before it books on it. SQLite, whose check locks nothing, keeps its own.
        let sql = "ALTER TABLE ledger_postings DROP CONSTRAINT ledger_postings_account_id_fkey";
        connection.execute_unprepared(sql).await?;
    }
    Ok(())
}
