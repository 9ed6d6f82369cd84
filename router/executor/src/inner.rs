//! What all runs of one executor share.

use std::sync::Arc;

use router_planner::plan::{OutputValue, QueryPlan};
use router_schema::{JsonObject, Supergraph};
use router_transport::Transport;

use crate::errors::request_error;
use crate::request::{ExecutionRequest, ExecutorOptions};
use crate::response::Response;

#[derive(Clone)]
pub struct Inner {
    pub supergraph: Arc<Supergraph>,
    /// By the index of the subgraph.
    pub transports: Vec<Arc<dyn Transport>>,
    pub options: ExecutorOptions,
}

impl Inner {
    /// The values of the operation's introspection fields, if it has any.
    pub fn introspect(&self, request: &ExecutionRequest) -> Result<JsonObject, Box<Response>> {
        if !asks_for_introspection(&request.plan) {
            return Ok(JsonObject::new());
        }
        self.supergraph
            .introspect(&request.operation, &request.variables)
            .map_err(|error| Box::new(Response::refused(vec![request_error(&error)])))
    }
}

/// Introspection fields stand at the root alone.
fn asks_for_introspection(plan: &QueryPlan) -> bool {
    plan.output.fields.iter().any(|field| matches!(field.value, OutputValue::Introspection))
}
