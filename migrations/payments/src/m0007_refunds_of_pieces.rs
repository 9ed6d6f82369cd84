//! Refunds of pieces say how these divide, and may give back points alone.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::{ConnectionTrait, DbBackend};

pub fn migration() -> Box<dyn MigrationTrait> {
    platform_database::migration("payments_0007_refunds_of_pieces", |manager| Box::pin(up(manager)))
}

async fn up(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let connection = manager.get_connection();
    if manager.get_database_backend() == DbBackend::Postgres {
        let sql = "ALTER TABLE refunds ADD COLUMN split jsonb, \
                   DROP CONSTRAINT refunds_amount_minor_check, \
                   ADD CONSTRAINT refunds_amount_minor_check CHECK (amount_minor >= 0)";
        return connection.execute_unprepared(sql).await.map(drop);
    }
    // SQLite changes no constraint: the rows move to a table that has it so.
    connection.execute_unprepared("ALTER TABLE refunds RENAME TO refunds_before").await?;
    let text = |name: &'static str| ColumnDef::new(name).text().not_null().take();
    let time = |name: &'static str| ColumnDef::new(name).timestamp_with_time_zone().not_null().take();
    let statuses = ["PENDING", "SUCCEEDED", "FAILED"];
    let table = Table::create()
        .table("refunds")
        .col(ColumnDef::new("id").uuid().not_null().primary_key())
        .col(ColumnDef::new("payment_id").uuid().not_null())
        .col(ColumnDef::new("idempotency_key").text().not_null().unique_key())
        .col(ColumnDef::new("caller_key").text())
        .col(ColumnDef::new("status").text().not_null().check(Expr::col("status").is_in(statuses)))
        .col(text("currency"))
        .col(ColumnDef::new("amount_minor").big_integer().not_null().check(Expr::col("amount_minor").gte(0)))
        .col(ColumnDef::new("split").json_binary())
        .col(text("reason"))
        .col(ColumnDef::new("gateway_reference").text())
        .col(ColumnDef::new("failure").text())
        .col(time("created_at"))
        .col(time("updated_at"))
        .foreign_key(ForeignKey::create().from("refunds", "payment_id").to("payments", "id"))
        .take();
    manager.create_table(table).await?;
    let columns = "id, payment_id, idempotency_key, caller_key, status, currency, amount_minor, reason, \
                   gateway_reference, failure, created_at, updated_at";
    let sql = format!(
        "INSERT INTO refunds ({columns}) SELECT {columns} FROM refunds_before; \
         DROP TABLE refunds_before; \
         CREATE INDEX refunds_payment_id ON refunds (payment_id, created_at); \
         CREATE UNIQUE INDEX refunds_caller_key ON refunds (caller_key)"
    );
    connection.execute_unprepared(&sql).await.map(drop)
}
