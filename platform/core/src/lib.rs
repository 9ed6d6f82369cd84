//! The kernel that every process shares, the router's too: ids, the clock, moments, error codes, list cursors, fail
//! points, fingerprints.
//!
//! Invariant: no word of commerce stands here beside the names of ids, and nothing here does IO. What ids and errors
//! are to a database and to a GraphQL server is behind the features `database` and `graphql`, which the router does
//! not take: Rust wants these implementations where the types are. Money, tax and the market are in
//! `platform/commerce`.

pub mod clock;
pub mod error;
pub mod failpoint;
pub mod fingerprint;
pub mod id;
pub mod moment;
pub mod page;

pub use clock::{Clock, Ids, SystemClock};
pub use error::{ApiError, ErrorCode};
pub use moment::MomentError;
