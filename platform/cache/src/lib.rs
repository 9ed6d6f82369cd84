//! The cache and the fan-out of live updates, behind the two traits that a shared store such as Redis implements too; and
//! values that a process keeps whole ([`Kept`]).
//!
//! Invariants: an entry is gone once its key or one of its tags is deleted, even when it was loaded before and stored
//! after the deletion; everything is bounded, and a reader that lags is told so. Deliberately absent: anything durable
//! (that is an event or a job), and knowledge of what is cached.

mod broadcast;
mod cache;
mod kept;
mod local;

pub use broadcast::{Broadcast, Delivery, LocalBroadcast};
pub use cache::{Cache, CacheOptions, Stamp, get_or_load};
pub use kept::Kept;
pub use local::LocalCache;
