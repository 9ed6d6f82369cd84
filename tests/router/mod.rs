//! `souk router` as a product of its own: a process in front of HTTP subgraphs that know nothing of commerce.

mod arguments;
mod batching;
mod process;
mod reload;
mod subgraph;

pub use process::Router;
