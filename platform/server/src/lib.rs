//! The server of a subgraph, and what a subgraph stands on.
//!
//! Owns: the two schemas of a subgraph behind HTTP, WebSocket and the in-process transport; the limits, the access
//! rules and the masking of errors on the way in and out; the workers that run beside them; calls to other subgraphs.
//! Invariant: no operation runs without an identity that this installation signed or passed on as a value, and none
//! reads a field whose rule its identity does not satisfy. Deliberately absent: anything about commerce, and the
//! checks of who owns which object; those are the subgraphs'.

pub mod access;
mod config;
mod context;
mod convert;
pub mod cost;
mod descriptions;
mod engine;
mod errors;
mod host;
mod in_process;
mod migrator;
mod peers;
mod platform;
mod rows;
mod schema;
mod scope;
mod sdl;
mod serve;
mod stubs;
mod subgraph;

pub use access::RuleFault;
pub use config::{PlatformConfig, ServerConfig};
pub use context::{MissingCaller, caller};
pub use engine::Recheck;
pub use host::{
    Host, HostBuilder, HostError, HostOptions, Hosted, HttpEventSource, RemoteError, SchemaPolicy,
    SignedIdentity, SourceFallback, check_address, remote_transport,
};
pub use in_process::InProcess;
pub use migrator::Migrator;
pub use peers::{PeerDirectory, PeerError, Peers, Question, answers};
pub use platform::{Platform, Secrets};
pub use rows::{Group, List, Rows, rows};
pub use serve::{Status, route_failure};
pub use subgraph::{
    BuildError, Shutdown, Subgraph, SubgraphDefinition, internal_schema_builder, schema_builder,
};
