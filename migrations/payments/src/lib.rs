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
        all.push(Box::new(m0001_payments::Migration));
        all.push(Box::new(m0002_ledger::Migration));
        all.push(Box::new(m0003_points::Migration));
        all
    }
}
