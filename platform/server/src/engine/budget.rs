//! What one answer may come to while it is made: values and bytes, counted as fields resolve.
//!
//! Invariant: once either is spent, no further field begins, and whoever runs the operation gives it up at once. Lists
//! may be longer than the schema says, so this holds where the static cost does not. Every so often a field lets other
//! tasks run: deadlines act while an answer is made of what is in memory already.

use std::future::{Future, pending, poll_fn};
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::Poll;

use async_graphql::extensions::{
    Extension, ExtensionContext, ExtensionFactory, NextExecute, NextResolve, ResolveInfo,
};
use async_graphql::{Response, ServerError, ServerResult, Value};
use router_limits::{LimitError, Limits};
use router_transport::turn;
use tokio::task::coop::consume_budget;

use crate::errors::with_code;

/// Fields between two that may let others run. A task has 128 such occasions before it has to.
const FIELDS_PER_TURN: usize = 8;
/// Beside its text, what a field takes in JSON.
const PUNCTUATION: usize = 4;

/// Of one answer: a query's or mutation's, or that to one event of a subscription.
pub(crate) struct Budget {
    max_nodes: usize,
    max_bytes: usize,
    nodes: AtomicUsize,
    bytes: AtomicUsize,
}

impl Budget {
    pub(super) fn new(limits: &Limits) -> Self {
        Self {
            max_nodes: limits.max_response_nodes,
            max_bytes: limits.max_response_bytes,
            nodes: AtomicUsize::new(0),
            bytes: AtomicUsize::new(0),
        }
    }

    /// Begins anew, for the next event.
    pub(super) fn renew(&self) {
        self.nodes.store(0, Ordering::Relaxed);
        self.bytes.store(0, Ordering::Relaxed);
    }

    /// The error that takes the place of the answer, once the budget is spent.
    pub(super) fn spent(&self) -> Option<ServerError> {
        let error = if self.nodes.load(Ordering::Relaxed) > self.max_nodes {
            LimitError::ResponseNodes { limit: self.max_nodes }
        } else if self.bytes.load(Ordering::Relaxed) > self.max_bytes {
            LimitError::ResponseBytes { limit: self.max_bytes }
        } else {
            return None;
        };
        Some(with_code(ServerError::new(error.to_string(), None), error.code()))
    }

    /// Runs an operation to its end or that of the budget.
    pub(super) async fn within<F: Future>(&self, run: F) -> Result<F::Output, ServerError> {
        let mut run = pin!(run);
        poll_fn(|context| match run.as_mut().poll(context) {
            Poll::Ready(output) => Poll::Ready(Ok(output)),
            Poll::Pending => self.spent().map_or(Poll::Pending, |error| Poll::Ready(Err(error))),
        })
        .await
    }

    /// Counts a value that begins to resolve, and tells how many there were before.
    fn begin(&self) -> usize {
        self.nodes.fetch_add(1, Ordering::Relaxed)
    }

    fn write(&self, bytes: usize) {
        self.bytes.fetch_add(bytes, Ordering::Relaxed);
    }
}

/// Counts what a schema resolves against the [`Budget`] among the request's data.
pub(crate) struct Budgets;

impl ExtensionFactory for Budgets {
    fn create(&self) -> Arc<dyn Extension> {
        Arc::new(Self)
    }
}

#[async_trait::async_trait]
impl Extension for Budgets {
    /// Called for each event of a subscription, when it has come; of queries and mutations, none takes turns.
    async fn execute(
        &self,
        context: &ExtensionContext<'_>,
        operation_name: Option<&str>,
        next: NextExecute<'_>,
    ) -> Response {
        turn::begin().await;
        next.run(context, operation_name).await
    }

    /// Called for each field and each item of a list.
    async fn resolve(
        &self,
        context: &ExtensionContext<'_>,
        info: ResolveInfo<'_>,
        next: NextResolve<'_>,
    ) -> ServerResult<Option<Value>> {
        let Some(budget) = context.data_opt::<Arc<Budget>>() else { return next.run(context, info).await };
        let before = budget.begin();
        if budget.spent().is_some() {
            return pending().await;
        }
        if before.is_multiple_of(FIELDS_PER_TURN) {
            consume_budget().await;
        }
        let is_leaf = info.field.selection_set.node.items.is_empty();
        let value = next.run(context, info).await?;
        if let Some(value) = &value {
            budget.write(if is_leaf { leaf(value) } else { frame(value) });
            if budget.spent().is_some() {
                return pending().await;
            }
        }
        Ok(value)
    }
}

/// The bytes of a scalar, whatever it is made of.
fn leaf(value: &Value) -> usize {
    match value {
        Value::String(text) => text.len(),
        Value::Enum(name) => name.len(),
        Value::Binary(bytes) => bytes.len() * PUNCTUATION,
        Value::List(items) => items.iter().map(|item| leaf(item) + 1).sum(),
        Value::Object(fields) => {
            fields.iter().map(|(name, value)| name.len() + PUNCTUATION + leaf(value)).sum()
        }
        Value::Null | Value::Boolean(_) | Value::Number(_) => PUNCTUATION,
    }
}

/// What an object or list adds to the bytes of what is in it, which were counted there: for `__typename` too, which
/// resolves unseen.
fn frame(value: &Value) -> usize {
    match value {
        Value::Object(fields) => fields.keys().map(|name| name.len() + PUNCTUATION).sum(),
        Value::List(items) => items.len(),
        _ => PUNCTUATION,
    }
}
