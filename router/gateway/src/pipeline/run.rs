//! The last step: a plan is run, to one answer or to a stream of them.

use std::sync::Arc;
use std::time::{Duration, Instant};

use futures::StreamExt;
use http::StatusCode;
use platform_listener::{BodyRoom, Share};
use router_executor::Room;
use router_limits::cost::Cost;
use router_schema::OperationKind;
use router_schema::Variables;
use router_transport::turn::Turn;
use tracing::Instrument;

use crate::answer::{Answer, NoRoom, Outcome, Refusal};
use crate::context::Context;
use crate::edge::QuotaKey;
use crate::engine::{Engine, Plan, Run, authorization_errors};
use crate::events::{self, Account, InTurn, OfNetwork};
use crate::shared::Shared;

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
    ) -> Result<(Answer, Option<Share>), Refusal> {
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
        let place = self.waiting.room(context.client.network(), answer.size()).await;
        match (place, kind) {
            (Ok(place), _) => Ok((answer, Some(place))),
            // It is done: whoever asked for it must hear of it.
            (Err(NoRoom), OperationKind::Mutation) => Ok((answer, None)),
            (Err(NoRoom), _) => Err(Refusal::answers_unread()),
        }
    }

    /// Opens a subscription. The engine, the place among the open ones, the room of its variables and the gauge live as
    /// long as the stream.
    pub(super) async fn subscribe(
        &self,
        engine: Arc<Engine>,
        plan: &Plan,
        (variables, room): (Variables, BodyRoom),
        context: &Context,
        cost: Cost,
    ) -> Result<Outcome, Refusal> {
        let place = self.subscriptions.take(context)?;
        let network = context.client.network();
        let turn = Turn::new(Arc::new(OfNetwork { shares: self.events.clone(), network }));
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
        let held = (engine, place, room, self.metrics.subscription_opened());
        let (masking, trace_id) = (self.masking.clone(), context.trace.trace_id.clone());
        let denied = authorization_errors(&plan.denied, &context.authentication.caller, plan.kind());
        let answers = events.map(move |mut answer| {
            let _held = &held;
            if answer.data().is_some() {
                answer.errors.extend(denied.iter().cloned());
            }
            masking.apply(&mut answer.errors, &trace_id);
            answer
        });
        let answers = InTurn { answers: answers.boxed(), turn };
        let account = Account {
            limiter: self.rate_limiter.clone(),
            key: QuotaKey::of(&context.authentication.caller, context.client),
            quota: context.authentication.quota,
            least: self.operations(cost, 1),
            bytes_per_operation: self.config.rate_limit.bytes_per_operation,
        };
        Ok(Outcome::Streaming(events::charged(answers, account, self.waiting.clone(), network)))
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
}
