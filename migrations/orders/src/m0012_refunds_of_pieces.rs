//! What refunds of pieces need to know: the platform's part of a line's discount, how a refund divides, and the points that
//! were given back.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::ConnectionTrait;

pub fn migration() -> Box<dyn MigrationTrait> {
    platform_database::migration("orders_0012_refunds_of_pieces", |manager| Box::pin(up(manager)))
}

async fn up(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let discount = ColumnDef::new("platform_discount_minor").big_integer().take();
    manager.alter_table(Table::alter().table("order_lines").add_column(discount).take()).await?;
    let split = ColumnDef::new("split").json_binary().take();
    manager.alter_table(Table::alter().table("order_refunds").add_column(split).take()).await?;
    let points = ColumnDef::new("points_refunded_minor").big_integer().not_null().default(0).take();
    manager.alter_table(Table::alter().table("orders").add_column(points).take()).await?;
    // Until now points came back in proportion to the money.
    let sql = "UPDATE orders SET points_refunded_minor = CASE \
                   WHEN refunded_minor >= total_minor - points_minor THEN points_minor \
                   ELSE CAST(1.0 * points_minor * refunded_minor / (total_minor - points_minor) AS BIGINT) END \
               WHERE points_minor > 0 AND refunded_minor > 0 AND total_minor > points_minor";
    manager.get_connection().execute_unprepared(sql).await.map(drop)
}
