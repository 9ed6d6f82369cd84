//! What lines of carts and orders show of a product that is gone.

use sea_orm_migration::prelude::*;

pub fn migration() -> Box<dyn MigrationTrait> {
    platform_database::migration("orders_0006_snapshots", |manager| Box::pin(up(manager)))
}

async fn up(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let snapshot = ColumnDef::new("snapshot").json_binary().take();
    manager.alter_table(Table::alter().table("cart_lines").add_column(snapshot).take()).await?;
    let slug = ColumnDef::new("product_slug").text().take();
    manager.alter_table(Table::alter().table("order_lines").add_column(slug).take()).await
}
