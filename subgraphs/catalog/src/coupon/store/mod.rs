//! Queries of coupons and of their uses.

mod coupons;
mod uses;

pub use coupons::{Wanted, find_by_code, insert, lock, page, replace};
pub use uses::{UseTable, Used, ordinals, set_ordinal, waiting};
