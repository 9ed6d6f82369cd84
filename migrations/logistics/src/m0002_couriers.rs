//! Depots, couriers, their routes with the stops, and where they were.

use sea_orm_migration::prelude::*;

pub fn migration() -> Box<dyn MigrationTrait> {
    platform_database::migration("logistics_0002_couriers", |manager| Box::pin(up(manager)))
}

async fn up(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    for table in [depots(), couriers(), routes(), stops(), positions()] {
        manager.create_table(table).await?;
    }
    let column =
        |table: &'static str, column: ColumnDef| Table::alter().table(table).add_column(column).take();
    manager.alter_table(column("shipments", ColumnDef::new("courier_user_id").uuid().take())).await?;
    let mut is_located = ColumnDef::new("is_located");
    manager.alter_table(column("deliveries", is_located.boolean().not_null().default(false).take())).await?;
    for name in ["latitude", "longitude"] {
        manager.alter_table(column("deliveries", ColumnDef::new(name).integer().take())).await?;
    }
    // Whatever the code does, a courier has one route at a time, and a shipment is on one.
    let statements = [
        "CREATE UNIQUE INDEX routes_open ON routes (courier_id) WHERE status IN ('PLANNED', 'ACCEPTED', 'STARTED')",
        "CREATE UNIQUE INDEX stops_pending ON stops (shipment_id) WHERE status = 'PENDING'",
        "CREATE INDEX stops_shipment ON stops (shipment_id)",
        "CREATE INDEX shipments_courier ON shipments (courier_user_id, id)",
        "CREATE INDEX routes_user ON routes (user_id, id)",
        "CREATE INDEX routes_status ON routes (status, id)",
        "CREATE INDEX positions_second ON positions (second)",
    ];
    for statement in statements {
        manager.get_connection().execute_unprepared(statement).await?;
    }
    Ok(())
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

fn uuid(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).uuid().not_null().take()
}

fn time(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).timestamp_with_time_zone().not_null().take()
}

fn one_of(name: &'static str, values: &'static [&'static str]) -> SimpleExpr {
    Expr::col(name).is_in(values.iter().copied())
}

fn depots() -> TableCreateStatement {
    Table::create()
        .table("depots")
        .col(id())
        .col(text("name"))
        .col(integer("latitude"))
        .col(integer("longitude"))
        .col(text("time_zone"))
        .col(time("created_at"))
        .col(time("updated_at"))
        .take()
}

fn couriers() -> TableCreateStatement {
    Table::create()
        .table("couriers")
        .col(id())
        .col(uuid("user_id").unique_key())
        .col(text("name"))
        .col(uuid("depot_id"))
        .col(integer("capacity").check(Expr::col("capacity").gt(0)))
        .col(integer("shift_begins").check(Expr::col("shift_begins").gte(0)))
        .col(integer("shift_ends").check(Expr::col("shift_ends").lte(1_440)))
        .col(ColumnDef::new("is_active").boolean().not_null())
        .col(time("created_at"))
        .col(time("updated_at"))
        .foreign_key(ForeignKey::create().from("couriers", "depot_id").to("depots", "id"))
        .take()
}

fn routes() -> TableCreateStatement {
    const STATUSES: &[&str] = &["PLANNED", "ACCEPTED", "STARTED", "FINISHED", "CANCELLED"];
    let mut table = Table::create()
        .table("routes")
        .col(id())
        .col(uuid("courier_id"))
        .col(uuid("user_id"))
        .col(uuid("depot_id"))
        .col(text("status").check(one_of("status", STATUSES)))
        .col(integer("meters"))
        .col(time("starts_at"))
        .col(ColumnDef::new("started_at").timestamp_with_time_zone())
        .col(ColumnDef::new("ended_at").timestamp_with_time_zone())
        .col(integer("way_back"))
        .col(ColumnDef::new("back_at").timestamp_with_time_zone())
        .col(ColumnDef::new("at_time").timestamp_with_time_zone())
        .col(ColumnDef::new("version").big_integer().not_null())
        .col(time("created_at"))
        .col(time("updated_at"))
        .foreign_key(ForeignKey::create().from("routes", "courier_id").to("couriers", "id"))
        .take();
    for name in ["at_latitude", "at_longitude", "at_heading", "at_speed", "at_seconds_left"] {
        table.col(ColumnDef::new(name).integer());
    }
    table
}

fn stops() -> TableCreateStatement {
    const STATUSES: &[&str] = &["PENDING", "DELIVERED", "ATTEMPTED", "DROPPED"];
    Table::create()
        .table("stops")
        .col(id())
        .col(uuid("route_id"))
        .col(integer("number"))
        .col(uuid("shipment_id"))
        .col(text("status").check(one_of("status", STATUSES)))
        .col(integer("latitude"))
        .col(integer("longitude"))
        .col(integer("arrives_after"))
        .col(ColumnDef::new("leg").json_binary().not_null())
        .col(ColumnDef::new("reason").text())
        .col(ColumnDef::new("proof").text())
        .col(ColumnDef::new("received_by").text())
        .col(ColumnDef::new("ended_at").timestamp_with_time_zone())
        .index(Index::create().name("stops_number").unique().col("route_id").col("number"))
        .foreign_key(ForeignKey::create().from("stops", "route_id").to("routes", "id"))
        .foreign_key(ForeignKey::create().from("stops", "shipment_id").to("shipments", "id"))
        .take()
}

fn positions() -> TableCreateStatement {
    Table::create()
        .table("positions")
        .col(uuid("route_id"))
        .col(ColumnDef::new("second").big_integer().not_null())
        .col(integer("latitude"))
        .col(integer("longitude"))
        .primary_key(Index::create().col("route_id").col("second"))
        .foreign_key(ForeignKey::create().from("positions", "route_id").to("routes", "id"))
        .take()
}
