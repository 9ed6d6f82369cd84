//! Migrations of the orders database. Expand first, contract in a later release.

mod m0001_carts;
mod m0002_orders;
mod m0003_one_cart_one_order;
mod m0004_refunded;
mod m0004_taxes;
mod m0005_order_codes;
mod m0006_snapshots;
mod m0007_code_guesses;
mod m0008_refunds;
mod m0009_hot_rows;
mod m0010_lists;
mod m0011_refunds_by_line;
mod m0012_refunds_of_pieces;
mod m0013_parcels;

use platform_database::Migrations;

/// In the order in which they run.
pub fn migrations() -> Migrations {
    vec![
        m0001_carts::migration(),
        m0002_orders::migration(),
        m0003_one_cart_one_order::migration(),
        m0004_refunded::migration(),
        m0004_taxes::migration(),
        m0005_order_codes::migration(),
        m0006_snapshots::migration(),
        m0007_code_guesses::migration(),
        m0008_refunds::migration(),
        m0009_hot_rows::migration(),
        m0010_lists::migration(),
        m0011_refunds_by_line::migration(),
        m0012_refunds_of_pieces::migration(),
        m0013_parcels::migration(),
    ]
}
