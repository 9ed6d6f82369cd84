//! The table `jobs`, which holds recurring jobs too.

use platform_database::Migrations;
use sea_orm_migration::prelude::*;

/// The migrations of this crate's table, for the front of a subgraph's own.
pub fn migrations() -> Migrations {
    vec![platform_database::migration("platform_jobs_0001_jobs", |manager| Box::pin(up(manager)))]
}

async fn up(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    manager
        .create_table(
            Table::create()
                .table("jobs")
                .col(ColumnDef::new("id").uuid().not_null().primary_key())
                .col(ColumnDef::new("kind").text().not_null())
                .col(ColumnDef::new("unique_key").text())
                .col(ColumnDef::new("payload").text().not_null())
                .col(
                    ColumnDef::new("status")
                        .text()
                        .not_null()
                        .check(Expr::col("status").is_in(["waiting", "running", "dead"])),
                )
                .col(ColumnDef::new("attempts").integer().not_null())
                .col(ColumnDef::new("max_attempts").integer().not_null())
                // Of a recurring job: the pause between runs.
                .col(ColumnDef::new("every_ms").big_integer())
                .col(ColumnDef::new("run_at").timestamp_with_time_zone().not_null())
                // When the row is to be looked at next: its time to run, or the end of its lease.
                .col(ColumnDef::new("due_at").timestamp_with_time_zone().not_null())
                .col(ColumnDef::new("fence").big_integer().not_null())
                .col(ColumnDef::new("last_error").text())
                .col(ColumnDef::new("created_at").timestamp_with_time_zone().not_null())
                .take(),
        )
        .await?;
    for index in [
        Index::create().name("jobs_due").table("jobs").col("status").col("due_at").take(),
        Index::create()
            .name("jobs_kind_unique_key")
            .unique()
            .table("jobs")
            .col("kind")
            .col("unique_key")
            .take(),
    ] {
        manager.create_index(index).await?;
    }
    Ok(())
}
