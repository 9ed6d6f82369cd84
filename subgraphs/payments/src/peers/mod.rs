//! What payments asks of other subgraphs through their internal schemas: a module for each, and its documents in the folder
//! of its name, which are checked against its committed internal.graphql.
//!
//! Orders asks payments too. So nothing that orders may ask for calls it back: only what clients ask for does.

pub mod orders;
pub mod users;
