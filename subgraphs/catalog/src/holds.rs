//! How much of an offer may be held while payments wait for their customers. Pure.

use platform_holds::{Limits, Waiting};

/// Pieces of an offer that may always be kept waiting: what a household buys, and what an office.
const PIECES: Limits = Limits { of_holder: 5, of_network: 10 };

/// Whether of `total` pieces on hand so many may be kept waiting.
pub fn pieces_allowed(total: i64, waiting: Waiting) -> bool {
    PIECES.allow(total, waiting)
}
