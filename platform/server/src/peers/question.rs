//! What can be asked of another subgraph.

use serde::Serialize;
use serde::de::DeserializeOwned;

/// A document with its variables, and what is answered. A crate's questions are made of its documents by
/// `platform-peer-types`; [`questions!`](crate::questions) includes them.
pub trait Question: Serialize {
    /// The value of the document's one root field.
    type Answer: DeserializeOwned;
    /// The document's name.
    const NAME: &'static str;
    /// Who is asked.
    const PEER: &'static str;
    const DOCUMENT: &'static str;
}

/// The questions to one subgraph with their answers, as the crate's build script wrote them.
#[macro_export]
macro_rules! questions {
    ($subgraph:literal) => {
        include!(concat!(env!("OUT_DIR"), "/peers/", $subgraph, ".rs"));
    };
}
