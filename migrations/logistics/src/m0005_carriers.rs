//! Outside carriers: what they were asked to bring, what they say happened, and the books of the sandbox's carrier.

use sea_orm_migration::prelude::*;

pub fn migration() -> Box<dyn MigrationTrait> {
    platform_database::migration("logistics_0005_carriers", |manager| Box::pin(up(manager)))
}

async fn up(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    for table in [bookings(), carrier_webhooks(), sandbox_parcels()] {
        manager.create_table(table).await?;
    }
    for (table, column) in [
        ("shipments", "carrier"),
        ("tracking_events", "carrier_event_id"),
        ("tracking_events", "carrier_code"),
        ("tracking_events", "carrier_words"),
    ] {
        let column = ColumnDef::new(column).text().take();
        manager.alter_table(Table::alter().table(table).add_column(column).take()).await?;
    }
    let statements = [
        // What a carrier tells twice is written down once.
        "CREATE UNIQUE INDEX tracking_events_carrier ON tracking_events (shipment_id, carrier_event_id)",
        "CREATE UNIQUE INDEX bookings_reference ON bookings (carrier, reference)",
        "CREATE INDEX bookings_next ON bookings (next_at)",
        "CREATE INDEX carrier_webhooks_received ON carrier_webhooks (received_at)",
    ];
    for statement in statements {
        manager.get_connection().execute_unprepared(statement).await?;
    }
    Ok(())
}

fn text(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).text().not_null().take()
}

fn time(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).timestamp_with_time_zone().not_null().take()
}

fn bookings() -> TableCreateStatement {
    let statuses = ["ASKED", "BOOKED", "CANCELLING", "CANCELLED"];
    // Whatever the code does, the carrier has no parcel that it has not named.
    let is_named = Expr::col("status").eq("ASKED").or(Expr::col("reference").is_not_null());
    Table::create()
        .table("bookings")
        .col(ColumnDef::new("shipment_id").uuid().not_null().primary_key())
        .col(text("carrier"))
        .col(text("service"))
        .col(text("status").check(Expr::col("status").is_in(statuses)))
        .col(ColumnDef::new("seller_id").uuid())
        .col(ColumnDef::new("reference").text())
        .col(ColumnDef::new("tracking_number").text())
        .col(ColumnDef::new("price_minor").big_integer())
        .col(ColumnDef::new("currency").text())
        .col(ColumnDef::new("next_at").timestamp_with_time_zone())
        .col(time("created_at"))
        .col(time("updated_at"))
        .check(is_named)
        .foreign_key(ForeignKey::create().from("bookings", "shipment_id").to("shipments", "id"))
        .take()
}

fn carrier_webhooks() -> TableCreateStatement {
    Table::create()
        .table("carrier_webhooks")
        .col(text("carrier"))
        .col(text("webhook_id"))
        .col(time("received_at"))
        .primary_key(Index::create().col("carrier").col("webhook_id"))
        .take()
}

fn sandbox_parcels() -> TableCreateStatement {
    Table::create()
        .table("sandbox_parcels")
        .col(text("reference").primary_key())
        .col(text("key").unique_key())
        .col(text("service"))
        .col(text("tracking_number"))
        .col(ColumnDef::new("document").json_binary().not_null())
        .col(ColumnDef::new("cancelled_at").timestamp_with_time_zone())
        .col(time("created_at"))
        .take()
}
