//! The catalog's migrations, the platform's tables included.
//!
//! Expand, then contract: a migration must leave the tables readable by the release before it.

mod columns;
mod m0001_products;
mod m0002_stock;
mod m0003_taxes_and_coupons;
mod m0004_tax_areas;
mod m0005_texts;
mod m0006_holders;

use sea_orm_migration::{MigrationTrait, MigratorTrait, async_trait};

pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        let mut all = platform_events::migrations();
        all.extend(platform_jobs::migrations());
        all.extend(platform_sagas::migrations());
        all.push(m0001_products::migration());
        all.push(m0002_stock::migration());
        all.push(m0003_taxes_and_coupons::migration());
        all.push(m0004_tax_areas::migration());
        all.push(m0005_texts::migration());
        all.push(m0006_holders::migration());
        all
    }
}
