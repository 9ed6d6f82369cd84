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

use platform_database::Migrations;

/// In the order in which they run.
pub fn migrations() -> Migrations {
    vec![
        m0001_accounts::migration(),
        m0002_sessions::migration(),
        m0003_partners::migration(),
        m0004_notifications::migration(),
        m0005_audit::migration(),
        m0006_email_keys::migration(),
        m0007_registrations::migration(),
        m0008_sent_mails::migration(),
        m0009_vat_ids::migration(),
        m0010_mail_limits::migration(),
        m0011_demo_rights::migration(),
    ]
}
