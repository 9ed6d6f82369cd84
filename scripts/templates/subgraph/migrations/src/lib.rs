//! Migrations of the __name__ database. Expand first, contract in a later release.

mod m0001_entries;

use platform_database::Migrations;

/// In the order in which they run.
pub fn migrations() -> Migrations {
    vec![m0001_entries::migration()]
}
