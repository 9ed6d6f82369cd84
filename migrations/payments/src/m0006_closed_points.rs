//! A key of points can be closed before anything is held under it: a row of nobody and of no points.
//!
//! The release before reads such a row as a failure, and is asked for it only if both run when the key is released before
//! its hold arrives: then nothing is held either.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::{ConnectionTrait, DbBackend};

/// Points of somebody, or a closed key.
const OF_SOMEBODY: &str = "(user_id IS NOT NULL AND points > 0) \
                           OR (user_id IS NULL AND points = 0 AND status = 'RELEASED')";

pub fn migration() -> Box<dyn MigrationTrait> {
    platform_database::migration("payments_0006_closed_points", |manager| Box::pin(up(manager)))
}

async fn up(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let connection = manager.get_connection();
    if manager.get_database_backend() == DbBackend::Postgres {
        let sql = format!(
            "ALTER TABLE points_holds ALTER COLUMN user_id DROP NOT NULL, \
             DROP CONSTRAINT points_holds_points_check, \
             ADD CONSTRAINT points_holds_of_somebody CHECK ({OF_SOMEBODY})"
        );
        return connection.execute_unprepared(&sql).await.map(drop);
    }
    // SQLite changes no column: the rows move to a table that has it so.
    connection.execute_unprepared("ALTER TABLE points_holds RENAME TO points_holds_before").await?;
    let time = |name: &'static str| ColumnDef::new(name).timestamp_with_time_zone().not_null().take();
    let table = Table::create()
        .table("points_holds")
        .col(ColumnDef::new("key").text().not_null().primary_key())
        .col(ColumnDef::new("user_id").uuid())
        .col(ColumnDef::new("points").big_integer().not_null())
        .col(ColumnDef::new("status").text().not_null())
        .col(time("expires_at"))
        .col(time("updated_at"))
        .check(Expr::cust(OF_SOMEBODY))
        .take();
    manager.create_table(table).await?;
    let sql = "INSERT INTO points_holds (key, user_id, points, status, expires_at, updated_at) \
               SELECT key, user_id, points, status, expires_at, updated_at FROM points_holds_before; \
               DROP TABLE points_holds_before; \
               CREATE INDEX points_holds_open ON points_holds (status, expires_at)";
    connection.execute_unprepared(sql).await.map(drop)
}
