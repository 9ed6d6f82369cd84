//! Counts of the mails that each network asked for and each address got.

use sea_orm_migration::prelude::*;

use crate::table::{column, index};

pub fn migration() -> Box<dyn MigrationTrait> {
    platform_database::migration("users_0010_mail_limits", |manager| Box::pin(up(manager)))
}

async fn up(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let table = Table::create()
        .table("mail_limits")
        .col(column("hash").blob().primary_key())
        .col(column("mails").big_integer())
        .col(column("counted_at").timestamp_with_time_zone())
        .take();
    manager.create_table(table).await?;
    manager.create_index(index("mail_limits", "mail_limits_counted_at", ["counted_at"])).await
}
