//! Migrations of the payments database. Expand first, contract in a later release.

mod m0001_payments;
mod m0002_ledger;
mod m0003_points;

use sea_orm_migration::prelude::*;

pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        let mut all = platform_events::migrations();
        all.extend(platform_jobs::migrations());
        all.push(m0001_payments::migration());
        all.push(m0002_ledger::migration());
        all.push(m0003_points::migration());
        all
    }
}
