//! Migrations of the catalog database. Expand, then contract: a migration must leave the tables readable by the release
//! before it.

mod columns;
mod m0001_products;
mod m0002_stock;
mod m0003_taxes_and_coupons;
mod m0004_tax_areas;
mod m0005_texts;
mod m0006_holders;
mod m0007_prices_in_stock;
mod m0008_hot_rows;
mod m0009_tax_version;
mod m0010_returns;
mod m0011_movements_by_offer;
mod m0012_media_files;

use platform_database::Migrations;

/// In the order in which they run.
pub fn migrations() -> Migrations {
    vec![
        m0001_products::migration(),
        m0002_stock::migration(),
        m0003_taxes_and_coupons::migration(),
        m0004_tax_areas::migration(),
        m0005_texts::migration(),
        m0006_holders::migration(),
        m0007_prices_in_stock::migration(),
        m0008_hot_rows::migration(),
        m0009_tax_version::migration(),
        m0010_returns::migration(),
        m0011_movements_by_offer::migration(),
        m0012_media_files::migration(),
    ]
}
