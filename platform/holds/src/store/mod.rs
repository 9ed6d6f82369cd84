//! Queries of tables of holds, and of what holds count on.

mod capacity;
mod rows;
mod table;

pub use capacity::{Capacity, give, take};
pub use rows::{end, extend, find, insert_unless_known, lapsed};
pub use table::{HoldTable, HolderColumns, NewRow, RowOf, StatusOf};
