//! The entry: one planned operation to one response.

use std::collections::BTreeMap;
use std::sync::Arc;

use futures::stream::BoxStream;
use router_schema::Supergraph;
use router_transport::Transport;

use crate::fetch::Gathered;
use crate::inner::Inner;
use crate::request::{ExecutionRequest, ExecutorOptions, Room};
use crate::response::Response;
use crate::{project, schedule, subscription};

/// Runs plans of one supergraph. Cheap to clone.
#[derive(Clone)]
pub struct Executor {
    inner: Arc<Inner>,
}

/// Why plans of a supergraph cannot be run.
#[derive(Debug, thiserror::Error)]
pub enum ExecutorError {
    #[error("the subgraph `{subgraph}` has no transport")]
    NoTransport { subgraph: String },
}

impl Executor {
    /// `transports` by the subgraphs' names in the supergraph; more than it names do no harm.
    pub fn new(
        supergraph: Arc<Supergraph>,
        transports: BTreeMap<String, Arc<dyn Transport>>,
    ) -> Result<Self, ExecutorError> {
        let transports = supergraph
            .subgraphs()
            .iter()
            .map(|subgraph| {
                transports
                    .get(&*subgraph.name)
                    .cloned()
                    .ok_or_else(|| ExecutorError::NoTransport { subgraph: subgraph.name.to_string() })
            })
            .collect::<Result<_, _>>()?;
        Ok(Self { inner: Arc::new(Inner { supergraph, transports, options: ExecutorOptions::default() }) })
    }

    #[must_use]
    pub fn with_options(self, options: ExecutorOptions) -> Self {
        Self { inner: Arc::new(Inner { options, ..Inner::clone(&self.inner) }) }
    }

    /// Runs a query or mutation. Ends by the request's deadline with what is there then.
    pub async fn execute(&self, request: ExecutionRequest) -> Response {
        let introspection = match self.inner.introspect(&request) {
            Ok(introspection) => introspection,
            Err(refused) => return *refused,
        };
        let room = request.room.clone().unwrap_or_else(|| Arc::new(Room::of(&self.inner.options)));
        let mut gathered = Gathered::new(room);
        schedule::run(&self.inner, &request, &mut gathered, &[]).await;
        project::response(&self.inner.options, &request.plan, gathered, &introspection)
    }

    /// Opens a subscription. `Err` is the response to give in its place. Dropping the stream ends it.
    pub async fn subscribe(
        &self,
        request: ExecutionRequest,
    ) -> Result<BoxStream<'static, Response>, Response> {
        subscription::open(Arc::clone(&self.inner), request).await
    }
}
