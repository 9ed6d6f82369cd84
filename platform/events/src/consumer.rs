//! Who consumes events: a named consumer, its handlers, and what a handler may answer.

use std::error::Error;
use std::panic::AssertUnwindSafe;
use std::time::Duration;

use async_trait::async_trait;
use futures::FutureExt;
use futures::future::BoxFuture;
use platform_core::error::describe;
use platform_database::Transaction;

use crate::event::{CloudEvent, Event};

/// The longest one event may take.
const HANDLER_TIMEOUT: Duration = Duration::from_secs(30);

/// What a handler works with. Its effects belong in `tx`, which the engine commits together with the inbox row.
#[derive(Clone, Copy)]
pub struct EventContext<'a> {
    pub tx: &'a Transaction,
    pub event: &'a CloudEvent,
    /// 1 at the first delivery.
    pub attempt: u32,
}

/// Why an event was not handled. Every `std` error converts by `?` and means: try again later.
#[derive(Debug)]
pub enum HandlerError {
    /// Deliver again after a pause, and hold back the key's later events until then.
    Retry(Box<dyn Error + Send + Sync>),
    /// Never deliver again: to the dead letters.
    Reject(String),
}

impl HandlerError {
    pub fn reject(reason: impl Into<String>) -> Self {
        Self::Reject(reason.into())
    }

    /// The message with its causes.
    pub(crate) fn describe(&self) -> String {
        match self {
            Self::Reject(reason) => reason.clone(),
            Self::Retry(error) => describe(&**error),
        }
    }
}

// Not itself an `Error`, so that this conversion may stand.
impl<E: Error + Send + Sync + 'static> From<E> for HandlerError {
    fn from(error: E) -> Self {
        Self::Retry(Box::new(error))
    }
}

/// Where a consumer that has no cursor yet begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Start {
    /// With the oldest event that is kept.
    Beginning,
    /// With what happens from now on.
    Now,
}

/// A consumer of events. Its name keys its cursors and inbox, so it must never change.
#[async_trait]
pub trait Consumer: Send + Sync + 'static {
    /// Such as `catalog.commit-reservations`.
    fn name(&self) -> &str;

    /// Topics and types of the events to be delivered.
    fn handles(&self) -> &[(&'static str, &'static str)];

    fn start(&self) -> Start {
        Start::Beginning
    }

    /// Whether an event of a type that it handles is its business. One that is not passes without a trace: neither in the
    /// inbox nor in a transaction.
    fn concerns(&self, event: &CloudEvent) -> bool {
        let _unused = event;
        true
    }

    /// Applies one event. Runs again after a rollback, possibly of a transaction shared with other events, so it
    /// does nothing but database work in `context.tx`; whatever else follows goes through a job or `on_commit`.
    async fn handle(&self, context: EventContext<'_>) -> Result<(), HandlerError>;
}

/// What is done with the events of type `E`.
pub trait EventHandler<E: Event>: Send + Sync + 'static {
    /// Whether an event is its business, as [`Consumer::concerns`].
    fn concerns(&self, event: &E) -> bool {
        let _unused = event;
        true
    }

    /// Applies an event, as [`Consumer::handle`].
    fn handle(
        &self,
        context: EventContext<'_>,
        event: E,
    ) -> impl Future<Output = Result<(), HandlerError>> + Send;
}

/// A [`Consumer`] of the events that `H` is an [`EventHandler`] of.
pub struct Handlers<H> {
    name: &'static str,
    start: Start,
    handler: H,
    handles: Vec<(&'static str, &'static str)>,
    /// Beside each of `handles`.
    calls: Vec<Call<H>>,
}

/// How `H` is asked about the events of one type.
struct Call<H> {
    concerns: fn(&H, &CloudEvent) -> bool,
    handle: for<'a> fn(&'a H, EventContext<'a>) -> BoxFuture<'a, Result<(), HandlerError>>,
}

impl<H: Send + Sync + 'static> Handlers<H> {
    pub fn new(name: &'static str, handler: H) -> Self {
        Self { name, start: Start::Beginning, handler, handles: Vec::new(), calls: Vec::new() }
    }

    /// Has the events of type `E` delivered.
    #[must_use]
    pub fn on<E: Event>(mut self) -> Self
    where
        H: EventHandler<E>,
    {
        self.handles.push((E::TOPIC, E::TYPE));
        self.calls.push(Call {
            // One that cannot be read is for the handler to refuse.
            concerns: |handler, event| event.payload().map_or(true, |payload| handler.concerns(&payload)),
            handle: |handler, context| {
                Box::pin(async move { handler.handle(context, context.event.payload::<E>()?).await })
            },
        });
        self
    }

    /// Lets the consumer, when it is new, skip what happened before.
    #[must_use]
    pub fn from_now(mut self) -> Self {
        self.start = Start::Now;
        self
    }

    fn call(&self, event: &CloudEvent) -> Option<&Call<H>> {
        let of_event = |(topic, kind): &(&str, &str)| *kind == event.kind && *topic == &*event.topic;
        let (_, call) = self.handles.iter().zip(&self.calls).find(|(handled, _)| of_event(handled))?;
        Some(call)
    }
}

#[async_trait]
impl<H: Send + Sync + 'static> Consumer for Handlers<H> {
    fn name(&self) -> &str {
        self.name
    }

    fn handles(&self) -> &[(&'static str, &'static str)] {
        &self.handles
    }

    fn start(&self) -> Start {
        self.start
    }

    fn concerns(&self, event: &CloudEvent) -> bool {
        self.call(event).is_none_or(|call| (call.concerns)(&self.handler, event))
    }

    async fn handle(&self, context: EventContext<'_>) -> Result<(), HandlerError> {
        match self.call(context.event) {
            Some(call) => (call.handle)(&self.handler, context).await,
            None => Ok(()),
        }
    }
}

/// Runs a handler; a panic or too long a wait is a failure like any other.
pub(crate) async fn handle(consumer: &dyn Consumer, context: EventContext<'_>) -> Result<(), HandlerError> {
    let guarded = AssertUnwindSafe(consumer.handle(context)).catch_unwind();
    match tokio::time::timeout(HANDLER_TIMEOUT, guarded).await {
        Ok(Ok(outcome)) => outcome,
        Ok(Err(_)) => Err(HandlerError::Retry("the handler panicked".into())),
        Err(_) => Err(HandlerError::Retry(format!("the handler took over {HANDLER_TIMEOUT:?}").into())),
    }
}
