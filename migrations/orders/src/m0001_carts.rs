//! Carts and their lines.

use sea_orm_migration::prelude::*;

pub fn migration() -> Box<dyn MigrationTrait> {
    platform_database::migration("orders_0001_carts", |manager| Box::pin(up(manager)))
}

async fn up(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    manager
        .create_table(
            Table::create()
                .table("carts")
                .col(ColumnDef::new("id").uuid().not_null().primary_key())
                .col(ColumnDef::new("user_id").uuid().unique_key())
                .col(ColumnDef::new("guest_id").text().unique_key())
                .col(ColumnDef::new("coupon_code").text())
                .col(ColumnDef::new("version").big_integer().not_null())
                .col(ColumnDef::new("created_at").timestamp_with_time_zone().not_null())
                .col(ColumnDef::new("updated_at").timestamp_with_time_zone().not_null())
                .check(Expr::cust("(user_id IS NULL) <> (guest_id IS NULL)"))
                .take(),
        )
        .await?;
    manager
        .create_index(Index::create().name("carts_updated_at").table("carts").col("updated_at").take())
        .await?;
    manager
        .create_table(
            Table::create()
                .table("cart_lines")
                .col(ColumnDef::new("id").uuid().not_null().primary_key())
                .col(ColumnDef::new("cart_id").uuid().not_null())
                .col(ColumnDef::new("offer_id").uuid().not_null())
                .col(ColumnDef::new("quantity").integer().not_null())
                .col(ColumnDef::new("seen_price_minor").big_integer())
                .col(ColumnDef::new("seen_currency").text())
                .col(ColumnDef::new("created_at").timestamp_with_time_zone().not_null())
                .check(Expr::cust("quantity BETWEEN 1 AND 9999"))
                .foreign_key(
                    ForeignKey::create()
                        .from("cart_lines", "cart_id")
                        .to("carts", "id")
                        .on_delete(ForeignKeyAction::Cascade),
                )
                .take(),
        )
        .await?;
    manager
        .create_index(
            Index::create()
                .name("cart_lines_cart_offer")
                .unique()
                .table("cart_lines")
                .col("cart_id")
                .col("offer_id")
                .take(),
        )
        .await
}
