//! The one path of every operation, whatever protocol brought it: charge, find the document, check what it may do,
//! coerce, plan, run. Limits and rights are therefore the same over HTTP, SSE and WebSocket.

use std::sync::Arc;
use std::time::{Duration, Instant};

use futures::StreamExt;
use http::{HeaderMap, HeaderValue, StatusCode, header};
use router_schema::OperationKind;
use router_transport::Object;
use tokio::sync::OwnedSemaphorePermit;

use crate::answer::{Answer, Outcome, Refusal, error};
use crate::auth::Authentication;
use crate::config::Unauthorized;
use crate::edge::{Charge, ClientAddress, QuotaKey, Trace};
use crate::engine::{Document, Engine, Plan, Run, authorization_errors};
use crate::gateway::Shared;
use crate::request::GraphqlRequest;

/// Time that the executor has beyond a request's deadline to hand over what it has.
const DEADLINE_GRACE: Duration = Duration::from_millis(500);

/// What holds for all operations of a request or connection.
#[derive(Clone)]
pub struct Context {
    pub authentication: Authentication,
    pub client: ClientAddress,
    pub subgraph_headers: Arc<HeaderMap>,
    pub trace: Trace,
}

/// What the protocol at hand can carry.
#[derive(Debug, Clone, Copy)]
pub struct Allowed {
    pub mutations: bool,
    pub subscriptions: bool,
}

/// An operation's outcome, and what the caller may still spend.
pub struct Ran {
    pub outcome: Outcome,
    pub charge: Option<Charge>,
}

impl Shared {
    /// Runs one operation. Every error that leaves here has its code and trace id.
    pub async fn run(&self, request: GraphqlRequest, context: &Context, allowed: Allowed) -> Ran {
        let mut charge = None;
        let outcome = match self.try_run(request, context, allowed, &mut charge).await {
            Ok(outcome) => outcome,
            Err(refusal) => Outcome::Refused(self.traced(refusal, &context.trace)),
        };
        Ran { outcome, charge }
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
        charge: &mut Option<Charge>,
    ) -> Result<Outcome, Refusal> {
        let key = QuotaKey::of(&context.authentication.caller, context.client);
        let quota = context.authentication.quota;
        *charge = self.rate_limiter.charge(key, quota, 1)?;

        let text = document_text(&request)?;
        let engine = self.engine.load_full();
        let document =
            engine.document(text, request.operation_name.as_deref()).await.map_err(Arc::unwrap_or_clone)?;
        self.check_kind(&document, allowed)?;
        if let Some(more) = self.rate_limiter.charge(key, quota, document.charge() - 1)? {
            *charge = Some(more);
        }

        let given = request.variables.unwrap_or_default();
        let variables = document.coerce(engine.core(), &given)?;
        let caller = &context.authentication.caller;
        let plan = document
            .plan(engine.core(), &variables, caller, self.random())
            .await
            .map_err(Arc::unwrap_or_clone)?;
        if !plan.denied.is_empty() && self.config.unauthorized == Unauthorized::Refuse {
            return Err(Refusal {
                status: if caller.is_authenticated() {
                    StatusCode::FORBIDDEN
                } else {
                    StatusCode::UNAUTHORIZED
                },
                ..Refusal::document(authorization_errors(&plan.denied, caller))
            });
        }
        if document.kind() == OperationKind::Subscription {
            let permit = self.subscription_permit()?;
            self.stream(engine, &document, &plan, variables, context, permit).await
        } else {
            Ok(Outcome::Answered(self.answer(&engine, &document, &plan, variables, context).await))
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
        if document.introspects() && !self.config.introspection {
            return Err(Refusal::document(vec![error(
                "INTROSPECTION_DISABLED",
                "introspection is switched off",
            )]));
        }
        Ok(())
    }

    async fn answer(
        &self,
        engine: &Engine,
        document: &Document,
        plan: &Plan,
        variables: Object,
        context: &Context,
    ) -> Answer {
        let started = Instant::now();
        let deadline = started + self.config.timeouts.request;
        let run = self.run_of(context, Some(deadline));
        let limit = self.config.timeouts.request + DEADLINE_GRACE;
        let mut answer = match tokio::time::timeout(limit, engine.execute(plan, variables, run)).await {
            Ok(mut answer) => {
                answer.errors.extend(authorization_errors(&plan.denied, &context.authentication.caller));
                answer
            }
            // The executor answers with what it has by the deadline; this is for the case that it cannot.
            Err(_) => Answer::refused(vec![error("TIMEOUT", "the operation took too long")]),
        };
        self.metrics.operation(document.kind(), answer.errors.is_empty(), started.elapsed());
        self.masking.apply(&mut answer.errors, &context.trace.trace_id);
        answer
    }

    async fn stream(
        &self,
        engine: Arc<Engine>,
        document: &Document,
        plan: &Plan,
        variables: Object,
        context: &Context,
        permit: OwnedSemaphorePermit,
    ) -> Result<Outcome, Refusal> {
        let opening = engine.subscribe(plan, variables, self.run_of(context, None));
        let opened = tokio::time::timeout(self.config.timeouts.request, opening).await;
        let events = match opened {
            Ok(Ok(events)) => events,
            Ok(Err(mut answer)) => {
                self.metrics.operation(document.kind(), false, Duration::ZERO);
                self.masking.apply(&mut answer.errors, &context.trace.trace_id);
                return Ok(Outcome::Answered(answer));
            }
            Err(_) => return Err(unavailable()),
        };
        self.metrics.operation(document.kind(), true, Duration::ZERO);
        let open = self.metrics.subscription_opened();
        let (masking, trace_id) = (self.masking, context.trace.trace_id.clone());
        let denied = authorization_errors(&plan.denied, &context.authentication.caller);
        // The engine, the permit and the gauge live as long as the stream.
        let held = (engine, permit, open);
        let answers = events.map(move |mut answer| {
            let _held = &held;
            answer.errors.extend(denied.iter().cloned());
            masking.apply(&mut answer.errors, &trace_id);
            answer
        });
        Ok(Outcome::Streaming(answers.boxed()))
    }

    fn run_of(&self, context: &Context, deadline: Option<Instant>) -> Run {
        Run {
            caller: Some(context.authentication.caller.clone()),
            headers: context.subgraph_headers.clone(),
            deadline,
        }
    }

    /// The last bits of a fresh id are random.
    fn random(&self) -> u32 {
        let [.., a, b, c, d] = self.ids.next_uuid().into_bytes();
        u32::from_be_bytes([a, b, c, d])
    }

    fn subscription_permit(&self) -> Result<OwnedSemaphorePermit, Refusal> {
        self.subscriptions.clone().try_acquire_owned().map_err(|_| {
            Refusal::new(
                StatusCode::SERVICE_UNAVAILABLE,
                "UNAVAILABLE",
                "too many subscriptions are open; try again",
            )
            .with_header(header::RETRY_AFTER, HeaderValue::from_static("5"))
        })
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

fn unavailable() -> Refusal {
    Refusal::new(
        StatusCode::SERVICE_UNAVAILABLE,
        "UNAVAILABLE",
        "the subscription could not be opened; try again",
    )
}
