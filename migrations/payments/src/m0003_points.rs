//! Points: accounts, entries and holds.

use sea_orm_migration::prelude::*;

pub fn migration() -> Box<dyn MigrationTrait> {
    platform_database::migration("payments_0003_points", |manager| Box::pin(up(manager)))
}

async fn up(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    manager
        .create_table(
            Table::create()
                .table("points_accounts")
                .col(ColumnDef::new("user_id").uuid().not_null().primary_key())
                .col(ColumnDef::new("balance").big_integer().not_null())
                .col(ColumnDef::new("held").big_integer().not_null())
                .col(ColumnDef::new("updated_at").timestamp_with_time_zone().not_null())
                // Whatever is spent, expires and is taken back at once: never negative.
                .check(Expr::cust("held >= 0 AND held <= balance"))
                .take(),
        )
        .await?;
    manager
        .create_table(
            Table::create()
                .table("points_entries")
                .col(ColumnDef::new("id").uuid().not_null().primary_key())
                .col(ColumnDef::new("user_id").uuid().not_null())
                .col(ColumnDef::new("kind").text().not_null())
                .col(ColumnDef::new("reference").text().not_null())
                .col(ColumnDef::new("points").big_integer().not_null())
                .col(ColumnDef::new("unspent").big_integer().not_null())
                .col(ColumnDef::new("expires_at").timestamp_with_time_zone())
                .col(ColumnDef::new("created_at").timestamp_with_time_zone().not_null())
                .take(),
        )
        .await?;
    for index in [
        Index::create()
            .name("points_entries_kind_reference")
            .unique()
            .table("points_entries")
            .col("kind")
            .col("reference")
            .take(),
        Index::create().name("points_entries_user").table("points_entries").col("user_id").col("id").take(),
        Index::create().name("points_entries_expiry").table("points_entries").col("expires_at").take(),
    ] {
        manager.create_index(index).await?;
    }
    manager
        .create_table(
            Table::create()
                .table("points_holds")
                .col(ColumnDef::new("key").text().not_null().primary_key())
                .col(ColumnDef::new("user_id").uuid().not_null())
                .col(ColumnDef::new("points").big_integer().not_null().check(Expr::col("points").gt(0)))
                .col(ColumnDef::new("status").text().not_null())
                .col(ColumnDef::new("expires_at").timestamp_with_time_zone().not_null())
                .col(ColumnDef::new("updated_at").timestamp_with_time_zone().not_null())
                .take(),
        )
        .await?;
    manager
        .create_index(
            Index::create()
                .name("points_holds_open")
                .table("points_holds")
                .col("status")
                .col("expires_at")
                .take(),
        )
        .await
}
