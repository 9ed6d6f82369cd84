//! How much one holder may keep waiting. Pure.
//!
//! A hold that is committed at once is not limited: it lasts moments, and there is only so much. One that waits keeps
//! others off, so one holder, and all holders of one network, may keep half of what there is waiting, and a few of what is
//! scarce.

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

/// What may always be kept waiting, however little there is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    pub of_holder: i64,
    pub of_network: i64,
}

impl Limits {
    /// Whether of `total` so much may be kept waiting.
    pub fn allow(self, total: i64, waiting: Waiting) -> bool {
        let half = total / 2;
        waiting.of_holder <= half.max(self.of_holder) && waiting.of_network <= half.max(self.of_network)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_may_wait_and_a_few_of_what_is_scarce() {
        let limits = Limits { of_holder: 5, of_network: 10 };
        let by_one = |pieces| Waiting { of_holder: pieces, of_network: pieces };
        assert!(limits.allow(23, by_one(11)));
        assert!(!limits.allow(23, by_one(12)));
        assert!(limits.allow(6, by_one(5)));
        assert!(!limits.allow(6, by_one(6)));
        assert!(limits.allow(12, Waiting { of_holder: 2, of_network: 10 }));
        assert!(!limits.allow(12, Waiting { of_holder: 2, of_network: 11 }));
        let of_one = Limits { of_holder: 1, of_network: 3 };
        assert!(of_one.allow(5, Waiting { of_holder: 1, of_network: 3 }));
        assert!(!of_one.allow(5, Waiting { of_holder: 1, of_network: 4 }));
    }
}
