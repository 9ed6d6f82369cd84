//! Queries of coupons and of their uses.

mod coupons;
mod uses;

pub use coupons::{count_use, find_by_code, insert, lock, page, take_use, update};
pub use uses::{end, extend, find, insert_unless_known, lapsed, ordinals, waiting};
