//! What buyers earn by their orders.

use sea_orm_migration::prelude::*;

pub fn migration() -> Box<dyn MigrationTrait> {
    platform_database::migration("payments_0009_points_earnings", |manager| Box::pin(up(manager)))
}

async fn up(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let statuses = ["PENDING", "EARNED"];
    let earnings = Table::create()
        .table("points_earnings")
        .col(ColumnDef::new("order_id").uuid().not_null().primary_key())
        .col(ColumnDef::new("user_id").uuid().not_null())
        .col(ColumnDef::new("status").text().not_null().check(Expr::col("status").is_in(statuses)))
        .col(ColumnDef::new("basis_minor").big_integer().not_null())
        .col(ColumnDef::new("points").big_integer().not_null())
        .col(ColumnDef::new("reversed").big_integer().not_null())
        .col(ColumnDef::new("updated_at").timestamp_with_time_zone().not_null())
        // No refund takes back what was not given.
        .check(Expr::cust("reversed >= 0 AND reversed <= points"))
        .take();
    manager.create_table(earnings).await?;
    let index = Index::create().name("points_earnings_user").table("points_earnings").take();
    manager.create_index({ index }.col("user_id").col("status").take()).await
}
