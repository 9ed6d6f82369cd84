//! Inboxes.

use sea_orm_migration::prelude::*;

use crate::table::{belongs_to_user, column, index, optional, user_id};

pub fn migration() -> Box<dyn MigrationTrait> {
    platform_database::migration("users_0004_notifications", |manager| Box::pin(up(manager)))
}

async fn up(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    manager.create_table(notifications()).await?;
    let unique = |name, columns: [&'static str; 2]| index("notifications", name, columns).unique().take();
    manager.create_index(unique("notifications_sequence", ["user_id", "sequence"])).await?;
    manager.create_index(unique("notifications_dedupe", ["user_id", "dedupe_key"])).await?;
    let unread = index("notifications", "notifications_unread", ["user_id", "sequence"])
        .and_where(Expr::col("read_at").is_null())
        .take();
    manager.create_index(unread).await
}

fn notifications() -> TableCreateStatement {
    Table::create()
        .table("notifications")
        .col(column("id").uuid().primary_key())
        .col(user_id())
        .col(column("sequence").big_integer().check(Expr::col("sequence").gt(0)))
        .col(column("dedupe_key").text())
        // Kinds come with every release; the model refuses an unknown one.
        .col(column("kind").text())
        .col(column("content").json_binary())
        .col(column("created_at").timestamp_with_time_zone())
        .col(optional("read_at").timestamp_with_time_zone())
        .foreign_key(&mut belongs_to_user("notifications"))
        .take()
}
