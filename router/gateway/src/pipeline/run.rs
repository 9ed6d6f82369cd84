//! The last step: a plan is run, to one answer or to a stream of them.

use std::sync::Arc;
use std::time::{Duration, Instant};

use futures::StreamExt;
use http::{HeaderValue, StatusCode, header};
use router_executor::Room;
use router_schema::OperationKind;
use router_schema::Variables;
use tokio::sync::OwnedSemaphorePermit;
use tracing::Instrument;

use crate::answer::{Answer, Outcome, Refusal};
use crate::engine::{Engine, Plan, Run, authorization_errors};
use crate::gateway::Shared;
use crate::pipeline::Context;

/// Time that the executor has beyond a request's deadline to hand over what it has.
const DEADLINE_GRACE: Duration = Duration::from_millis(500);

impl Shared {
    /// Runs a query or mutation. A query ends with its client; a mutation, once begun, runs to its end although
    /// nobody listens any more, and a stop of the process waits for it.
    pub(super) async fn answer(
        &self,
        engine: Arc<Engine>,
        plan: Arc<Plan>,
        variables: Variables,
        context: &Context,
        room: Option<Arc<Room>>,
    ) -> Result<Outcome, Refusal> {
        let started = Instant::now();
        let run = Run { room, ..self.run_of(context) };
        let limit = self.config.timeouts.request + DEADLINE_GRACE;
        let (kind, planned) = (plan.kind(), plan.clone());
        let work = async move { engine.execute(&plan, variables, run).await };
        let ended = if kind == OperationKind::Mutation {
            tokio::time::timeout(limit, self.tasks.spawn(work.in_current_span())).await
        } else {
            tokio::time::timeout(limit, work).await.map(Ok)
        };
        let mut answer = match ended {
            Ok(Ok(answer)) => answer,
            Ok(Err(_)) => return Err(Refusal::internal()),
            // The executor answers with what it has by the deadline; this is for the case that it cannot.
            Err(_) => {
                self.metrics.operation(kind, false, started.elapsed());
                return Err(Refusal::new(
                    StatusCode::GATEWAY_TIMEOUT,
                    "TIMEOUT",
                    "the operation took too long",
                ));
            }
        };
        self.complete(&planned, &mut answer, context);
        self.metrics.operation(kind, answer.errors.is_empty(), started.elapsed());
        if answer.data().is_none() {
            return Err(Refusal::document(answer.errors));
        }
        Ok(Outcome::Answered(answer))
    }

    /// Opens a subscription. The engine, the place among the open ones and the gauge live as long as the stream.
    pub(super) async fn subscribe(
        &self,
        engine: Arc<Engine>,
        plan: &Plan,
        variables: Variables,
        context: &Context,
    ) -> Result<Outcome, Refusal> {
        let place = self.subscription_place()?;
        let opening = engine.subscribe(plan, variables, self.run_of(context));
        let limit = self.config.timeouts.request + DEADLINE_GRACE;
        let opened = tokio::time::timeout(limit, opening).await;
        self.metrics.operation(plan.kind(), matches!(opened, Ok(Ok(_))), Duration::ZERO);
        let events = match opened {
            Ok(Ok(events)) => events,
            Ok(Err(mut answer)) => {
                self.complete(plan, &mut answer, context);
                return Err(Refusal { status: StatusCode::BAD_GATEWAY, ..Refusal::document(answer.errors) });
            }
            Err(_) => {
                return Err(Refusal::new(
                    StatusCode::GATEWAY_TIMEOUT,
                    "TIMEOUT",
                    "the subscription could not be opened in time",
                ));
            }
        };
        let held = (engine, place, self.metrics.subscription_opened());
        let (masking, trace_id) = (self.masking.clone(), context.trace.trace_id.clone());
        let denied = authorization_errors(&plan.denied, &context.authentication.caller, plan.kind());
        let answers = events.map(move |mut answer| {
            let _held = &held;
            answer.errors.extend(denied.iter().cloned());
            masking.apply(&mut answer.errors, &trace_id);
            answer
        });
        Ok(Outcome::Streaming(answers.boxed()))
    }

    /// Adds what authorization left out, and hides what is not for clients.
    fn complete(&self, plan: &Plan, answer: &mut Answer, context: &Context) {
        answer.errors.extend(authorization_errors(&plan.denied, &context.authentication.caller, plan.kind()));
        self.masking.apply(&mut answer.errors, &context.trace.trace_id);
    }

    fn run_of(&self, context: &Context) -> Run {
        Run {
            caller: Some(context.authentication.caller.clone()),
            headers: context.subgraph_headers.clone(),
            deadline: Some(Instant::now() + self.config.timeouts.request),
            room: None,
        }
    }

    fn subscription_place(&self) -> Result<OwnedSemaphorePermit, Refusal> {
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
