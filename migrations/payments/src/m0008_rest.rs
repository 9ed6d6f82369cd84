//! A payment of which all is to be given back says so, for refunds that were under way then.

use sea_orm_migration::prelude::*;

pub fn migration() -> Box<dyn MigrationTrait> {
    platform_database::migration("payments_0008_rest", |manager| Box::pin(up(manager)))
}

async fn up(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let rest = ColumnDef::new("rest").json_binary().take();
    manager.alter_table(Table::alter().table("payments").add_column(rest).take()).await
}
