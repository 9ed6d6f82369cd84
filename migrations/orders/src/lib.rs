//! Migrations of the orders database. Expand first, contract in a later release.

mod m0001_carts;
mod m0002_orders;
mod m0003_one_cart_one_order;
mod m0004_refunded;
mod m0004_taxes;
mod m0005_order_codes;
mod m0006_snapshots;

use sea_orm_migration::prelude::*;

pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        let mut all = platform_events::migrations();
        all.extend(platform_jobs::migrations());
        all.extend(platform_sagas::migrations());
        all.push(m0001_carts::migration());
        all.push(m0002_orders::migration());
        all.push(m0003_one_cart_one_order::migration());
        all.push(m0004_refunded::migration());
        all.push(m0004_taxes::migration());
        all.push(m0005_order_codes::migration());
        all.push(m0006_snapshots::migration());
        all
    }
}
