//! How much of an offer or a coupon may be held while payments wait for their customers.
//!
//! A hold of a purchase that pays at once is not limited: it lasts moments, and stock and coupon limit it. A hold that
//! waits for its customer keeps others from buying, so one holder, and all holders of one network, may keep half of what
//! there is, and a few pieces of what is scarce. Pure.

/// Pieces of an offer that one user or guest may always keep waiting: what a household buys.
const PIECES_OF_HOLDER: i64 = 5;
/// Pieces of an offer that one network may always keep waiting: what an office buys.
const PIECES_OF_NETWORK: i64 = 10;
/// Uses of a coupon that one user or guest may always keep waiting.
const USES_OF_HOLDER: i64 = 1;
/// Uses of a coupon that one network may always keep waiting.
const USES_OF_NETWORK: i64 = 3;

/// Who holds something, as the holder's subgraph names it. Forgotten when the hold ends.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Holder {
    /// A user or guest.
    pub name: Option<String>,
    /// Where the request came from.
    pub network: Option<String>,
}

/// What is kept waiting, by whom.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Waiting {
    pub of_holder: i64,
    pub of_network: i64,
}

/// Whether of `total` pieces on hand so many may be kept waiting.
pub fn pieces_allowed(total: i64, waiting: Waiting) -> bool {
    allowed(total, waiting, PIECES_OF_HOLDER, PIECES_OF_NETWORK)
}

/// Whether of `total` uses of a coupon so many may be kept waiting.
pub fn uses_allowed(total: i64, waiting: Waiting) -> bool {
    allowed(total, waiting, USES_OF_HOLDER, USES_OF_NETWORK)
}

fn allowed(total: i64, waiting: Waiting, holder: i64, network: i64) -> bool {
    let half = total / 2;
    waiting.of_holder <= half.max(holder) && waiting.of_network <= half.max(network)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_may_wait_and_a_few_of_what_is_scarce() {
        let by_one = |pieces| Waiting { of_holder: pieces, of_network: pieces };
        assert!(pieces_allowed(23, by_one(11)));
        assert!(!pieces_allowed(23, by_one(12)));
        assert!(pieces_allowed(6, by_one(5)));
        assert!(!pieces_allowed(6, by_one(6)));
        assert!(pieces_allowed(12, Waiting { of_holder: 2, of_network: 10 }));
        assert!(!pieces_allowed(12, Waiting { of_holder: 2, of_network: 11 }));
        assert!(uses_allowed(5, Waiting { of_holder: 1, of_network: 3 }));
        assert!(!uses_allowed(5, Waiting { of_holder: 1, of_network: 4 }));
    }
}
