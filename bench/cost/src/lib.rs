//! The dearest operations that the limits admit: what a schema allows, made up at random and bettered step by step.
//!
//! Owns: operations as trees, ways to make them dearer, and the search ([`Search`]) for whatever measure its
//! user has: what the limits count (a test asserts that), or bytes, memory and seconds of a running shop (the command
//! prints them). Invariant: what is handed out passed every limit of the gateway, and a seed repeats a search.

mod chance;
mod schema;
mod search;
mod tree;

pub use schema::Shop;
pub use search::{Search, Tried};
