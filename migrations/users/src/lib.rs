//! Migrations of the users database. Expand first, contract in a later release.

mod m0001_accounts;
mod m0002_sessions;
mod m0003_partners;
mod m0004_notifications;
mod m0005_audit;
mod m0006_email_keys;
mod m0007_registrations;
mod m0008_sent_mails;
mod m0009_vat_ids;
mod m0010_mail_limits;
mod m0011_demo_rights;
mod table;

use sea_orm_migration::prelude::*;

pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        let mut all = platform_events::migrations();
        all.extend(platform_jobs::migrations());
        all.extend(platform_sagas::migrations());
        all.push(m0001_accounts::migration());
        all.push(m0002_sessions::migration());
        all.push(m0003_partners::migration());
        all.push(m0004_notifications::migration());
        all.push(m0005_audit::migration());
        all.push(m0006_email_keys::migration());
        all.push(m0007_registrations::migration());
        all.push(m0008_sent_mails::migration());
        all.push(m0009_vat_ids::migration());
        all.push(m0010_mail_limits::migration());
        all.push(m0011_demo_rights::migration());
        all
    }
}
