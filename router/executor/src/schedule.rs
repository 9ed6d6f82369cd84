//! When fetches run: each as soon as those that it waits for have ended, whatever else is still under way.
//!
//! All fetches of an operation are polled by the one task that executes it, so the tree needs no lock.

use std::collections::VecDeque;
use std::future::pending;
use std::sync::Arc;
use std::time::Instant;

use futures::StreamExt;
use futures::stream::FuturesUnordered;
use router_planner::plan::{Call, Fetch, FetchId, OutputValue, QueryPlan, Selection};
use router_schema::OperationKind;
use router_transport::{Answer, Request, Transport, TransportError};
use tracing::{Instrument, info_span};

use crate::fetch::{Gathered, Targets, prepare};
use crate::inner::Inner;
use crate::project;
use crate::request::ExecutionRequest;

/// Requests of one fetch under way at once; a fetch has more than one only where it takes values of objects above.
const AT_ONCE: usize = 16;

/// A fetch and how many it still waits for.
struct Waiting<'p> {
    fetch: &'p Fetch,
    for_fetches: usize,
    /// Requests that are not sent yet.
    queued: VecDeque<(Request, Targets)>,
    /// Where the answers of requests under way go, by the order in which they were sent.
    sent: Vec<Option<Targets>>,
}

/// Runs the fetches of a plan into `gathered`, except those that have `ended` already. Ends early when an answer does not
/// fit into it.
pub async fn run(inner: &Inner, request: &ExecutionRequest, gathered: &mut Gathered, ended: &[FetchId]) {
    let fetches = &request.plan.fetches;
    let mut waiting: Vec<Waiting<'_>> = fetches
        .iter()
        .map(|fetch| {
            let for_fetches = fetch.after.iter().filter(|id| !ended.contains(id)).count();
            Waiting { fetch, for_fetches, queued: VecDeque::new(), sent: Vec::new() }
        })
        .collect();
    let mut ready: Vec<usize> = waiting
        .iter()
        .enumerate()
        .filter(|(_, each)| each.for_fetches == 0 && !ended.contains(&each.fetch.id))
        .map(|(index, _)| index)
        .collect();
    let mut under_way = FuturesUnordered::new();
    let start = Instant::now();
    let mut time_is_up = std::pin::pin!(until(request.deadline));
    loop {
        while let Some(index) = ready.pop() {
            let Some(each) = waiting.get_mut(index) else { continue };
            let Some(transport) = inner.transport(each.fetch.subgraph) else {
                end(&mut waiting, index, &mut ready);
                continue;
            };
            if !is_pointless(&request.plan, each.fetch, gathered) {
                each.queued = prepare(&gathered.tree, each.fetch, request).into();
            }
            if each.queued.is_empty() {
                end(&mut waiting, index, &mut ready);
                continue;
            }
            for _ in 0..AT_ONCE {
                let Some((part, request)) = each.next() else { break };
                under_way.push(call(transport, each.fetch, (index, part), request));
            }
        }
        let answered = tokio::select! {
            biased;
            answered = under_way.next() => answered,
            () = &mut time_is_up => {
                expire(inner, gathered, &mut waiting, start);
                return;
            }
        };
        let Some(((index, part), answer)) = answered else { return };
        let Some(each) = waiting.get_mut(index) else { continue };
        if let Some(targets) = each.sent.get_mut(part).and_then(Option::take) {
            match answer {
                Ok(answer) => gathered.take(&inner.options, each.fetch, targets, answer),
                Err(error) => gathered.fail(&inner.options, each.fetch, &targets, &error),
            }
        }
        if gathered.overflown {
            return;
        }
        if let (Some(transport), Some((part, request))) = (inner.transport(each.fetch.subgraph), each.next())
        {
            under_way.push(call(transport, each.fetch, (index, part), request));
        } else if each.sent.iter().all(Option::is_none) {
            end(&mut waiting, index, &mut ready);
        }
    }
}

/// Whether a mutation must not run any more: the fields before it, all of which have been answered, leave nothing of the
/// operation's data. The specification lets a service stop there, and whoever sends mutations in series relies on it:
/// what follows a failure that must not be does not happen.
fn is_pointless(plan: &QueryPlan, fetch: &Fetch, gathered: &Gathered) -> bool {
    let Call::Root { selection, .. } = &fetch.call else { return false };
    if fetch.operation != OperationKind::Mutation {
        return false;
    }
    let is_asked_for = |name: &Arc<str>| {
        let mut selections = selection.selections.iter();
        selections.any(|each| matches!(each, Selection::Field(field) if field.internal == *name))
    };
    let mut fields = plan.output.fields.iter();
    let before = fields.position(
        |field| matches!(&field.value, OutputValue::Field { internal, .. } if is_asked_for(internal)),
    );
    before.is_some_and(|before| project::is_lost(plan, &gathered.tree, before))
}

impl Waiting<'_> {
    /// Takes the next request to be sent, with its number.
    fn next(&mut self) -> Option<(usize, Request)> {
        let (request, targets) = self.queued.pop_front()?;
        self.sent.push(Some(targets));
        Some((self.sent.len() - 1, request))
    }
}

/// Sends a request; the answer tells whose it is.
fn call<P>(
    transport: &Arc<dyn Transport>,
    fetch: &Fetch,
    whose: P,
    request: Request,
) -> impl Future<Output = (P, Result<Answer, TransportError>)> + use<P> {
    let transport = Arc::clone(transport);
    let span = info_span!("router.fetch", subgraph = &*fetch.subgraph_name, fetch = fetch.id.0);
    async move { (whose, transport.fetch(request).await) }.instrument(span)
}

/// Makes ready what waited for this fetch alone.
fn end(waiting: &mut [Waiting<'_>], index: usize, ready: &mut Vec<usize>) {
    let Some(id) = waiting.get(index).map(|each| each.fetch.id) else { return };
    for (index, each) in waiting.iter_mut().enumerate() {
        if each.fetch.after.contains(&id) {
            each.for_fetches = each.for_fetches.saturating_sub(1);
            if each.for_fetches == 0 {
                ready.push(index);
            }
        }
    }
}

/// The deadline has passed: what is still under way is given up.
fn expire(inner: &Inner, gathered: &mut Gathered, waiting: &mut [Waiting<'_>], start: Instant) {
    for each in waiting {
        let queued = each.queued.drain(..).map(|(_, targets)| targets);
        for targets in each.sent.drain(..).flatten().chain(queued) {
            let subgraph = each.fetch.subgraph_name.to_string();
            let error = TransportError::Timeout { subgraph, after: start.elapsed() };
            gathered.fail(&inner.options, each.fetch, &targets, &error);
        }
    }
}

async fn until(deadline: Option<Instant>) {
    match deadline {
        Some(deadline) => tokio::time::sleep_until(deadline.into()).await,
        None => pending().await,
    }
}

impl Inner {
    fn transport(&self, subgraph: router_schema::SubgraphId) -> Option<&Arc<dyn Transport>> {
        self.transports.get(subgraph.index())
    }
}
