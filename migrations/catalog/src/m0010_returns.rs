//! Pieces of a sale that come back by themselves: how many of each line, and under which keys.

use sea_orm_migration::prelude::*;

use crate::columns::{bigint, id, text};

pub fn migration() -> Box<dyn MigrationTrait> {
    platform_database::migration("m0010_returns", |manager| Box::pin(up(manager)))
}

async fn up(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let settled = bigint("settled").default(0).check(Expr::cust("settled BETWEEN 0 AND quantity")).take();
    manager.alter_table(Table::alter().table("reservation_line").add_column(settled).take()).await?;
    manager
        .create_table(
            Table::create()
                .table("reservation_return")
                .col(text("key").primary_key())
                .col(id("reservation_id"))
                .col(ColumnDef::new("created_at").timestamp_with_time_zone().not_null())
                .foreign_key(
                    ForeignKey::create()
                        .from("reservation_return", "reservation_id")
                        .to("reservation", "id")
                        .on_delete(ForeignKeyAction::Cascade),
                )
                .take(),
        )
        .await
}
