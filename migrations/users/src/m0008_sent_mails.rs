//! Keys of mails that other subgraphs had sent.

use sea_orm_migration::prelude::*;

use crate::table::{column, index};

pub fn migration() -> Box<dyn MigrationTrait> {
    platform_database::migration("users_0008_sent_mails", |manager| Box::pin(up(manager)))
}

async fn up(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let table = Table::create()
        .table("sent_mails")
        .col(column("key").text().primary_key())
        .col(column("sent_at").timestamp_with_time_zone())
        .take();
    manager.create_table(table).await?;
    manager.create_index(index("sent_mails", "sent_mails_sent_at", ["sent_at"])).await
}
