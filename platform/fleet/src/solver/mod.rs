//! The search, by vrp-core: ruin and recreate, with operators that are chosen by their success.
//!
//! Deliberately absent: its times and sums, which are floating point numbers; only orders of stops are taken from it.

mod goal;
mod load;
mod problem;
mod run;
mod travel;

pub use run::solve;
