//! Migrations of the logistics database. Expand first, contract in a later release.

mod m0001_shipments;
mod m0002_couriers;
mod m0003_zones;
mod m0004_photos;
mod m0005_carriers;

use platform_database::Migrations;

/// In the order in which they run.
pub fn migrations() -> Migrations {
    vec![
        m0001_shipments::migration(),
        m0002_couriers::migration(),
        m0003_zones::migration(),
        m0004_photos::migration(),
        m0005_carriers::migration(),
    ]
}
