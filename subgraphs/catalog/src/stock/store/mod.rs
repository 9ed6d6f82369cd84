//! Queries of warehouses, stock levels, their movements, and reservations.

mod levels;
mod reservations;
mod warehouses;

pub use levels::{begin_level, change_levels, insert_movements, levels, lock_levels, movements};
pub use reservations::{
    ReservationTable, Reserved, insert_lines, insert_return_unless_known, lines_of, lock, set_settled,
    waiting_pieces,
};
pub use warehouses::{has_warehouse, insert_warehouse, lock_warehouse, replace_warehouse};
