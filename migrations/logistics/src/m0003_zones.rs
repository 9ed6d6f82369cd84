//! Zones, the services that deliver in them, their slots, and points where buyers fetch parcels.
//!
//! Until now every parcel had a flat fee that was written in the program. A zone of all countries has it from here on, so
//! that nothing costs another amount than before until staff says so.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::prelude::{DateTimeUtc, Uuid};
use serde_json::{Value, json};

pub fn migration() -> Box<dyn MigrationTrait> {
    platform_database::migration("logistics_0003_zones", |manager| Box::pin(up(manager)))
}

async fn up(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    for table in [zones(), services(), slots(), slot_holds(), pick_up_points()] {
        manager.create_table(table).await?;
    }
    for column in delivery_columns() {
        manager.alter_table(Table::alter().table("deliveries").add_column(column).take()).await?;
    }
    let statements = [
        "CREATE INDEX delivery_services_zone ON delivery_services (zone_id, position)",
        "CREATE UNIQUE INDEX delivery_slots_begin ON delivery_slots (service_id, begins_at)",
        "CREATE INDEX slot_holds_expiry ON slot_holds (expires_at) WHERE status = 'HELD'",
        "CREATE INDEX slot_holds_slot ON slot_holds (slot_id) WHERE status = 'HELD'",
        "CREATE INDEX deliveries_slot ON deliveries (service_id, slot_begins_at)",
        "CREATE INDEX deliveries_arrival ON deliveries (arrives_by)",
    ];
    for statement in statements {
        manager.get_connection().execute_unprepared(statement).await?;
    }
    for row in everywhere()? {
        manager.exec_stmt(row).await?;
    }
    Ok(())
}

/// Currency, fee of a parcel, value of goods from which it is free, as they were written in the program; minor units.
const RATES: [(&str, i64, i64); 14] = [
    ("EUR", 499, 5_000),
    ("USD", 599, 6_000),
    ("GBP", 449, 4_500),
    ("JPY", 500, 5_000),
    ("AUD", 500, 5_000),
    ("CAD", 500, 5_000),
    ("CHF", 500, 5_000),
    ("CZK", 500, 5_000),
    ("DKK", 500, 5_000),
    ("KWD", 5_000, 50_000),
    ("NOK", 500, 5_000),
    ("NZD", 500, 5_000),
    ("PLN", 500, 5_000),
    ("SEK", 500, 5_000),
];
const ZONE: Uuid = Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_00e1);
const SERVICE: Uuid = Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_00e2);
/// Monday to Saturday.
const WEEKDAYS: i32 = 0b0011_1111;
/// 16:00.
const CUT_OFF: i32 = 960;

/// The zone of all countries with its only service.
fn everywhere() -> Result<[InsertStatement; 2], DbErr> {
    // It was so before there were zones.
    let always = DateTimeUtc::UNIX_EPOCH;
    let rate = |(currency, fee, free_from): (&str, i64, i64)| json!({ "currency": currency, "feeMinor": fee, "freeFromMinor": free_from });
    let rates: Vec<Value> = RATES.into_iter().map(rate).collect();
    let zone = row(
        "delivery_zones",
        vec![
            ("id", ZONE.into()),
            ("name", "Everywhere".into()),
            ("priority", 0.into()),
            ("time_zone", "UTC".into()),
            ("countries", json!([]).into()),
            ("is_active", true.into()),
            ("created_at", always.into()),
            ("updated_at", always.into()),
        ],
    )?;
    let service = row(
        "delivery_services",
        vec![
            ("id", SERVICE.into()),
            ("zone_id", ZONE.into()),
            ("position", 0.into()),
            ("name", "Standard delivery".into()),
            ("kind", "STANDARD".into()),
            ("rates", Value::from(rates).into()),
            ("windows", json!([]).into()),
            ("weekdays", WEEKDAYS.into()),
            ("cut_off", CUT_OFF.into()),
            ("min_days", 1.into()),
            ("max_days", 4.into()),
            ("closes_before", 0.into()),
            ("is_active", true.into()),
            ("created_at", always.into()),
            ("updated_at", always.into()),
        ],
    )?;
    Ok([zone, service])
}

fn row(table: &'static str, values: Vec<(&'static str, SimpleExpr)>) -> Result<InsertStatement, DbErr> {
    let (columns, values): (Vec<_>, Vec<_>) = values.into_iter().unzip();
    let mut insert = Query::insert().into_table(table).columns(columns).take();
    insert.values(values).map_err(|error| DbErr::Migration(error.to_string()))?;
    Ok(insert)
}

fn id() -> ColumnDef {
    ColumnDef::new("id").uuid().not_null().primary_key().take()
}

fn text(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).text().not_null().take()
}

fn integer(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).integer().not_null().take()
}

fn json(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).json_binary().not_null().take()
}

fn flag(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).boolean().not_null().take()
}

fn time(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).timestamp_with_time_zone().not_null().take()
}

fn zones() -> TableCreateStatement {
    Table::create()
        .table("delivery_zones")
        .col(id())
        .col(text("name"))
        .col(integer("priority"))
        .col(text("time_zone"))
        .col(json("countries"))
        .col(ColumnDef::new("area").json_binary())
        .col(flag("is_active"))
        .col(time("created_at"))
        .col(time("updated_at"))
        .take()
}

fn services() -> TableCreateStatement {
    const KINDS: [&str; 4] = ["STANDARD", "SAME_DAY", "SLOT", "PICK_UP"];
    Table::create()
        .table("delivery_services")
        .col(id())
        .col(ColumnDef::new("zone_id").uuid().not_null())
        .col(integer("position"))
        .col(text("name"))
        .col(text("kind").check(Expr::col("kind").is_in(KINDS)))
        .col(json("rates"))
        .col(json("windows"))
        .col(integer("weekdays").check(Expr::col("weekdays").between(1, 127)))
        .col(integer("cut_off").check(Expr::col("cut_off").between(0, 1_440)))
        .col(integer("min_days").check(Expr::col("min_days").gte(0)))
        .col(integer("max_days").check(Expr::col("max_days").gte(Expr::col("min_days"))))
        .col(integer("closes_before").check(Expr::col("closes_before").gte(0)))
        .col(flag("is_active"))
        .col(time("created_at"))
        .col(time("updated_at"))
        .take()
}

fn slots() -> TableCreateStatement {
    Table::create()
        .table("delivery_slots")
        .col(id())
        .col(ColumnDef::new("service_id").uuid().not_null())
        .col(time("begins_at"))
        .col(time("ends_at"))
        .col(ColumnDef::new("capacity").big_integer().not_null())
        // Whatever the code does, nobody's place is given to a second one.
        .col(
            ColumnDef::new("taken")
                .big_integer()
                .not_null()
                .check(Expr::col("taken").gte(0).and(Expr::col("taken").lte(Expr::col("capacity")))),
        )
        .col(time("updated_at"))
        .foreign_key(ForeignKey::create().from("delivery_slots", "service_id").to("delivery_services", "id"))
        .take()
}

fn slot_holds() -> TableCreateStatement {
    const STATUSES: [&str; 4] = ["HELD", "COMMITTED", "RELEASED", "EXPIRED"];
    Table::create()
        .table("slot_holds")
        .col(ColumnDef::new("key").text().not_null().primary_key())
        .col(ColumnDef::new("slot_id").uuid())
        .col(text("status").check(Expr::col("status").is_in(STATUSES)))
        .col(ColumnDef::new("holder").text())
        .col(ColumnDef::new("network").text())
        .col(flag("waiting"))
        .col(time("expires_at"))
        .col(time("created_at"))
        .col(time("updated_at"))
        .foreign_key(ForeignKey::create().from("slot_holds", "slot_id").to("delivery_slots", "id"))
        .take()
}

fn pick_up_points() -> TableCreateStatement {
    Table::create()
        .table("pick_up_points")
        .col(id())
        .col(text("name"))
        .col(json("address"))
        .col(text("country"))
        .col(ColumnDef::new("latitude").integer())
        .col(ColumnDef::new("longitude").integer())
        .col(text("time_zone"))
        .col(json("hours"))
        .col(flag("is_active"))
        .col(time("created_at"))
        .col(time("updated_at"))
        .take()
}

fn delivery_columns() -> Vec<ColumnDef> {
    let text = |name: &'static str| ColumnDef::new(name).text().take();
    let uuid = |name: &'static str| ColumnDef::new(name).uuid().take();
    let time = |name: &'static str| ColumnDef::new(name).timestamp_with_time_zone().take();
    vec![
        uuid("service_id"),
        text("service_kind"),
        text("service_name"),
        text("time_zone"),
        time("arrives_from"),
        time("arrives_by"),
        text("slot_key"),
        time("slot_begins_at"),
        time("slot_ends_at"),
        ColumnDef::new("needs_slot").boolean().not_null().default(false).take(),
        uuid("pick_up_point_id"),
    ]
}
