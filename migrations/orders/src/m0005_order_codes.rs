//! Codes that are mailed to the addresses of guests' orders.

use sea_orm_migration::prelude::*;

pub fn migration() -> Box<dyn MigrationTrait> {
    platform_database::migration("orders_0005_order_codes", |manager| Box::pin(up(manager)))
}

async fn up(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    manager
        .create_table(
            Table::create()
                .table("order_codes")
                .col(ColumnDef::new("id").uuid().not_null().primary_key())
                .col(ColumnDef::new("order_id").uuid().not_null())
                .col(
                    ColumnDef::new("purpose")
                        .text()
                        .not_null()
                        .check(Expr::col("purpose").is_in(["CLAIM", "CANCEL"])),
                )
                .col(ColumnDef::new("hash").blob())
                .col(ColumnDef::new("guesses").integer().not_null().check(Expr::col("guesses").gte(0)))
                .col(ColumnDef::new("issued_at").timestamp_with_time_zone().not_null())
                .col(ColumnDef::new("expires_at").timestamp_with_time_zone().not_null())
                .foreign_key(ForeignKey::create().from("order_codes", "order_id").to("orders", "id"))
                .take(),
        )
        .await?;
    manager
        .create_index(
            Index::create()
                .name("order_codes_order")
                .table("order_codes")
                .col("order_id")
                .col("purpose")
                .col("issued_at")
                .take(),
        )
        .await?;
    manager
        .create_index(Index::create().name("order_codes_issued").table("order_codes").col("issued_at").take())
        .await
}
