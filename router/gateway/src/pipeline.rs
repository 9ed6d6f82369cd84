//! The one path of every operation, whatever protocol brought it: charge, find the document, check what it may do,
//! coerce, count and charge its cost, plan, run. Limits and rights are therefore the same over HTTP, SSE and WebSocket.

mod batch;
mod run;

pub use batch::RanBatch;

use std::sync::Arc;

use http::StatusCode;
use platform_listener::{BodyRoom, NoRoom};
use router_executor::Room;
use router_limits::cost::Cost;
use router_schema::{OperationKind, Variables};

use crate::answer::{Outcome, Refusal, error};
use crate::config::Unauthorized;
use crate::context::Context;
use crate::edge::{Charge, QuotaKey, Trace};
use crate::engine::{Document, Engine, authorization_errors};
use crate::request::GraphqlRequest;
use crate::shared::Shared;

/// What the protocol at hand can carry.
#[derive(Debug, Clone, Copy)]
pub struct Allowed {
    pub mutations: bool,
    pub subscriptions: bool,
}

/// An operation's outcome, and what the caller may still spend.
pub struct Ran {
    pub outcome: Outcome,
    pub spent: Spent,
}

/// What an operation was charged for, as far as it came.
#[derive(Debug, Clone, Copy, Default)]
pub struct Spent {
    /// What is left of the caller's account.
    pub charge: Option<Charge>,
    /// What the operation was counted at.
    pub cost: Option<Cost>,
    /// As how many operations it was charged before it ran.
    operations: u32,
}

/// An operation that may run, as far as documents and costs are concerned.
struct Prepared {
    engine: Arc<Engine>,
    document: Arc<Document>,
    /// Coerced.
    variables: Variables,
    /// Of its variables, as long as it runs.
    room: BodyRoom,
    cost: Cost,
}

impl Shared {
    /// Runs one operation. Every error that leaves here has its code and trace id.
    pub async fn run(&self, request: GraphqlRequest, context: &Context, allowed: Allowed) -> Ran {
        let mut spent = Spent::default();
        let outcome = match self.try_run(request, context, allowed, &mut spent).await {
            Ok(outcome) => outcome,
            Err(refusal) => Outcome::Refused(self.traced(refusal, &context.trace)),
        };
        Ran { outcome, spent }
    }

    /// Gives the errors of a refusal the trace id. They are written for clients, so none is hidden.
    pub fn traced(&self, mut refusal: Refusal, trace: &Trace) -> Refusal {
        for error in &mut refusal.errors {
            error.extensions.insert("traceId".to_owned(), (*trace.trace_id).into());
        }
        self.metrics.refused(&refusal);
        refusal
    }

    async fn try_run(
        &self,
        request: GraphqlRequest,
        context: &Context,
        allowed: Allowed,
        spent: &mut Spent,
    ) -> Result<Outcome, Refusal> {
        self.charge(context, 1, spent)?;
        let prepared = self.prepare(request, context, allowed).await?;
        spent.cost = Some(prepared.cost);
        self.charge(context, self.operations(prepared.cost, prepared.document.charge()) - 1, spent)?;
        self.perform(prepared, context, None, spent.operations).await
    }

    /// Takes an operation from the caller's account for what is none: the refusal, or that there is nothing left to take.
    pub fn charged(&self, context: &Context, refusal: Refusal) -> Refusal {
        let mut spent = Spent::default();
        match self.charge(context, 1, &mut spent) {
            Ok(()) => {
                let headers = spent.charge.into_iter().flat_map(Charge::headers);
                headers.fold(refusal, |refusal, (name, value)| refusal.with_header(name, value))
            }
            Err(spent) => spent,
        }
    }

    /// Takes operations from the caller's account.
    fn charge(&self, context: &Context, operations: u32, spent: &mut Spent) -> Result<(), Refusal> {
        let key = QuotaKey::of(&context.authentication.caller, context.client);
        let (own, before) = (context.authentication.quota, spent.operations);
        if let Some(charge) = self.rate_limiter.charge_more(key, own, before, operations)? {
            spent.charge = Some(charge);
        }
        spent.operations = spent.operations.saturating_add(operations);
        Ok(())
    }

    /// As how many operations something counts: by its cost, and by the fewest that it may count as.
    fn operations(&self, cost: Cost, least: u32) -> u32 {
        cost.operations(self.config.rate_limit.cost_per_operation).max(least).max(1)
    }

    /// As how many operations an answer counts, by its bytes.
    fn operations_of(&self, bytes: usize) -> u32 {
        u32::try_from(bytes.div_ceil(self.config.rate_limit.bytes_per_operation.max(1)))
            .unwrap_or(u32::MAX)
            .max(1)
    }

    /// Takes operations from the caller's account for what it has got already: what is not there is taken from what
    /// comes.
    fn owe(&self, context: &Context, operations: u32) {
        let key = QuotaKey::of(&context.authentication.caller, context.client);
        self.rate_limiter.owe(key, context.authentication.quota, operations);
    }

    /// Finds the document, and counts what the operation may come to.
    async fn prepare(
        &self,
        request: GraphqlRequest,
        context: &Context,
        allowed: Allowed,
    ) -> Result<Prepared, Refusal> {
        let text = document_text(&request)?;
        let engine = self.engine.load_full();
        let document =
            engine.document(text, request.operation_name.as_deref()).await.map_err(Arc::unwrap_or_clone)?;
        self.check_kind(&document, allowed)?;
        let given = request.variables.unwrap_or_default();
        let mut room = self.bodies.room(context.client.network());
        room.grow_to(given.weight()).map_err(|NoRoom| Refusal::too_much_sent())?;
        let variables = document.coerce(engine.core(), &given)?;
        let cost = document.cost(engine.core(), &variables)?;
        Ok(Prepared { engine, document, variables, room, cost })
    }

    /// Plans an operation for its caller, and runs it. `room` is what is left for its answer, where others share it.
    async fn perform(
        &self,
        prepared: Prepared,
        context: &Context,
        room: Option<Arc<Room>>,
        charged: u32,
    ) -> Result<Outcome, Refusal> {
        let Prepared { engine, document, variables, room: of_variables, cost } = prepared;
        let caller = &context.authentication.caller;
        let plan = document
            .plan(engine.core(), &variables, caller, || self.random())
            .await
            .map_err(Arc::unwrap_or_clone)?;
        // What a mutation does may depend on the half that is forbidden.
        let is_whole = plan.kind() == OperationKind::Mutation
            && plan.denied.iter().any(|denied| denied.path.len() == 1)
            || self.config.unauthorized == Unauthorized::Refuse;
        if is_whole && !plan.denied.is_empty() {
            return Err(Refusal {
                status: if caller.is_authenticated() {
                    StatusCode::FORBIDDEN
                } else {
                    StatusCode::UNAUTHORIZED
                },
                ..Refusal::document(authorization_errors(&plan.denied, caller, plan.kind()))
            });
        }
        match plan.kind() {
            OperationKind::Subscription => {
                self.subscribe(engine, &plan, (variables, of_variables), context, cost).await
            }
            OperationKind::Query | OperationKind::Mutation => {
                self.waiting.admit(context.client.network()).await?;
                let (answer, place) = self.answer(engine, plan, variables, context, room).await?;
                self.owe(context, self.operations_of(answer.written()).saturating_sub(charged));
                Ok(Outcome::Answered(answer, place))
            }
        }
    }

    /// Whether this operation may run here at all.
    fn check_kind(&self, document: &Document, allowed: Allowed) -> Result<(), Refusal> {
        match document.kind() {
            OperationKind::Mutation if !allowed.mutations => {
                return Err(Refusal::method(
                    "POST",
                    "a GET request runs queries only; send mutations by POST",
                ));
            }
            OperationKind::Subscription if !allowed.subscriptions => {
                return Err(Refusal::new(
                    StatusCode::NOT_ACCEPTABLE,
                    "NOT_ACCEPTABLE",
                    "a subscription needs a WebSocket with the subprotocol graphql-transport-ws, or a request that \
                     accepts text/event-stream or multipart/mixed",
                ));
            }
            _ => {}
        }
        if document.introspects() && !self.config.answers_introspection() {
            return Err(Refusal::document(vec![error(
                "INTROSPECTION_DISABLED",
                "introspection is switched off",
            )]));
        }
        Ok(())
    }

    /// The last bits of a fresh id are random.
    fn random(&self) -> u32 {
        let [.., a, b, c, d] = self.ids.next_uuid().into_bytes();
        u32::from_be_bytes([a, b, c, d])
    }
}

/// The text of the document: given in full, or stored under an id. Stored documents are not kept here yet, which
/// clients of automatic persisted queries understand and then send the text.
fn document_text(request: &GraphqlRequest) -> Result<&str, Refusal> {
    if let Some(text) = request.query.as_deref() {
        return Ok(text);
    }
    let by_hash =
        request.extensions.as_ref().is_some_and(|extensions| extensions.contains_key("persistedQuery"));
    if by_hash || request.document_id.is_some() {
        return Err(Refusal::new(
            StatusCode::BAD_REQUEST,
            "PERSISTED_QUERY_NOT_SUPPORTED",
            "PersistedQueryNotSupported",
        ));
    }
    Err(Refusal::bad_request("the request has no `query`"))
}
