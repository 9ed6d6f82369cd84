//! Stock by warehouse, its movements, and reservations. The CHECK on `stock_level` is what makes overselling
//! impossible, whatever the code does.

use sea_orm_migration::prelude::*;

use crate::columns::*;

pub fn migration() -> Box<dyn MigrationTrait> {
    platform_database::migration("m0002_stock", |manager| Box::pin(up(manager)))
}

async fn up(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    create(manager, tables(), indexes()).await
}

fn tables() -> Vec<TableCreateStatement> {
    vec![
        Table::create()
            .table("warehouse")
            .col(id("id").primary_key())
            .col(id("vendor_id"))
            .col(text("code").unique_key())
            .col(text("name"))
            .col(ColumnDef::new("country").char_len(2).not_null().take())
            .col(integer("priority"))
            .take(),
        Table::create()
            .table("stock_level")
            .col(id("offer_id"))
            .col(id("warehouse_id"))
            .col(bigint("on_hand"))
            .col(bigint("reserved"))
            .primary_key(&mut primary_key(&["offer_id", "warehouse_id"]))
            .foreign_key(&mut refers_to("offer_id", "offer", "id"))
            .foreign_key(&mut refers_to("warehouse_id", "warehouse", "id"))
            .check((
                "stock_level_never_oversold",
                Expr::col("reserved").gte(0).and(Expr::col("on_hand").gte(Expr::col("reserved"))),
            ))
            .take(),
        Table::create()
            .table("stock_movement")
            .col(id("id").primary_key())
            .col(id("offer_id"))
            .col(id("warehouse_id"))
            .col(one_of(
                "kind",
                &["receipt", "adjustment", "reserve", "release", "expire", "sale", "restock"],
            ))
            .col(bigint("on_hand_delta"))
            .col(bigint("reserved_delta"))
            .col(text("reference"))
            .col(time("created_at"))
            .foreign_key(&mut refers_to("offer_id", "offer", "id"))
            .foreign_key(&mut refers_to("warehouse_id", "warehouse", "id"))
            .take(),
        Table::create()
            .table("reservation")
            .col(id("id").primary_key())
            .col(text("key").unique_key())
            .col(one_of("status", &["held", "committed", "released", "expired", "restocked"]))
            .col(time("expires_at"))
            .col(time("created_at"))
            .col(time("updated_at"))
            .take(),
        Table::create()
            .table("reservation_line")
            .col(id("reservation_id"))
            .col(id("offer_id"))
            .col(id("warehouse_id"))
            .col(bigint("quantity").check(Expr::col("quantity").gte(1)))
            .primary_key(&mut primary_key(&["reservation_id", "offer_id", "warehouse_id"]))
            .foreign_key(&mut owned_by("reservation_id", "reservation", "id"))
            .take(),
    ]
}

fn indexes() -> Vec<IndexCreateStatement> {
    vec![
        index("warehouse_by_vendor", "warehouse", &["vendor_id"]),
        index("stock_movement_by_level", "stock_movement", &["offer_id", "warehouse_id", "id"]),
        index("reservation_by_expiry", "reservation", &["status", "expires_at"]),
    ]
}
