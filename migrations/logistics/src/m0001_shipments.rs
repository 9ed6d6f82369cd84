//! Deliveries of orders, their shipments, and what happened to those.

use sea_orm_migration::prelude::*;

pub fn migration() -> Box<dyn MigrationTrait> {
    platform_database::migration("logistics_0001_shipments", |manager| Box::pin(up(manager)))
}

const STATUSES: [&str; 10] = [
    "CREATED",
    "PACKED",
    "HANDED_OVER",
    "IN_TRANSIT",
    "OUT_FOR_DELIVERY",
    "ATTEMPTED",
    "DELIVERED",
    "RETURNED",
    "LOST",
    "CANCELLED",
];

async fn up(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    manager.create_table(deliveries()).await?;
    manager.create_table(shipments()).await?;
    for index in shipment_indexes() {
        manager.create_index(index).await?;
    }
    manager.create_table(shipment_items()).await?;
    manager.create_table(tracking_events()).await?;
    // Of one version there is one event.
    let index = Index::create().name("tracking_events_shipment").unique().table("tracking_events").take();
    manager.create_index({ index }.col("shipment_id").col("version").take()).await
}

fn deliveries() -> TableCreateStatement {
    let statuses = ["HELD", "COMMITTED", "RELEASED"];
    Table::create()
        .table("deliveries")
        .col(ColumnDef::new("key").text().not_null().primary_key())
        .col(ColumnDef::new("order_id").uuid().unique_key())
        .col(ColumnDef::new("order_number").text())
        .col(ColumnDef::new("user_id").uuid())
        .col(ColumnDef::new("guest_id").text())
        .col(ColumnDef::new("status").text().not_null().check(Expr::col("status").is_in(statuses)))
        .col(ColumnDef::new("address").json_binary())
        .col(ColumnDef::new("parcels").json_binary())
        .col(ColumnDef::new("expires_at").timestamp_with_time_zone().not_null())
        .col(ColumnDef::new("created_at").timestamp_with_time_zone().not_null())
        .col(ColumnDef::new("updated_at").timestamp_with_time_zone().not_null())
        .take()
}

fn shipments() -> TableCreateStatement {
    Table::create()
        .table("shipments")
        .col(ColumnDef::new("id").uuid().not_null().primary_key())
        .col(ColumnDef::new("order_id").uuid().not_null())
        .col(ColumnDef::new("number").integer().not_null())
        .col(ColumnDef::new("vendor_order_id").uuid().not_null())
        .col(ColumnDef::new("vendor_id").uuid().not_null())
        .col(ColumnDef::new("user_id").uuid())
        .col(ColumnDef::new("guest_id").text())
        .col(ColumnDef::new("warehouse_id").uuid())
        .col(ColumnDef::new("status").text().not_null().check(Expr::col("status").is_in(STATUSES)))
        .col(ColumnDef::new("tracking_number").text().not_null().unique_key())
        .col(ColumnDef::new("tracking_token").text().not_null().unique_key())
        .col(ColumnDef::new("attempts").integer().not_null().default(0))
        .col(ColumnDef::new("version").big_integer().not_null())
        .col(ColumnDef::new("created_at").timestamp_with_time_zone().not_null())
        .col(ColumnDef::new("updated_at").timestamp_with_time_zone().not_null())
        .take()
}

fn shipment_indexes() -> Vec<IndexCreateStatement> {
    let index = |name: &'static str| Index::create().name(name).table("shipments").take();
    vec![
        index("shipments_order").unique().col("order_id").col("number").take(),
        index("shipments_vendor_order").col("vendor_order_id").col("number").take(),
        index("shipments_vendor").col("vendor_id").col("id").take(),
        index("shipments_status").col("status").col("id").take(),
    ]
}

fn shipment_items() -> TableCreateStatement {
    Table::create()
        .table("shipment_items")
        .col(ColumnDef::new("shipment_id").uuid().not_null())
        .col(ColumnDef::new("line_id").uuid().not_null())
        .col(ColumnDef::new("position").integer().not_null())
        .col(ColumnDef::new("offer_id").uuid().not_null())
        .col(ColumnDef::new("variant_id").uuid().not_null())
        .col(ColumnDef::new("product_id").uuid().not_null())
        .col(ColumnDef::new("name").text().not_null())
        .col(ColumnDef::new("variant_name").text().not_null())
        .col(ColumnDef::new("sku").text().not_null())
        // Whatever the code does, no piece is taken out twice.
        .col(ColumnDef::new("quantity").integer().not_null().check(Expr::col("quantity").gte(0)))
        .primary_key(Index::create().col("shipment_id").col("line_id"))
        .foreign_key(ForeignKey::create().from("shipment_items", "shipment_id").to("shipments", "id"))
        .take()
}

fn tracking_events() -> TableCreateStatement {
    Table::create()
        .table("tracking_events")
        .col(ColumnDef::new("id").uuid().not_null().primary_key())
        .col(ColumnDef::new("shipment_id").uuid().not_null())
        .col(ColumnDef::new("version").big_integer().not_null())
        .col(ColumnDef::new("status").text().not_null().check(Expr::col("status").is_in(STATUSES)))
        .col(ColumnDef::new("source").text().not_null())
        .col(ColumnDef::new("actor_id").uuid())
        .col(ColumnDef::new("place").text())
        .col(ColumnDef::new("note").text())
        .col(ColumnDef::new("at").timestamp_with_time_zone().not_null())
        .col(ColumnDef::new("recorded_at").timestamp_with_time_zone().not_null())
        .foreign_key(ForeignKey::create().from("tracking_events", "shipment_id").to("shipments", "id"))
        .take()
}
