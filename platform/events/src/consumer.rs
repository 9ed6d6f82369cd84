//! Who consumes events: a named consumer, its handlers, and what a handler may answer.

use std::collections::HashMap;
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

type Handler = Box<dyn for<'a> Fn(EventContext<'a>) -> BoxFuture<'a, Result<(), HandlerError>> + Send + Sync>;
type Condition = Box<dyn Fn(&CloudEvent) -> bool + Send + Sync>;

/// A [`Consumer`] made of a function per type of event.
pub struct Handlers {
    name: &'static str,
    start: Start,
    handles: Vec<(&'static str, &'static str)>,
    handlers: HashMap<(&'static str, &'static str), Handler>,
    conditions: HashMap<(&'static str, &'static str), Condition>,
}

impl Handlers {
    pub fn new(name: &'static str) -> Self {
        Self {
            name,
            start: Start::Beginning,
            handles: Vec::new(),
            handlers: HashMap::new(),
            conditions: HashMap::new(),
        }
    }

    /// Lets `handler` handle the events of type `E`; a second handler of a type replaces the first.
    #[must_use]
    pub fn on<E: Event>(
        mut self,
        handler: impl for<'a> Fn(EventContext<'a>, E) -> BoxFuture<'a, Result<(), HandlerError>>
        + Send
        + Sync
        + 'static,
    ) -> Self {
        let handler: Handler = Box::new(move |context| match context.event.payload::<E>() {
            Ok(payload) => handler(context, payload),
            Err(error) => Box::pin(async move { Err(error.into()) }),
        });
        if self.handlers.insert((E::TOPIC, E::TYPE), handler).is_none() {
            self.handles.push((E::TOPIC, E::TYPE));
        }
        self
    }

    /// Lets only those events of type `E` be handled of which `is_concerned` is true.
    #[must_use]
    pub fn only_if<E: Event>(mut self, is_concerned: impl Fn(&E) -> bool + Send + Sync + 'static) -> Self {
        // One that cannot be read is for the handler to refuse.
        let condition =
            move |event: &CloudEvent| event.payload().map_or(true, |payload| is_concerned(&payload));
        self.conditions.insert((E::TOPIC, E::TYPE), Box::new(condition));
        self
    }

    /// Lets the consumer, when it is new, skip what happened before.
    #[must_use]
    pub fn from_now(mut self) -> Self {
        self.start = Start::Now;
        self
    }
}

#[async_trait]
impl Consumer for Handlers {
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
        of(&self.conditions, event).is_none_or(|is_concerned| is_concerned(event))
    }

    async fn handle(&self, context: EventContext<'_>) -> Result<(), HandlerError> {
        match of(&self.handlers, context.event) {
            Some(handler) => handler(context).await,
            None => Ok(()),
        }
    }
}

/// What is kept for the type of an event.
fn of<'a, T>(kept: &'a HashMap<(&'static str, &'static str), T>, event: &CloudEvent) -> Option<&'a T> {
    let found = kept.iter().find(|((topic, kind), _)| *kind == event.kind && *topic == &*event.topic);
    found.map(|(_, value)| value)
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
