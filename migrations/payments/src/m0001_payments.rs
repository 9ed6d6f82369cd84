//! Payments, refunds, saved methods, webhooks and the sandbox gateway's books.

use sea_orm_migration::prelude::*;

pub fn migration() -> Box<dyn MigrationTrait> {
    platform_database::migration("payments_0001_payments", |manager| Box::pin(up(manager)))
}

async fn up(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    manager.create_table(payments()).await?;
    for index in payment_indexes() {
        manager.create_index(index).await?;
    }
    manager.create_table(refunds()).await?;
    manager
        .create_index(
            Index::create()
                .name("refunds_payment_id")
                .table("refunds")
                .col("payment_id")
                .col("created_at")
                .take(),
        )
        .await?;
    manager.create_table(payment_methods()).await?;
    manager
        .create_index(
            Index::create()
                .name("payment_methods_user_token")
                .unique()
                .table("payment_methods")
                .col("user_id")
                .col("gateway")
                .col("token")
                .take(),
        )
        .await?;
    manager.create_table(webhooks()).await?;
    manager
        .create_index(
            Index::create()
                .name("webhooks_gateway_external_id")
                .unique()
                .table("webhooks")
                .col("gateway")
                .col("external_id")
                .take(),
        )
        .await?;
    manager.create_table(sandbox_charges()).await?;
    manager.create_table(sandbox_refunds()).await
}

fn payments() -> TableCreateStatement {
    let statuses =
        ["CREATED", "REQUIRES_ACTION", "PENDING", "AUTHORIZED", "CAPTURED", "DECLINED", "VOIDED", "EXPIRED"];
    Table::create()
        .table("payments")
        .col(ColumnDef::new("id").uuid().not_null().primary_key())
        .col(ColumnDef::new("order_id").uuid().not_null())
        .col(ColumnDef::new("user_id").uuid())
        .col(ColumnDef::new("guest_id").text())
        .col(ColumnDef::new("idempotency_key").text().not_null().unique_key())
        .col(ColumnDef::new("request_hash").blob().not_null())
        .col(ColumnDef::new("gateway").text().not_null())
        .col(ColumnDef::new("gateway_reference").text())
        .col(ColumnDef::new("status").text().not_null().check(Expr::col("status").is_in(statuses)))
        .col(ColumnDef::new("currency").text().not_null())
        .col(ColumnDef::new("amount_minor").big_integer().not_null().check(Expr::col("amount_minor").gt(0)))
        .col(ColumnDef::new("captured_minor").big_integer().not_null().default(0))
        .col(ColumnDef::new("refunded_minor").big_integer().not_null().default(0))
        .col(ColumnDef::new("split").json_binary().not_null())
        .col(ColumnDef::new("action").json_binary())
        .col(ColumnDef::new("decline_code").text())
        .col(ColumnDef::new("expires_at").timestamp_with_time_zone())
        .col(ColumnDef::new("version").big_integer().not_null())
        .col(ColumnDef::new("created_at").timestamp_with_time_zone().not_null())
        .col(ColumnDef::new("updated_at").timestamp_with_time_zone().not_null())
        // Whatever the code does, no more is captured than held, and no more given back than captured.
        .check(Expr::cust("captured_minor >= 0 AND captured_minor <= amount_minor"))
        .check(Expr::cust("refunded_minor >= 0 AND refunded_minor <= captured_minor"))
        .take()
}

fn payment_indexes() -> Vec<IndexCreateStatement> {
    let index = |name: &'static str| Index::create().name(name).table("payments").take();
    vec![
        index("payments_order_id").col("order_id").take(),
        index("payments_user_id").col("user_id").col("id").take(),
        index("payments_gateway_reference").unique().col("gateway").col("gateway_reference").take(),
        index("payments_open").col("status").col("expires_at").take(),
    ]
}

fn refunds() -> TableCreateStatement {
    Table::create()
        .table("refunds")
        .col(ColumnDef::new("id").uuid().not_null().primary_key())
        .col(ColumnDef::new("payment_id").uuid().not_null())
        .col(ColumnDef::new("idempotency_key").text().not_null().unique_key())
        .col(ColumnDef::new("status").text().not_null().check(Expr::col("status").is_in([
            "PENDING",
            "SUCCEEDED",
            "FAILED",
        ])))
        .col(ColumnDef::new("currency").text().not_null())
        .col(ColumnDef::new("amount_minor").big_integer().not_null().check(Expr::col("amount_minor").gt(0)))
        .col(ColumnDef::new("reason").text().not_null())
        .col(ColumnDef::new("gateway_reference").text())
        .col(ColumnDef::new("failure").text())
        .col(ColumnDef::new("created_at").timestamp_with_time_zone().not_null())
        .col(ColumnDef::new("updated_at").timestamp_with_time_zone().not_null())
        .foreign_key(ForeignKey::create().from("refunds", "payment_id").to("payments", "id"))
        .take()
}

fn payment_methods() -> TableCreateStatement {
    Table::create()
        .table("payment_methods")
        .col(ColumnDef::new("id").uuid().not_null().primary_key())
        .col(ColumnDef::new("user_id").uuid().not_null())
        .col(ColumnDef::new("gateway").text().not_null())
        .col(ColumnDef::new("token").text().not_null())
        .col(ColumnDef::new("brand").text().not_null())
        .col(ColumnDef::new("last_digits").text())
        .col(ColumnDef::new("expires_month").small_integer())
        .col(ColumnDef::new("expires_year").small_integer())
        .col(ColumnDef::new("created_at").timestamp_with_time_zone().not_null())
        .take()
}

fn webhooks() -> TableCreateStatement {
    Table::create()
        .table("webhooks")
        .col(ColumnDef::new("id").uuid().not_null().primary_key())
        .col(ColumnDef::new("gateway").text().not_null())
        .col(ColumnDef::new("external_id").text().not_null())
        .col(ColumnDef::new("kind").text().not_null())
        .col(ColumnDef::new("payload").json_binary().not_null())
        .col(ColumnDef::new("received_at").timestamp_with_time_zone().not_null())
        .col(ColumnDef::new("processed_at").timestamp_with_time_zone())
        .take()
}

fn sandbox_charges() -> TableCreateStatement {
    Table::create()
        .table("sandbox_charges")
        .col(ColumnDef::new("reference").text().not_null().primary_key())
        .col(ColumnDef::new("idempotency_key").text().not_null().unique_key())
        .col(ColumnDef::new("state").text().not_null())
        .col(ColumnDef::new("decline_code").text())
        .col(ColumnDef::new("currency").text().not_null())
        .col(ColumnDef::new("amount_minor").big_integer().not_null())
        .col(ColumnDef::new("captured_minor").big_integer().not_null().default(0))
        .col(ColumnDef::new("refunded_minor").big_integer().not_null().default(0))
        .col(ColumnDef::new("created_at").timestamp_with_time_zone().not_null())
        .check(Expr::cust("captured_minor <= amount_minor AND refunded_minor <= captured_minor"))
        .take()
}

fn sandbox_refunds() -> TableCreateStatement {
    Table::create()
        .table("sandbox_refunds")
        .col(ColumnDef::new("idempotency_key").text().not_null().primary_key())
        .col(ColumnDef::new("reference").text().not_null())
        .col(ColumnDef::new("amount_minor").big_integer().not_null())
        .take()
}
