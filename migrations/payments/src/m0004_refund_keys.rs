//! Keys of refunds are the shop's: one key, one refund, of whichever payment.
//!
//! Until now each payment had keys of its own. A key that was used for one payment alone is the shop's from here on; those
//! that were used for several go on to mean the refund of each payment that they mean.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::ConnectionTrait;

pub fn migration() -> Box<dyn MigrationTrait> {
    platform_database::migration("payments_0004_refund_keys", |manager| Box::pin(up(manager)))
}

async fn up(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let key = ColumnDef::new("caller_key").text().take();
    manager.alter_table(Table::alter().table("refunds").add_column(key).take()).await?;
    // The keys that were kept begin with the payment's id and a colon. Those of orders are no caller's.
    let sql = "UPDATE refunds SET caller_key = substr(idempotency_key, 38) \
               WHERE idempotency_key NOT LIKE '%:order:%' AND substr(idempotency_key, 38) IN (\
               SELECT substr(idempotency_key, 38) FROM refunds GROUP BY 1 HAVING COUNT(*) = 1)";
    manager.get_connection().execute_unprepared(sql).await?;
    let index = Index::create().name("refunds_caller_key").unique().table("refunds").col("caller_key").take();
    manager.create_index(index).await
}
