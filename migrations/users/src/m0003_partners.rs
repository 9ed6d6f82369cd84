//! Partners and their API keys.

use sea_orm_migration::prelude::*;

use crate::table::{column, index, one_of, optional};

pub fn migration() -> Box<dyn MigrationTrait> {
    platform_database::migration("users_0003_partners", |manager| Box::pin(up(manager)))
}

async fn up(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    manager.create_table(partners()).await?;
    manager.create_table(api_keys()).await?;
    manager.create_index(index("api_keys", "api_keys_partner_id", ["partner_id", "id"])).await
}

fn partners() -> TableCreateStatement {
    Table::create()
        .table("partners")
        .col(column("id").uuid().primary_key())
        .col(column("name").text().unique_key())
        .col(one_of("status", ["ACTIVE", "SUSPENDED"]))
        .col(column("created_at").timestamp_with_time_zone())
        .col(column("updated_at").timestamp_with_time_zone())
        .take()
}

fn api_keys() -> TableCreateStatement {
    Table::create()
        .table("api_keys")
        .col(column("id").uuid().primary_key())
        .col(column("partner_id").uuid())
        .col(column("name").text())
        .col(column("prefix").text())
        .col(column("hash").blob().unique_key())
        .col(column("scopes").json_binary())
        .col(optional("rate_per_second").integer().check(Expr::col("rate_per_second").gt(0)))
        .col(column("created_at").timestamp_with_time_zone())
        .col(optional("expires_at").timestamp_with_time_zone())
        .col(optional("revoked_at").timestamp_with_time_zone())
        .col(optional("last_used_at").timestamp_with_time_zone())
        .foreign_key(ForeignKey::create().from("api_keys", "partner_id").to("partners", "id"))
        .take()
}
