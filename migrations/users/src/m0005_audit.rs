//! The audit trail. It outlives what it tells of, so nothing is referenced.

use sea_orm_migration::prelude::*;

use crate::table::{column, index, optional};

pub fn migration() -> Box<dyn MigrationTrait> {
    platform_database::migration("users_0005_audit", |manager| Box::pin(up(manager)))
}

async fn up(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    manager.create_table(audit_entries()).await?;
    manager
        .create_index(index("audit_entries", "audit_entries_subject", ["subject_type", "subject_id", "id"]))
        .await?;
    manager.create_index(index("audit_entries", "audit_entries_actor", ["actor_user_id", "id"])).await
}

fn audit_entries() -> TableCreateStatement {
    Table::create()
        .table("audit_entries")
        .col(column("id").uuid().primary_key())
        .col(column("at").timestamp_with_time_zone())
        .col(optional("actor_user_id").uuid())
        .col(optional("actor_partner_id").uuid())
        .col(optional("actor_service").text())
        .col(optional("session_id").uuid())
        .col(column("action").text())
        .col(column("subject_type").text())
        .col(column("subject_id").uuid())
        .col(column("details").json_binary())
        .take()
}
