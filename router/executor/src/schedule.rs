//! When fetches run: each as soon as those that it waits for have ended, whatever else is still under way.
//!
//! All fetches of an operation are polled by the one task that executes it, so the tree needs no lock.

use std::future::pending;
use std::sync::Arc;
use std::time::Instant;

use futures::StreamExt;
use futures::stream::FuturesUnordered;
use router_planner::plan::{Fetch, FetchId};
use router_transport::{Transport, TransportError};
use tracing::{Instrument, info_span};

use crate::executor::Inner;
use crate::fetch::{Gathered, Targets, prepare};
use crate::request::ExecutionRequest;

/// A fetch and how many it still waits for.
struct Waiting<'p> {
    fetch: &'p Fetch,
    for_fetches: usize,
    /// Set while the request is under way.
    sent: Option<Targets>,
}

/// Runs the fetches of a plan into `gathered`, except those that have `ended` already.
pub async fn run(inner: &Inner, request: &ExecutionRequest, gathered: &mut Gathered, ended: &[FetchId]) {
    let fetches = &request.plan.fetches;
    let mut waiting: Vec<Waiting<'_>> = fetches
        .iter()
        .map(|fetch| {
            let for_fetches = fetch.after.iter().filter(|id| !ended.contains(id)).count();
            Waiting { fetch, for_fetches, sent: None }
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
            let prepared = prepare(&gathered.tree, each.fetch, request);
            match (prepared, inner.transport(each.fetch.subgraph)) {
                (Some((request, targets)), Some(transport)) => {
                    each.sent = Some(targets);
                    let transport = Arc::clone(transport);
                    let span = info_span!(
                        "router.fetch",
                        subgraph = &*each.fetch.subgraph_name,
                        fetch = each.fetch.id.0
                    );
                    let call = async move { (index, transport.fetch(request).await) };
                    under_way.push(call.instrument(span));
                }
                (None, _) | (_, None) => end(&mut waiting, index, &mut ready),
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
        let Some((index, answer)) = answered else { return };
        let Some(each) = waiting.get_mut(index) else { continue };
        if let Some(targets) = each.sent.take() {
            match answer {
                Ok(answer) => gathered.take(&inner.options, each.fetch, targets, answer),
                Err(error) => gathered.fail(&inner.options, each.fetch, &targets, &error),
            }
        }
        end(&mut waiting, index, &mut ready);
    }
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
        if let Some(targets) = each.sent.take() {
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
