//! Migrations of the payments database. Expand first, contract in a later release.

mod m0001_payments;
mod m0002_ledger;
mod m0003_points;
mod m0004_refund_keys;
mod m0005_hot_rows;
mod m0006_closed_points;
mod m0007_refunds_of_pieces;
mod m0008_rest;
mod m0009_points_earnings;

use platform_database::Migrations;

/// In the order in which they run.
pub fn migrations() -> Migrations {
    vec![
        m0001_payments::migration(),
        m0002_ledger::migration(),
        m0003_points::migration(),
        m0004_refund_keys::migration(),
        m0005_hot_rows::migration(),
        m0006_closed_points::migration(),
        m0007_refunds_of_pieces::migration(),
        m0008_rest::migration(),
        m0009_points_earnings::migration(),
    ]
}
