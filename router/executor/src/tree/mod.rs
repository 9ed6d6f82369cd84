//! The tree that the answers of subgraphs are merged into: finding places in it, and merging.

mod locate;
mod merge;
mod size;

pub use locate::{find, full_path, object_at, place_mut};
pub use merge::{absorb, merge};
pub use router_transport::tree::{Node, Object};
pub use size::fits;
