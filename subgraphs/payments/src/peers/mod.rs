//! What payments asks of other subgraphs through their internal schemas: a module for each, and its documents in the folder
//! of its name. The build script makes questions and answers of both, so that a name which the other subgraph changes does
//! not compile here.
//!
//! Orders asks payments too. So nothing that orders may ask for calls it back: only what clients ask for does.

pub mod orders;
pub mod users;
