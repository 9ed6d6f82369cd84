//! What orders asks of other subgraphs through their internal schemas. Each document beside this file is checked
//! against the other's committed internal.graphql.

pub mod catalog;
pub mod payments;
pub mod users;
