//! The table `uploads`.

use platform_database::Migrations;
use sea_orm_migration::prelude::*;

/// The migrations of this crate's table, for the front of the own ones of a subgraph that takes files.
pub fn migrations() -> Migrations {
    vec![platform_database::migration("platform_files_0001_uploads", |manager| Box::pin(up(manager)))]
}

async fn up(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let text = |name: &'static str| ColumnDef::new(name).text().not_null().take();
    let time = |name: &'static str| ColumnDef::new(name).timestamp_with_time_zone().not_null().take();
    let status = Expr::col("status").is_in(["OPEN", "KEPT", "ATTACHED", "LAPSED"]);
    manager
        .create_table(
            Table::create()
                .table("uploads")
                .col(ColumnDef::new("id").uuid().not_null().primary_key())
                .col(text("owner"))
                .col(text("purpose"))
                .col(ColumnDef::new("subject_id").uuid().not_null())
                .col(text("content_types"))
                .col(ColumnDef::new("max_bytes").big_integer().not_null())
                .col(text("status").check(status))
                .col(ColumnDef::new("file").text())
                .col(ColumnDef::new("width").integer())
                .col(ColumnDef::new("height").integer())
                .col(ColumnDef::new("bytes").big_integer())
                .col(time("created_at"))
                .col(time("expires_at"))
                .col(time("kept_until"))
                .take(),
        )
        .await?;
    for index in [
        Index::create().name("uploads_kept_until").table("uploads").col("kept_until").take(),
        Index::create().name("uploads_owner").table("uploads").col("owner").col("status").take(),
    ] {
        manager.create_index(index).await?;
    }
    Ok(())
}
