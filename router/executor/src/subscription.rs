//! Subscriptions: the first fetch of the plan is a stream, and each of its events is completed by the others. A stream that
//! fails ends in a response without data.

use std::sync::Arc;
use std::time::Instant;

use futures::StreamExt;
use futures::stream::BoxStream;
use router_planner::plan::{Fetch, FetchId};
use router_schema::JsonObject;
use router_transport::{Answer, Request, TransportError, turn};

use crate::errors::Collected;
use crate::fetch::{Gathered, Targets, prepare};
use crate::inner::Inner;
use crate::request::{ExecutionRequest, Room};
use crate::response::Response;
use crate::{project, schedule};

/// Opens the stream. Events leave in the order in which they came: the next is completed when the one before is out.
pub async fn open(
    inner: Arc<Inner>,
    request: ExecutionRequest,
) -> Result<BoxStream<'static, Response>, Response> {
    let plan = Arc::clone(&request.plan);
    let introspection = inner.introspect(&request).map_err(|refused| *refused)?;
    let Some(primary) = plan.fetches.first() else {
        // Everything in it was skipped or needs no subgraph: there is one event, and no source of more.
        let gathered = gather(&inner);
        let response = project::response(&inner.options, &plan, gathered, &introspection);
        return Ok(futures::stream::iter([response]).boxed());
    };
    let events = match prepare(&gather(&inner).tree, primary, &request).pop() {
        Some((subgraph_request, _)) => subscribe(&inner, primary, subgraph_request, request.deadline).await,
        None => Err(TransportError::SubscriptionsUnsupported { subgraph: primary.subgraph_name.to_string() }),
    };
    let events = events.map_err(|error| {
        let mut errors = Collected::default();
        errors.take_failure(&inner.options, &primary.subgraph_name, &error, [Vec::new()]);
        Response::refused(errors.into_errors())
    })?;
    let completion = Arc::new(Completion { inner, request, introspection, primary: primary.id });
    let completed = events.then(move |event| {
        let completion = Arc::clone(&completion);
        async move { completion.complete(event).await }
    });
    Ok(completed.boxed())
}

/// Nothing yet, with all the room that one event has.
fn gather(inner: &Inner) -> Gathered {
    Gathered::new(Arc::new(Room::of(&inner.options)))
}

async fn subscribe(
    inner: &Inner,
    primary: &Fetch,
    request: Request,
    deadline: Option<Instant>,
) -> Result<BoxStream<'static, Answer>, TransportError> {
    let subgraph = || primary.subgraph_name.to_string();
    let transport = inner
        .transports
        .get(primary.subgraph.index())
        .ok_or_else(|| TransportError::SubscriptionsUnsupported { subgraph: subgraph() })?;
    let start = Instant::now();
    let opening = transport.events(request);
    match deadline {
        Some(deadline) => tokio::time::timeout_at(deadline.into(), opening).await.unwrap_or_else(|_| {
            Err(TransportError::Timeout { subgraph: subgraph(), after: start.elapsed() })
        }),
        None => opening.await,
    }
}

/// What stays the same from event to event.
struct Completion {
    inner: Arc<Inner>,
    request: ExecutionRequest,
    introspection: JsonObject,
    primary: FetchId,
}

impl Completion {
    async fn complete(&self, event: Answer) -> Response {
        // Where the event came ready made from another process.
        turn::begin().await;
        if event.ended {
            return self.failed(event);
        }
        let deadline = Instant::now() + self.inner.options.event_timeout;
        let request = ExecutionRequest { deadline: Some(deadline), ..self.request.clone() };
        let mut gathered = gather(&self.inner);
        if let Some(primary) = request.plan.fetches.first() {
            let root = Targets::Root(vec![Box::default()]);
            gathered.take(&self.inner.options, primary, root, event);
        }
        schedule::run(&self.inner, &request, &mut gathered, &[self.primary]).await;
        project::response(&self.inner.options, &request.plan, gathered, &self.introspection)
    }

    /// A response without data, by which the end of the events is told from their failure.
    fn failed(&self, event: Answer) -> Response {
        let mut errors = Collected::default();
        if let Some(primary) = self.request.plan.fetches.first() {
            for error in event.errors {
                let options = &self.inner.options;
                errors.take_answered(options, &primary.subgraph_name, error, [Vec::new()].into_iter());
            }
        }
        Response::refused(errors.into_errors())
    }
}
