//! Tables of the sagas: `sagas`, a row each, and `saga_signals` that wait for a parked step.

use platform_database::Migrations;
use sea_orm_migration::prelude::*;

/// The migrations of this crate's tables, for the front of a subgraph's own.
pub fn migrations() -> Migrations {
    vec![
        platform_database::migration("platform_sagas_0001_tables", |manager| Box::pin(up(manager))),
        platform_database::migration("platform_sagas_0002_rest_fence", |manager| {
            Box::pin(rest_fence(manager))
        }),
    ]
}

/// The fence under which a saga came to rest. A row that an older release wrote has none: its worker may have come
/// further than the row says.
async fn rest_fence(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let column = ColumnDef::new("rest_fence").big_integer().not_null().default(-1).take();
    manager.alter_table(Table::alter().table("sagas").add_column(column).take()).await
}

async fn up(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    manager.create_table(sagas()).await?;
    manager
        .create_index(Index::create().name("sagas_due").table("sagas").col("status").col("due_at").take())
        .await?;
    manager.create_table(signals()).await?;
    manager
        .create_index(
            Index::create()
                .name("saga_signals_saga_id")
                .table("saga_signals")
                .col("saga_id")
                .col("id")
                .take(),
        )
        .await
}

fn sagas() -> TableCreateStatement {
    let statuses = ["running", "parked", "compensating", "stuck", "completed", "compensated"];
    Table::create()
        .table("sagas")
        .col(ColumnDef::new("id").uuid().not_null().primary_key())
        .col(ColumnDef::new("kind").text().not_null())
        .col(ColumnDef::new("status").text().not_null().check(Expr::col("status").is_in(statuses)))
        // The step that runs next, or whose undo does.
        .col(ColumnDef::new("step").text().not_null())
        .col(ColumnDef::new("state").text().not_null())
        // Set from the abort on: why the saga is undone.
        .col(ColumnDef::new("failure").text())
        .col(ColumnDef::new("attempts").integer().not_null())
        .col(ColumnDef::new("last_error").text())
        // When the row is to be looked at next: a retry, a deadline or the end of a lease.
        .col(ColumnDef::new("due_at").timestamp_with_time_zone().not_null())
        .col(ColumnDef::new("fence").big_integer().not_null())
        // Of a step that has parked.
        .col(ColumnDef::new("deadline").timestamp_with_time_zone())
        .col(ColumnDef::new("on_deadline").text())
        .col(ColumnDef::new("wakes").big_integer().not_null())
        .col(ColumnDef::new("wakes_seen").big_integer().not_null())
        .col(ColumnDef::new("created_at").timestamp_with_time_zone().not_null())
        .col(ColumnDef::new("updated_at").timestamp_with_time_zone().not_null())
        .take()
}

fn signals() -> TableCreateStatement {
    Table::create()
        .table("saga_signals")
        .col(ColumnDef::new("id").big_integer().not_null().auto_increment().primary_key())
        .col(ColumnDef::new("saga_id").uuid().not_null())
        .col(ColumnDef::new("signal").text().not_null())
        .col(ColumnDef::new("created_at").timestamp_with_time_zone().not_null())
        .take()
}
