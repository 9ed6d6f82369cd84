//! Collections: hand-picked lists of products, in the order in which they were picked.

pub mod graphql;
mod set;
mod store;
