//! The trait by which any caller reaches a subgraph, in process or over HTTP.
//!
//! Owns: the request and response of one subgraph call, and the HTTP implementation. The in-process implementation
//! belongs to whoever holds a schema (the subgraph server); and one request for all who ask the same at the same time.
//! Deliberately absent: planning, and any knowledge of what a subgraph is about.

mod answer;
mod credentials;
mod deduplicate;
mod error;
pub mod http;
mod response;
pub mod turn;

pub use answer::Answer;
pub use credentials::CredentialSource;
pub use deduplicate::Deduplicated;
pub use error::TransportError;
pub use http::{HttpOptions, HttpTransport};
pub use response::{GraphqlError, Location, PathElement, Response};

pub use router_json as tree;

use std::sync::Arc;
use std::time::Instant;

use ::http::HeaderMap;
use async_trait::async_trait;
use futures::stream::{BoxStream, StreamExt};
use platform_identity::Caller;

/// JSON in which numbers have 64 bits at most: what decorates answers, and what subgraphs say to one another. Objects
/// keep the order of their keys.
pub type Value = serde_json::Value;
pub type Object = serde_json::Map<String, Value>;

/// One operation for one subgraph.
#[derive(Debug, Clone)]
pub struct Request {
    /// The document. Shared, so that an implementation can key a cache of parsed documents by it.
    pub query: Arc<str>,
    pub operation_name: Option<Arc<str>>,
    pub variables: tree::Object,
    /// Who the request is for; `None` in a router that serves subgraphs which know no Souk identity.
    pub caller: Option<Caller>,
    /// Headers to send on, already filtered by the gateway's rules.
    pub headers: Arc<HeaderMap>,
    /// When the answer is of no use any more.
    pub deadline: Option<Instant>,
    /// True for queries: the call may be repeated after a failure.
    pub idempotent: bool,
}

/// How a subgraph is reached.
#[async_trait]
pub trait Transport: Send + Sync + 'static {
    /// Runs a query or mutation. An `Err` means no GraphQL answer was had at all.
    async fn execute(&self, request: Request) -> Result<Response, TransportError>;

    /// The same with the data as a tree. This is what an executor calls; an implementation that can build the tree
    /// without the detour does so.
    async fn fetch(&self, request: Request) -> Result<Answer, TransportError> {
        Ok(self.execute(request).await?.into())
    }

    /// Starts a subscription. Dropping the stream ends it at the subgraph.
    async fn subscribe(&self, request: Request) -> Result<BoxStream<'static, Response>, TransportError>;

    /// The same with the data of each event as a tree, for an executor.
    async fn events(&self, request: Request) -> Result<BoxStream<'static, Answer>, TransportError> {
        Ok(self.subscribe(request).await?.map(Answer::from).boxed())
    }
}
