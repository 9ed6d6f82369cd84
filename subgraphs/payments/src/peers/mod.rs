//! What payments asks of other subgraphs through their internal schemas: a module for each, and its documents in the folder
//! of its name, which are checked against its committed internal.graphql.

pub mod users;
