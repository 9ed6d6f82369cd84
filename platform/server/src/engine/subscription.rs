//! Subscriptions: started like a query, then held to the same rules for as long as they are open.

use std::panic::AssertUnwindSafe;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use async_graphql::parser::types::OperationType;
use async_graphql::{Response, ServerError, Value};
use async_trait::async_trait;
use futures::FutureExt;
use futures::stream::{BoxStream, Stream, StreamExt};
use platform_core::ErrorCode;
use platform_identity::Caller;
use platform_telemetry::Metrics;
use tokio::task::JoinError;
use tokio::time::{Instant, Interval, MissedTickBehavior};
use tokio_util::task::AbortOnDropHandle;
use tracing::Instrument;

use super::blame::Given;
use super::budget::Budget;
use super::run::Admitted;
use super::{Engine, Operation};
use crate::errors::{self, with_code};
use crate::scope::{SCOPE, Scope};

/// A response, or why there is none and the stream is over.
pub(crate) type Event = Result<Response, ServerError>;

/// Says whether a caller with an open subscription is still who it was.
#[async_trait]
pub trait Recheck: Send + Sync + 'static {
    /// The caller with its present roles and scopes; `None` when its session is over.
    async fn recheck(&self, caller: &Caller) -> Option<Caller>;
}

impl Engine {
    /// Runs any operation as a stream: a subscription's events, or the one answer of a query or mutation. The rules
    /// are checked before the stream starts, and again while it is open; `Err` says why it did not start, or why no
    /// further event comes.
    pub(crate) fn stream(
        self: &Arc<Self>,
        operation: Operation,
    ) -> Result<BoxStream<'static, Event>, Vec<ServerError>> {
        let prepared = self.prepare(&operation).map_err(|error| vec![error])?;
        let name = operation.operation_name.as_deref();
        if prepared.chosen(name).is_ok_and(|chosen| chosen.kind != OperationType::Subscription) {
            let engine = self.clone();
            return Ok(futures::stream::once(async move { Ok(engine.execute(operation).await) }).boxed());
        }
        let scope = Scope { trace: operation.trace, deadline: None };
        let caller = operation.caller.clone();
        let Admitted { request, refusals, given, budget } =
            self.admit(operation, &prepared, OperationType::Subscription)?;
        let mut tick =
            tokio::time::interval_at(Instant::now() + self.recheck_interval, self.recheck_interval);
        tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let subscription = Subscription {
            events: Guarded {
                events: self.schema.execute_stream(request),
                scope,
                subgraph: self.subgraph,
                budget,
                ahead: None,
            },
            refusals,
            engine: self.clone(),
            given,
            tick,
            recheck: self.recheck.clone(),
            checking: None,
            caller,
            _open: Open::count(&self.metrics, self.subgraph),
        };
        let span = self.span(&subscription.events.scope.trace);
        let events = futures::stream::unfold(Some(subscription), move |state| {
            async move { state?.next().await }.instrument(span.clone())
        });
        Ok(events.boxed())
    }
}

struct Subscription {
    events: Guarded,
    refusals: Vec<ServerError>,
    engine: Arc<Engine>,
    given: Given,
    tick: Interval,
    recheck: Option<Arc<dyn Recheck>>,
    /// A check under way, in a task of its own: events do not wait for its answer, and others who check do not wait for
    /// the client of this subscription to read.
    checking: Option<AbortOnDropHandle<Option<Caller>>>,
    caller: Caller,
    _open: Open,
}

impl Subscription {
    /// The next event, and the subscription if it goes on after that.
    async fn next(mut self) -> Option<(Event, Option<Self>)> {
        loop {
            tokio::select! {
                biased;
                present = answer(&mut self.checking) => {
                    self.checking = None;
                    if let Ok(present) = present
                        && let Some(error) = what_ended(&self.caller, present)
                    {
                        return Some((Err(error), None));
                    }
                }
                _ = self.tick.tick(), if self.recheck.is_some() && self.checking.is_none() => {
                    let caller = self.caller.clone();
                    self.checking = self.recheck.clone().map(|recheck| {
                        AbortOnDropHandle::new(tokio::spawn(async move { recheck.recheck(&caller).await }))
                    });
                }
                event = self.events.next() => {
                    let (subgraph, trace) = (self.events.subgraph, self.events.scope.trace);
                    let mut event = match event? {
                        Ok(event) => event,
                        Err(mut error) => {
                            errors::mask(subgraph, &trace, std::slice::from_mut(&mut error));
                            return Some((Err(error), None));
                        }
                    };
                    errors::mask(subgraph, &trace, &mut event.errors);
                    self.given.name_fields(&self.engine.inputs, &mut event.errors);
                    if self.events.has_failed(&event)
                        && let Some(first) = event.errors.first().cloned()
                    {
                        return Some((Err(first), None));
                    }
                    event.errors.extend(self.refusals.iter().cloned());
                    return Some((Ok(event), Some(self)));
                }
            }
        }
    }
}

/// The answer of the check under way, an error if it panicked; without one, none ever comes.
async fn answer(
    checking: &mut Option<AbortOnDropHandle<Option<Caller>>>,
) -> Result<Option<Caller>, JoinError> {
    match checking {
        Some(checking) => checking.await,
        None => std::future::pending().await,
    }
}

/// Why a subscription that `started` opened must end, if it must. Its resolvers go on to decide by the caller that they
/// began with, so it ends with any right that is lost, whether a rule of its fields names that right or not.
fn what_ended(started: &Caller, present: Option<Caller>) -> Option<ServerError> {
    let (code, message) = match present {
        None => (ErrorCode::Unauthenticated, "the session is over"),
        Some(present)
            if !present.roles.is_superset(&started.roles) || !present.scopes.is_superset(&started.scopes) =>
        {
            (ErrorCode::Forbidden, "your rights have changed; subscribe again")
        }
        Some(_) => return None,
    };
    Some(with_code(ServerError::new(message, None), code.as_str()))
}

/// Events within the scope of their request and each within its budget; a panic, or a budget that is spent, is the last
/// error.
struct Guarded {
    events: BoxStream<'static, Response>,
    scope: Scope,
    budget: Arc<Budget>,
    subgraph: &'static str,
    /// An event that came while something else was looked for.
    ahead: Option<Event>,
}

impl Guarded {
    /// Whether `event` is none, but why there are no more: a field that fails says so in a last response, and ends as a
    /// proper end would. What follows a response without data is there at once, or it is an event that goes on.
    fn has_failed(&mut self, event: &Response) -> bool {
        if event.data != Value::Null || event.errors.is_empty() {
            return false;
        }
        match self.next().now_or_never() {
            Some(None) => true,
            Some(Some(next)) => {
                self.ahead = Some(next);
                false
            }
            None => false,
        }
    }
}

impl Stream for Guarded {
    type Item = Event;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Event>> {
        let this = &mut *self;
        if let Some(event) = this.ahead.take() {
            return Poll::Ready(Some(event));
        }
        let poll = || SCOPE.sync_scope(this.scope.clone(), || this.events.poll_next_unpin(context));
        match std::panic::catch_unwind(AssertUnwindSafe(poll)) {
            Ok(Poll::Pending) => match this.budget.spent() {
                Some(spent) => Poll::Ready(Some(Err(spent))),
                None => Poll::Pending,
            },
            Ok(ready) => {
                this.budget.renew();
                ready.map(|event| event.map(Ok))
            }
            Err(panic) => Poll::Ready(Some(Err(errors::of_panic(self.subgraph, &self.scope.trace, &*panic)))),
        }
    }
}

/// Counts an open subscription.
struct Open {
    metrics: Metrics,
    subgraph: &'static str,
}

impl Open {
    fn count(metrics: &Metrics, subgraph: &'static str) -> Self {
        metrics.subscription(subgraph, 1);
        Self { metrics: metrics.clone(), subgraph }
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        self.metrics.subscription(self.subgraph, -1);
    }
}
