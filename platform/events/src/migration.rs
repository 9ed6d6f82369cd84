//! Tables of the events: `outbox`, `inbox`, `event_cursors`, `held_events`; on PostgreSQL `outbox_head` too.

use platform_database::Migrations;
use sea_orm::{DatabaseBackend, Statement};
use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::ConnectionTrait;

/// The migrations of this crate's tables, for the front of a subgraph's own.
pub fn migrations() -> Migrations {
    vec![platform_database::migration("platform_events_0001_tables", |manager| Box::pin(up(manager)))]
}

async fn up(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let postgres = manager.get_database_backend() == DatabaseBackend::Postgres;
    manager.create_table(outbox(postgres)).await?;
    if postgres {
        manager.create_index(unplaced_events()).await?;
        manager.create_table(outbox_head()).await?;
        let head = "INSERT INTO outbox_head (id, position) VALUES (1, 0)";
        manager.get_connection().execute_raw(Statement::from_string(DatabaseBackend::Postgres, head)).await?;
    }
    manager.create_table(inbox()).await?;
    manager
        .create_index(Index::create().name("inbox_handled_at").table("inbox").col("handled_at").take())
        .await?;
    manager.create_table(cursors()).await?;
    manager.create_table(held_events()).await?;
    for index in held_event_indexes() {
        manager.create_index(index).await?;
    }
    Ok(())
}

/// On SQLite one writer makes `sequence` the order of commits, so it is the position too. On PostgreSQL sequence
/// numbers are handed out before commit: there the position is given after it (see the log module).
fn outbox(postgres: bool) -> TableCreateStatement {
    let mut table = Table::create()
        .table("outbox")
        .col(ColumnDef::new("sequence").big_integer().not_null().auto_increment().primary_key())
        .col(ColumnDef::new("id").uuid().not_null().unique_key())
        .col(ColumnDef::new("type").text().not_null())
        .col(ColumnDef::new("version").integer().not_null())
        .col(ColumnDef::new("key").text().not_null())
        .col(ColumnDef::new("data").text().not_null())
        .col(ColumnDef::new("occurred_at").timestamp_with_time_zone().not_null())
        .take();
    if postgres {
        table.col(ColumnDef::new("position").big_integer().unique_key());
    }
    table
}

fn unplaced_events() -> IndexCreateStatement {
    Index::create()
        .name("outbox_unplaced")
        .table("outbox")
        .col("sequence")
        .and_where(Expr::col("position").is_null())
        .take()
}

fn outbox_head() -> TableCreateStatement {
    Table::create()
        .table("outbox_head")
        .col(ColumnDef::new("id").integer().not_null().primary_key().check(Expr::col("id").eq(1)))
        .col(ColumnDef::new("position").big_integer().not_null())
        .take()
}

fn inbox() -> TableCreateStatement {
    Table::create()
        .table("inbox")
        .col(ColumnDef::new("consumer").text().not_null())
        .col(ColumnDef::new("event_id").uuid().not_null())
        .col(ColumnDef::new("topic").text().not_null())
        .col(ColumnDef::new("position").big_integer().not_null())
        .col(ColumnDef::new("handled_at").timestamp_with_time_zone().not_null())
        .primary_key(Index::create().col("consumer").col("event_id"))
        .take()
}

fn cursors() -> TableCreateStatement {
    Table::create()
        .table("event_cursors")
        .col(ColumnDef::new("consumer").text().not_null())
        .col(ColumnDef::new("topic").text().not_null())
        .col(ColumnDef::new("position").big_integer().not_null())
        .col(ColumnDef::new("updated_at").timestamp_with_time_zone().not_null())
        .primary_key(Index::create().col("consumer").col("topic"))
        .take()
}

fn held_events() -> TableCreateStatement {
    Table::create()
        .table("held_events")
        .col(ColumnDef::new("id").big_integer().not_null().auto_increment().primary_key())
        .col(ColumnDef::new("consumer").text().not_null())
        .col(ColumnDef::new("topic").text().not_null())
        .col(ColumnDef::new("key").text().not_null())
        .col(ColumnDef::new("event_id").uuid().not_null())
        .col(ColumnDef::new("position").big_integer().not_null())
        .col(ColumnDef::new("event").text().not_null())
        .col(ColumnDef::new("status").text().not_null().check(Expr::col("status").is_in(["held", "dead"])))
        .col(ColumnDef::new("attempts").integer().not_null())
        .col(ColumnDef::new("due_at").timestamp_with_time_zone().not_null())
        .col(ColumnDef::new("last_error").text())
        .col(ColumnDef::new("created_at").timestamp_with_time_zone().not_null())
        .take()
}

fn held_event_indexes() -> [IndexCreateStatement; 3] {
    [
        Index::create()
            .name("held_events_consumer_event")
            .unique()
            .table("held_events")
            .col("consumer")
            .col("event_id")
            .take(),
        Index::create()
            .name("held_events_key")
            .table("held_events")
            .col("consumer")
            .col("topic")
            .col("key")
            .col("position")
            .take(),
        Index::create().name("held_events_due").table("held_events").col("status").col("due_at").take(),
    ]
}
