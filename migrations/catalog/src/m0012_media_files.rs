//! Pictures by their files: a file is removed when no row names it.

use sea_orm_migration::prelude::*;

use crate::columns::index;

pub fn migration() -> Box<dyn MigrationTrait> {
    platform_database::migration("m0012_media_files", |manager| Box::pin(up(manager)))
}

async fn up(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    manager.create_index(index("media_by_file", "media", &["file"])).await
}
