//! The supergraph and the operations asked of it.
//!
//! Owns: reading a composed supergraph into facts per type, field and subgraph; the API schema that clients see;
//! parsing and validating client operations, their conditions, their variables, and the expanded form that planning
//! starts from. Does no IO. Deliberately absent: limits on hostile text (`router-limits`, checked before an operation
//! is parsed here), plans, and anything about how a subgraph is reached.

mod api;
pub mod authorization;
mod error;
mod field_set;
mod hint;
pub mod names;
mod object_set;
mod operation;
mod supergraph;

pub use api::ApiSchema;
pub use error::{Location, RequestError, SchemaError};
pub use field_set::{FieldSet, FieldSetSelection};
pub use object_set::ObjectSet;
pub use operation::expand::{ExpandedField, ExpandedOperation, ExpandedSet};
pub use operation::flags::Flags;
pub use operation::introspection_size::IntrospectionSize;
pub use operation::{Operation, OperationKind};
pub use supergraph::{
    ContextArgument, FieldFacts, FieldInSubgraph, Key, Override, Subgraph, SubgraphId, Supergraph, TypeFacts,
    TypeInSubgraph,
};

/// Values of variables: numbers keep the digits that the client wrote.
pub type Variables = router_json::Object;

/// JSON objects of introspection and extensions: keys in order.
pub type JsonObject = serde_json::Map<String, serde_json::Value>;
