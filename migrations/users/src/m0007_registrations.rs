//! Registrations that wait for the code from the mail, and the networks from which an account was logged into.

use sea_orm_migration::prelude::*;

use crate::table::{column, index, optional};

pub fn migration() -> Box<dyn MigrationTrait> {
    platform_database::migration("users_0007_registrations", |manager| Box::pin(up(manager)))
}

async fn up(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    manager.create_table(registrations()).await?;
    manager
        .create_index(index("registrations", "registrations_email_key", ["email_key", "mailed_at"]))
        .await?;
    manager.create_index(index("registrations", "registrations_expires_at", ["expires_at"])).await?;
    manager.create_table(known_networks()).await?;
    manager.create_index(index("known_networks", "known_networks_seen_at", ["seen_at"])).await
}

fn registrations() -> TableCreateStatement {
    Table::create()
        .table("registrations")
        .col(column("id").uuid().primary_key())
        .col(column("hash").blob().unique_key())
        .col(column("email").text())
        .col(column("email_key").text())
        .col(column("password_hash").text())
        .col(column("name").text())
        .col(column("language").text())
        .col(optional("code_hash").blob())
        .col(optional("mailed_at").timestamp_with_time_zone())
        .col(column("wrong_codes").integer())
        .col(column("created_at").timestamp_with_time_zone())
        .col(column("expires_at").timestamp_with_time_zone())
        .take()
}

fn known_networks() -> TableCreateStatement {
    Table::create()
        .table("known_networks")
        .col(column("hash").blob().primary_key())
        .col(column("seen_at").timestamp_with_time_zone())
        .take()
}
