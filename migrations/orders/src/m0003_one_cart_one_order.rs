//! Which cart an order was made of, and what of a cart is being bought.

use sea_orm_migration::prelude::*;

pub fn migration() -> Box<dyn MigrationTrait> {
    platform_database::migration("orders_0003_one_cart_one_order", |manager| Box::pin(up(manager)))
}

async fn up(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    // SQLite adds one column with each statement.
    for column in [
        ColumnDef::new("cart_id").uuid().take(),
        ColumnDef::new("cart_version").big_integer().take(),
        ColumnDef::new("claimed_cart_id").uuid().take(),
    ] {
        manager.alter_table(Table::alter().table("orders").add_column(column).take()).await?;
    }
    let coupon = ColumnDef::new("coupon_order_id").uuid().take();
    manager.alter_table(Table::alter().table("carts").add_column(coupon).take()).await?;
    let claimed =
        ColumnDef::new("claimed").integer().not_null().default(0).check(Expr::col("claimed").gte(0)).take();
    manager.alter_table(Table::alter().table("cart_lines").add_column(claimed).take()).await?;
    // One order for a version of a cart, whatever the code does.
    manager
        .create_index(
            Index::create()
                .name("orders_cart_version")
                .unique()
                .table("orders")
                .col("cart_id")
                .col("cart_version")
                .take(),
        )
        .await?;
    manager
        .create_index(
            Index::create()
                .name("orders_claimed_cart")
                .table("orders")
                .col("claimed_cart_id")
                .and_where(Expr::col("claimed_cart_id").is_not_null())
                .take(),
        )
        .await
}
