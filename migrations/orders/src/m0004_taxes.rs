//! What an invoice says of an order's taxes: that of shipping, and the buyer's VAT id with what it did.

use sea_orm_migration::prelude::*;

pub fn migration() -> Box<dyn MigrationTrait> {
    platform_database::migration("orders_0004_taxes", |manager| Box::pin(up(manager)))
}

async fn up(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let columns = [
        ColumnDef::new("shipping_tax_minor").big_integer().take(),
        ColumnDef::new("vat_id").text().take(),
        ColumnDef::new("tax_exempt").boolean().take(),
    ];
    // One at a time: SQLite adds no more at once.
    for column in columns {
        manager.alter_table(Table::alter().table("orders").add_column(column).take()).await?;
    }
    Ok(())
}
