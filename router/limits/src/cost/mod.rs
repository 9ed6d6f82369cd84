//! What an operation may come to, by what its schema says of the size of its lists and the weight of its fields:
//! the demand control of Federation (`@cost`, `@listSize`).
//!
//! Three sums are taken, all saturating. The *cost* is what has to be worked for: each object counts 1, a leaf 0, a root
//! field of a mutation 10 more, and `@cost` says otherwise. The *nodes* are all values of the answer, leaves and
//! `__typename` too: what it takes up in memory. The *key bytes* are those of its response keys. What stands in a list counts as often as the list is long: by the
//! argument that slices it, else by its `assumedSize`, else by a default.
//!
//! Invariant: the work is linear in the document. Each fragment is counted once, after those that it spreads, whatever
//! spreads it; what depends on the size of a list that is sized by its parent is kept apart until that size is known.
//!
//! Deliberately absent: what an operation really came to. Lists may be longer than they are assumed to be, so whoever
//! executes keeps a budget as well.

mod count;
mod document;
mod input;
mod model;
mod read;
mod total;

pub use document::Countable;
pub use input::{Input, Variables};
pub use model::{CostModel, DirectiveNames, Unsized};

/// What an operation may come to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cost {
    /// Weighted objects: what a limit and an account are kept in.
    pub cost: u64,
    /// Values of the answer.
    pub nodes: u64,
    /// Bytes of the answer's response keys, each with its quotes, colon and comma: an alias is as long as a client
    /// writes it, and stands in the answer as often as the lists around it repeat it.
    pub key_bytes: u64,
}

impl Cost {
    /// As how many operations it counts, where one is worth `each`: every one that was begun.
    pub fn operations(self, each: u64) -> u32 {
        u32::try_from(self.cost.div_ceil(each.max(1))).unwrap_or(u32::MAX).max(1)
    }
}
