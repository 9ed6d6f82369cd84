//! Queries of coupons and of their uses.

mod coupons;
mod uses;

pub use coupons::{Wanted, count_use, find_by_code, insert, lock, page, replace, take_use};
pub use uses::{end, extend, find, insert_unless_known, lapsed, ordinals, waiting};
