//! Tables of the __name__ subgraph; no behaviour.

pub mod entry;

platform_core::ids! {
    /// Of an entry.
    EntryId,
}
