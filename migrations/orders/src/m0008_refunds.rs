//! Orders that are paid and of which money was given back, for the job that settles those of which all was.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::ConnectionTrait;

pub fn migration() -> Box<dyn MigrationTrait> {
    platform_database::migration("orders_0008_refunds", |manager| Box::pin(up(manager)))
}

async fn up(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let sql = "CREATE INDEX orders_paid_and_refunded ON orders (id) \
               WHERE status IN ('PAID', 'COMPLETED') AND refunded_minor > 0";
    manager.get_connection().execute_unprepared(sql).await.map(drop)
}
