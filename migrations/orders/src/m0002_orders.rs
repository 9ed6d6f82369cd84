//! Orders, their lines, the vendors' parts and the history.

use sea_orm_migration::prelude::*;

pub fn migration() -> Box<dyn MigrationTrait> {
    platform_database::migration("orders_0002_orders", |manager| Box::pin(up(manager)))
}

async fn up(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    manager.create_table(orders()).await?;
    manager.create_table(vendor_orders()).await?;
    manager.create_table(order_lines()).await?;
    manager.create_table(order_events()).await?;
    for index in indexes() {
        manager.create_index(index).await?;
    }
    Ok(())
}

fn orders() -> TableCreateStatement {
    let statuses = ["PENDING", "AWAITING_PAYMENT", "CONFIRMED", "PAID", "COMPLETED", "CANCELLED", "FAILED"];
    let amount = |name: &'static str| {
        ColumnDef::new(name).big_integer().not_null().check(Expr::col(name).gte(0)).take()
    };
    Table::create()
        .table("orders")
        .col(ColumnDef::new("id").uuid().not_null().primary_key())
        .col(ColumnDef::new("number").text().not_null().unique_key())
        .col(ColumnDef::new("user_id").uuid())
        .col(ColumnDef::new("guest_id").text())
        .col(ColumnDef::new("email").text())
        // One order for a caller's key, whatever the code does.
        .col(ColumnDef::new("idempotency_key").text().not_null().unique_key())
        .col(ColumnDef::new("request_hash").blob().not_null())
        .col(ColumnDef::new("status").text().not_null().check(Expr::col("status").is_in(statuses)))
        .col(ColumnDef::new("reason").text())
        .col(ColumnDef::new("problem").json_binary())
        .col(ColumnDef::new("currency").text().not_null())
        .col(ColumnDef::new("market").json_binary().not_null())
        .col(ColumnDef::new("shipping_address").json_binary().not_null())
        .col(ColumnDef::new("coupon_code").text())
        .col(ColumnDef::new("prices_include_tax").boolean().not_null())
        .col(amount("subtotal_minor"))
        .col(amount("discount_minor"))
        .col(amount("shipping_minor"))
        .col(amount("tax_minor"))
        .col(amount("total_minor"))
        .col(amount("points_minor"))
        .col(amount("refunded_minor"))
        .col(ColumnDef::new("payment_id").uuid())
        .col(ColumnDef::new("payment_action_url").text())
        .col(ColumnDef::new("version").big_integer().not_null())
        .col(ColumnDef::new("placed_at").timestamp_with_time_zone().not_null())
        .col(ColumnDef::new("updated_at").timestamp_with_time_zone().not_null())
        .check(Expr::cust("points_minor <= total_minor AND refunded_minor <= total_minor"))
        .take()
}

fn vendor_orders() -> TableCreateStatement {
    let statuses = ["PENDING", "OPEN", "DELIVERED", "CANCELLED"];
    Table::create()
        .table("vendor_orders")
        .col(ColumnDef::new("id").uuid().not_null().primary_key())
        .col(ColumnDef::new("order_id").uuid().not_null())
        .col(ColumnDef::new("vendor_id").uuid().not_null())
        .col(ColumnDef::new("user_id").uuid())
        .col(ColumnDef::new("status").text().not_null().check(Expr::col("status").is_in(statuses)))
        .col(ColumnDef::new("currency").text().not_null())
        .col(ColumnDef::new("total_minor").big_integer().not_null())
        .col(ColumnDef::new("shipping_minor").big_integer().not_null())
        .col(ColumnDef::new("commission_minor").big_integer().not_null())
        .col(ColumnDef::new("version").big_integer().not_null())
        .col(ColumnDef::new("placed_at").timestamp_with_time_zone().not_null())
        .col(ColumnDef::new("updated_at").timestamp_with_time_zone().not_null())
        .foreign_key(ForeignKey::create().from("vendor_orders", "order_id").to("orders", "id"))
        .take()
}

fn order_lines() -> TableCreateStatement {
    let amount = |name: &'static str| ColumnDef::new(name).big_integer().not_null().take();
    Table::create()
        .table("order_lines")
        .col(ColumnDef::new("id").uuid().not_null().primary_key())
        .col(ColumnDef::new("order_id").uuid().not_null())
        .col(ColumnDef::new("vendor_order_id").uuid().not_null())
        .col(ColumnDef::new("position").integer().not_null())
        .col(ColumnDef::new("offer_id").uuid().not_null())
        .col(ColumnDef::new("variant_id").uuid().not_null())
        .col(ColumnDef::new("product_id").uuid().not_null())
        .col(ColumnDef::new("vendor_id").uuid().not_null())
        .col(ColumnDef::new("sku").text().not_null())
        .col(ColumnDef::new("product_name").text().not_null())
        .col(ColumnDef::new("variant_name").text().not_null())
        .col(ColumnDef::new("image_url").text())
        .col(ColumnDef::new("quantity").integer().not_null().check(Expr::col("quantity").gt(0)))
        .col(amount("unit_price_minor"))
        .col(amount("discount_minor"))
        .col(ColumnDef::new("discount_by_platform").boolean().not_null())
        .col(amount("net_minor"))
        .col(amount("tax_minor"))
        .col(amount("total_minor"))
        .col(ColumnDef::new("tax_rate").text().not_null())
        .col(ColumnDef::new("commission_bps").integer().not_null())
        .col(amount("commission_minor"))
        .foreign_key(ForeignKey::create().from("order_lines", "order_id").to("orders", "id"))
        .foreign_key(ForeignKey::create().from("order_lines", "vendor_order_id").to("vendor_orders", "id"))
        .take()
}

fn order_events() -> TableCreateStatement {
    Table::create()
        .table("order_events")
        .col(ColumnDef::new("order_id").uuid().not_null())
        .col(ColumnDef::new("version").big_integer().not_null())
        .col(ColumnDef::new("status").text().not_null())
        .col(ColumnDef::new("reason").text())
        .col(ColumnDef::new("actor_id").uuid())
        .col(ColumnDef::new("at").timestamp_with_time_zone().not_null())
        .primary_key(Index::create().col("order_id").col("version"))
        .foreign_key(ForeignKey::create().from("order_events", "order_id").to("orders", "id"))
        .take()
}

fn indexes() -> Vec<IndexCreateStatement> {
    let index = |name: &'static str, table: &'static str| Index::create().name(name).table(table).take();
    vec![
        index("orders_user", "orders").col("user_id").col("id").take(),
        index("orders_guest", "orders").col("guest_id").take(),
        index("orders_email", "orders").col("email").take(),
        index("orders_status", "orders").col("status").col("id").take(),
        index("vendor_orders_order_vendor", "vendor_orders").unique().col("order_id").col("vendor_id").take(),
        index("vendor_orders_vendor", "vendor_orders").col("vendor_id").col("id").take(),
        index("order_lines_order", "order_lines").col("order_id").col("position").take(),
        index("order_lines_vendor_order", "order_lines").col("vendor_order_id").take(),
    ]
}
