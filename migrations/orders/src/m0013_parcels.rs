//! Parcels, as logistics tells of them, and the statuses of orders that are on their way.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::{ConnectionTrait, DbBackend};

pub fn migration() -> Box<dyn MigrationTrait> {
    platform_database::migration("orders_0013_parcels", |manager| Box::pin(up(manager)))
}

async fn up(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let connection = manager.get_connection();
    let statuses = match manager.get_database_backend() {
        DbBackend::Postgres => {
            "ALTER TABLE orders DROP CONSTRAINT orders_status_check, ADD CONSTRAINT orders_status_check \
             CHECK (status IN ('PENDING', 'AWAITING_PAYMENT', 'CONFIRMED', 'PAID', 'SHIPPED', 'DELIVERED', 'COMPLETED', \
             'CANCELLED', 'FAILED', 'REFUNDED')); \
             ALTER TABLE vendor_orders DROP CONSTRAINT vendor_orders_status_check, \
             ADD CONSTRAINT vendor_orders_status_check \
             CHECK (status IN ('PENDING', 'OPEN', 'SHIPPED', 'DELIVERED', 'RETURNED', 'CANCELLED'))"
        }
        // As in `m0004_refunded`: SQLite alters no CHECK, and a wider one changes no row.
        _ => {
            "PRAGMA writable_schema = ON; \
             UPDATE sqlite_schema SET sql = replace(sql, '''COMPLETED''', '''SHIPPED'', ''DELIVERED'', ''COMPLETED''') \
             WHERE type = 'table' AND name = 'orders'; \
             UPDATE sqlite_schema SET sql = replace(sql, '''OPEN''', '''OPEN'', ''SHIPPED'', ''RETURNED''') \
             WHERE type = 'table' AND name = 'vendor_orders'; \
             PRAGMA writable_schema = RESET"
        }
    };
    connection.execute_unprepared(statuses).await?;
    connection.execute_unprepared("DROP INDEX orders_paid_and_refunded").await?;
    let sql = "CREATE INDEX orders_paid_and_refunded ON orders (id) \
               WHERE status IN ('PAID', 'SHIPPED', 'DELIVERED', 'COMPLETED') AND refunded_minor > 0";
    connection.execute_unprepared(sql).await?;
    manager.create_table(parcels()).await?;
    let index = Index::create().name("parcels_order").table("parcels").col("order_id").take();
    manager.create_index(index).await
}

fn parcels() -> TableCreateStatement {
    let statuses = ["AT_SELLER", "UNDER_WAY", "DELIVERED", "GONE", "CANCELLED"];
    Table::create()
        .table("parcels")
        .col(ColumnDef::new("id").uuid().not_null().primary_key())
        .col(ColumnDef::new("order_id").uuid().not_null())
        .col(ColumnDef::new("vendor_order_id").uuid().not_null())
        .col(ColumnDef::new("status").text().not_null().check(Expr::col("status").is_in(statuses)))
        .col(ColumnDef::new("version").big_integer().not_null())
        .foreign_key(ForeignKey::create().from("parcels", "order_id").to("orders", "id"))
        .take()
}
