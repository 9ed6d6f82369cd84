//! The dearest operations that the limits admit: begun in each of the ways that are dear, grown to the limits, and bettered
//! step by step.
//!
//! Owns: operations as trees with arguments, ways to make them dearer, and the search ([`Search`]) for whatever measure its
//! user has: what the limits count (a test asserts that), or time and memory of a running shop (the command
//! prints them). Invariant: what is handed out passed every limit of the gateway and is valid, and a seed repeats a search
//! whose measures repeat.

mod chance;
mod schema;
mod search;
mod seeds;
mod text;
mod tree;
mod values;

pub use schema::Shop;
pub use search::{Search, Taken, Tried};
pub use text::Sent;
