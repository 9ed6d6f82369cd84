//! What tells whether a tax zone was changed: a checkout looks at it in place of the zones.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::ConnectionTrait;

use crate::columns::*;

pub fn migration() -> Box<dyn MigrationTrait> {
    platform_database::migration("m0009_tax_version", |manager| Box::pin(up(manager)))
}

async fn up(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let table = Table::create()
        .table("tax_version")
        .col(ColumnDef::new("id").integer().not_null().primary_key().check(Expr::col("id").eq(1)))
        .col(bigint("version"))
        .take();
    create(manager, vec![table], Vec::new()).await?;
    let first = "INSERT INTO tax_version (id, version) VALUES (1, 1)";
    manager.get_connection().execute_unprepared(first).await.map(drop)
}
