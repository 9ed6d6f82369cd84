//! Runs a query plan over subgraphs and rebuilds the client's response.
//!
//! Owns: the schedule of fetches, entity representations, the tree that answers are merged into, and the projection of
//! that tree to the response in the order and by the types of the client's operation. Invariant: whatever subgraphs
//! answer, or fail to, the response is one that the client's schema allows, and what is missing from it is explained
//! by an error or was `null` at its source, an entity as a whole included. Deliberately absent: planning, how a subgraph is reached, limits, and
//! anything about HTTP.

mod asked;
mod context;
mod errors;
mod executor;
mod fetch;
mod inner;
mod project;
mod rebase;
mod representations;
mod request;
mod response;
mod schedule;
mod subscription;
mod tree;

pub use errors::request_error;
pub use executor::{Executor, ExecutorError};
pub use request::{ExecutionRequest, ExecutorOptions, Room, SubgraphErrors};
pub use response::Response;
pub use router_transport::{GraphqlError, PathElement};
