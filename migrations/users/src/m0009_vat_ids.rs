//! VAT ids of users who buy for a business.

use sea_orm_migration::prelude::*;

use crate::table::{belongs_to_user, column, optional};

pub fn migration() -> Box<dyn MigrationTrait> {
    platform_database::migration("users_0009_vat_ids", |manager| Box::pin(up(manager)))
}

async fn up(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let table = Table::create()
        .table("vat_ids")
        .col(column("user_id").uuid().primary_key())
        .col(column("vat_id").text())
        .col(optional("validated_at").timestamp_with_time_zone())
        .col(column("updated_at").timestamp_with_time_zone())
        .foreign_key(&mut belongs_to_user("vat_ids"))
        .take();
    manager.create_table(table).await
}
