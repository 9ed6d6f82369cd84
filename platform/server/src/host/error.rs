//! Why a process cannot host its subgraphs; each sentence is for the operator who reads it.

use platform_database::DatabaseError;
use platform_events::RuntimeError;
use platform_identity::KeyError;

use super::remote::RemoteError;
use crate::access::RuleFault;
use crate::sdl::SdlError;

#[derive(Debug, thiserror::Error)]
pub enum HostError {
    #[error(transparent)]
    Keys(#[from] KeyError),
    #[error(transparent)]
    Database(#[from] DatabaseError),
    #[error(
        "the database of {subgraph} lacks {pending} migrations of this release; run `souk migrate` before serving"
    )]
    OldSchema { subgraph: &'static str, pending: usize },
    #[error("{subgraph} could not be built: {source}")]
    Build {
        subgraph: &'static str,
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    #[error("{subgraph}: {source}")]
    Sdl {
        subgraph: &'static str,
        #[source]
        source: SdlError,
    },
    #[error("the schema of {subgraph} has unsound access rules: {}", list(faults))]
    Rules { subgraph: &'static str, faults: Vec<RuleFault> },
    #[error(transparent)]
    Remote(#[from] RemoteError),
    #[error("{subgraph}: {source}")]
    Events {
        subgraph: &'static str,
        #[source]
        source: RuntimeError,
    },
    #[error("{subgraph} declares sagas of the kinds {declared:?} and has others")]
    SagaKinds { subgraph: &'static str, declared: &'static [&'static str] },
    #[error("two subgraphs are called `{0}`")]
    Duplicate(&'static str),
}

fn list(faults: &[RuleFault]) -> String {
    faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
}
