//! Photos as proof of deliveries, by the names of their files.

use sea_orm_migration::prelude::*;

pub fn migration() -> Box<dyn MigrationTrait> {
    platform_database::migration("logistics_0004_photos", |manager| Box::pin(up(manager)))
}

async fn up(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let photo = ColumnDef::new("photo").text().take();
    manager.alter_table(Table::alter().table("stops").add_column(photo).take()).await?;
    let photos = "CREATE INDEX stops_photo ON stops (ended_at) WHERE photo IS NOT NULL";
    manager.get_connection().execute_unprepared(photos).await?;
    Ok(())
}
