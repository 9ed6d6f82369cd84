//! Tax zones of parts of a country. A table beside that of the countries, which the release before goes on reading.

use sea_orm_migration::prelude::*;

use crate::columns::*;

pub fn migration() -> Box<dyn MigrationTrait> {
    platform_database::migration("m0004_tax_areas", |manager| Box::pin(up(manager)))
}

async fn up(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let table = Table::create()
        .table("tax_zone_area")
        .col(ColumnDef::new("country").char_len(2).not_null().take())
        .col(one_of("kind", &["region", "postal"]))
        .col(text("value"))
        .col(id("zone_id"))
        .primary_key(&mut primary_key(&["country", "kind", "value"]))
        .foreign_key(&mut owned_by("zone_id", "tax_zone", "id"))
        .take();
    create(manager, vec![table], vec![index("tax_zone_area_by_zone", "tax_zone_area", &["zone_id"])]).await
}
