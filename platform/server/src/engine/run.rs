//! Queries and mutations.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Instant;

use async_graphql::indexmap::IndexMap;
use async_graphql::parser::types::{ExecutableDocument, OperationType, Selection};
use async_graphql::{Request, Response, ServerError, Value, Variables};
use futures::FutureExt;
use platform_core::ErrorCode;
use platform_telemetry::Outcome;
use tracing::Instrument;

use super::blame::Blame;
use super::budget::Budget;
use super::documents::Prepared;
use super::inputs::Inputs;
use super::{Engine, Operation, nul};
use crate::access::prune;
use crate::errors::{self, Fault, with_code};
use crate::scope::{SCOPE, Scope};

/// An operation that may run, and the errors of the fields that were taken out of it.
pub(super) struct Admitted {
    pub(super) request: Request,
    pub(super) refusals: Vec<ServerError>,
    pub(super) budget: Arc<Budget>,
}

impl Engine {
    /// Runs a query or mutation. Whatever goes wrong is an error of the response, safe to show.
    pub(crate) async fn execute(&self, operation: Operation) -> Response {
        let started = Instant::now();
        let response = match self.prepare(&operation) {
            Ok(prepared) => self.execute_prepared(operation, &prepared, started).await,
            Err(error) => Response::from_errors(vec![error]),
        };
        let outcome = match errors::worst(&response.errors) {
            None => Outcome::Ok,
            Some(Fault::Caller) => Outcome::ClientError,
            Some(Fault::Server) => Outcome::ServerError,
        };
        self.metrics.operation(self.subgraph, self.kind.label(), outcome, started.elapsed());
        response
    }

    async fn execute_prepared(
        &self,
        operation: Operation,
        prepared: &Prepared,
        started: Instant,
    ) -> Response {
        if prepared.chosen(operation.operation_name.as_deref()).is_ok_and(|chosen| chosen.asks_for_sdl) {
            return self.answer_sdl(&prepared.document);
        }
        let own = started + self.timeout;
        let deadline = operation.deadline.map_or(own, |deadline| deadline.min(own));
        let trace = operation.trace;
        let blame = Blame::new(&prepared.document, &operation.variables);
        let Admitted { request, refusals, budget } =
            match self.admit(operation, prepared, OperationType::Query) {
                Ok(admitted) => admitted,
                Err(errors) => return Response::from_errors(errors),
            };
        let scope = Scope { trace, deadline: Some(deadline) };
        let run = AssertUnwindSafe(budget.within(self.schema.execute(request))).catch_unwind();
        let run = SCOPE.scope(scope, run.instrument(self.span(&trace)));
        let mut response = match tokio::time::timeout_at(deadline.into(), run).await {
            Ok(Ok(Ok(response))) => response,
            Ok(Ok(Err(spent))) => Response::from_errors(vec![spent]),
            Ok(Err(panic)) => Response::from_errors(vec![errors::of_panic(self.subgraph, &trace, &*panic)]),
            Err(_) => Response::from_errors(vec![with_code(
                ServerError::new("the operation took too long", None),
                ErrorCode::Timeout.as_str(),
            )]),
        };
        blame.name_fields(&mut response.errors);
        errors::mask(self.subgraph, &trace, &mut response.errors);
        response.errors.extend(refusals);
        response
    }

    /// The parsed document, within limits, and variables that any database takes.
    pub(super) fn prepare(&self, operation: &Operation) -> Result<Arc<Prepared>, ServerError> {
        let prepared = self.documents.get(&operation.query, &self.rules)?;
        prepared.chosen(operation.operation_name.as_deref())?;
        nul::check_variables(&operation.variables)?;
        Ok(prepared)
    }

    /// Checks the rules and makes the request that the schema runs. `expected` is Query for what answers once.
    pub(super) fn admit(
        &self,
        operation: Operation,
        prepared: &Prepared,
        expected: OperationType,
    ) -> Result<Admitted, Vec<ServerError>> {
        let Operation { operation_name, variables, caller, trace, .. } = operation;
        let name = operation_name.as_deref();
        let chosen = prepared.chosen(name).map_err(|error| vec![error])?;
        self.check_cost(prepared, name, &variables).map_err(|error| vec![error])?;
        if (chosen.kind == OperationType::Subscription) != (expected == OperationType::Subscription) {
            let error = ServerError::new("subscriptions run over a WebSocket, nothing else does", None);
            return Err(vec![with_code(error, ErrorCode::BadUserInput.as_str())]);
        }
        let mut refusals = Vec::new();
        let mut root_refused = false;
        for demand in &chosen.demands {
            if let Some(refused) = demand.check(&caller, &variables) {
                root_refused |= refused.is_root;
                refusals.push(refused.error);
            }
        }
        // What a mutation does may depend on the part that is refused, and a subscription has one root alone.
        if root_refused && chosen.kind != OperationType::Query {
            return Err(refusals);
        }
        let document = if refusals.is_empty() {
            prepared.document.clone()
        } else {
            match prune(prepared.document.clone(), name, &self.rules, &caller) {
                Some(document) => document,
                None => return Err(refusals),
            }
        };
        let budget = Arc::new(Budget::new(&self.limits));
        let mut request = Request::new(String::new()).variables(variables);
        request = request.data(caller).data(trace).data(budget.clone());
        request.operation_name = operation_name.map(|name| name.to_string());
        request.set_parsed_query(document);
        Ok(Admitted { request, refusals, budget })
    }

    /// Refuses what may come to too much, by the schema.
    fn check_cost(
        &self,
        prepared: &Prepared,
        name: Option<&str>,
        variables: &Variables,
    ) -> Result<(), ServerError> {
        let (Some(costs), Some(countable)) = (&self.costs, &prepared.countable) else { return Ok(()) };
        costs
            .count(countable, name, &Inputs(variables), self.limits.default_list_size)
            .and_then(|cost| self.limits.check_cost(cost))
            .map_err(|error| with_code(ServerError::new(error.to_string(), None), error.code()))
    }

    /// `_service`, with the SDL that is composed instead of async-graphql's own text.
    fn answer_sdl(&self, document: &ExecutableDocument) -> Response {
        let mut data = IndexMap::new();
        let roots =
            document.operations.iter().flat_map(|(_, operation)| &operation.node.selection_set.node.items);
        for root in roots {
            let Selection::Field(root) = &root.node else { continue };
            let mut service = IndexMap::new();
            for field in &root.node.selection_set.node.items {
                let Selection::Field(field) = &field.node else { continue };
                let value = match field.node.name.node.as_str() {
                    "sdl" => self.sdl.as_str(),
                    "__typename" => "_Service",
                    _ => continue,
                };
                service.insert(field.node.response_key().node.clone(), Value::String(value.to_owned()));
            }
            data.insert(root.node.response_key().node.clone(), Value::Object(service));
        }
        Response::new(Value::Object(data))
    }
}
