//! Refunds of pieces of an order. No line is refunded beyond its pieces and its total, whatever the code does.

use sea_orm_migration::prelude::*;

pub fn migration() -> Box<dyn MigrationTrait> {
    platform_database::migration("orders_0011_refunds_by_line", |manager| Box::pin(up(manager)))
}

async fn up(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let column = |name: &'static str, most: &str| {
        let bounds = Expr::cust(format!("{name} BETWEEN 0 AND {most}"));
        ColumnDef::new(name).not_null().default(0).check(bounds).take()
    };
    let pieces = column("refunded_quantity", "quantity").integer().take();
    let amount = column("refunded_minor", "total_minor").big_integer().take();
    // One at a time: SQLite adds no more at once.
    for column in [pieces, amount] {
        manager.alter_table(Table::alter().table("order_lines").add_column(column).take()).await?;
    }
    manager.create_table(order_refunds()).await?;
    manager.create_table(order_refund_lines()).await?;
    manager
        .create_index(
            Index::create().name("order_refunds_order").table("order_refunds").col("order_id").take(),
        )
        .await
}

fn amount(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).big_integer().not_null().check(Expr::col(name).gte(0)).take()
}

fn order_refunds() -> TableCreateStatement {
    let statuses = ["PENDING", "SUCCEEDED", "FAILED"];
    Table::create()
        .table("order_refunds")
        .col(ColumnDef::new("id").uuid().not_null().primary_key())
        .col(ColumnDef::new("order_id").uuid().not_null())
        .col(ColumnDef::new("idempotency_key").text().not_null().unique_key())
        .col(ColumnDef::new("request_hash").blob().not_null())
        .col(ColumnDef::new("status").text().not_null().check(Expr::col("status").is_in(statuses)))
        .col(ColumnDef::new("failure").text())
        .col(ColumnDef::new("reason").text().not_null())
        .col(amount("shipping_minor"))
        .col(amount("value_minor"))
        .col(amount("money_minor"))
        .col(amount("points"))
        .col(ColumnDef::new("restock").boolean().not_null())
        .col(ColumnDef::new("goods_settled").boolean().not_null())
        .col(ColumnDef::new("is_limited").boolean().not_null())
        .col(ColumnDef::new("actor_id").uuid())
        .col(ColumnDef::new("created_at").timestamp_with_time_zone().not_null())
        .col(ColumnDef::new("updated_at").timestamp_with_time_zone().not_null())
        .check(Expr::cust("shipping_minor <= value_minor AND money_minor <= value_minor"))
        .check(Expr::cust("(status = 'FAILED') = (failure IS NOT NULL)"))
        .foreign_key(ForeignKey::create().from("order_refunds", "order_id").to("orders", "id"))
        .take()
}

fn order_refund_lines() -> TableCreateStatement {
    Table::create()
        .table("order_refund_lines")
        .col(ColumnDef::new("refund_id").uuid().not_null())
        .col(ColumnDef::new("line_id").uuid().not_null())
        .col(ColumnDef::new("quantity").integer().not_null().check(Expr::col("quantity").gt(0)))
        .col(amount("amount_minor"))
        .primary_key(Index::create().col("refund_id").col("line_id"))
        .foreign_key(ForeignKey::create().from("order_refund_lines", "refund_id").to("order_refunds", "id"))
        .foreign_key(ForeignKey::create().from("order_refund_lines", "line_id").to("order_lines", "id"))
        .take()
}
