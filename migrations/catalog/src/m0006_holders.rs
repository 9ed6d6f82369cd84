//! Who holds stock and coupons, and whether the payment waits for its customer: what limits on holds count.

use sea_orm_migration::prelude::*;

use crate::columns::optional_text;

pub fn migration() -> Box<dyn MigrationTrait> {
    platform_database::migration("m0006_holders", |manager| Box::pin(up(manager)))
}

async fn up(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    for table in ["reservation", "coupon_use"] {
        let waiting = ColumnDef::new("waiting").boolean().not_null().default(false).take();
        // SQLite adds one column at a time.
        for column in [optional_text("holder"), optional_text("network"), waiting] {
            manager.alter_table(Table::alter().table(table).add_column(column).take()).await?;
        }
    }
    Ok(())
}
