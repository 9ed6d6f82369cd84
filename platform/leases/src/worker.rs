//! The worker of a process: finds what is due because its time has come or a dead worker's lease has run out.

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use platform_core::Clock;
use platform_core::error::describe;
use platform_database::{Database, StoreError};
use tokio::sync::{Notify, Semaphore};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::pace::{Pace, Retries};
use crate::table::LeasedTable;

/// How long what is at work may take to end when the process stops; after that its leases run out.
const STOP_PATIENCE: Duration = Duration::from_secs(10);
/// After looking for rows has failed again and again.
const RETRIES: Retries = Retries { first: Duration::from_millis(250), longest: Duration::from_secs(5) };
/// How often rows that are kept no longer are removed.
const CLEANING_INTERVAL: Duration = Duration::from_secs(3_600);

/// What is queued in a [`LeasedTable`], and how it is worked at.
pub trait Queue: Send + Sync + 'static {
    const TABLE: &'static LeasedTable;
    /// Whether [`Self::rung`] tells of a row that is due now, so that it is claimed without looking.
    const RINGS_WHEN_DUE: bool;
    /// A row that this process holds.
    type Claim: Send + 'static;

    fn database(&self) -> &Database;
    fn clock(&self) -> &dyn Clock;
    fn pace(&self) -> Pace;

    /// Rung where a row may be due sooner than the worker knows.
    fn rung(&self) -> &Notify;

    /// Claims at most so many rows that are due.
    fn claim(&self, limit: usize) -> impl Future<Output = Result<Vec<Self::Claim>, StoreError>> + Send;

    /// Does what a row asks for, and stores how that ended.
    fn work(&self, claim: Self::Claim) -> impl Future<Output = ()> + Send;

    /// Removes rows that are kept no longer.
    fn clean(&self, now: DateTime<Utc>) -> impl Future<Output = Result<(), StoreError>> + Send;

    /// Completes when nothing of the queue is at work in this process, whoever began it.
    fn rest(&self) -> impl Future<Output = ()> + Send {
        async {}
    }
}

/// Works until `stop` is cancelled, and then until what is at work here has ended.
pub async fn run<Q: Queue>(queue: Arc<Q>, stop: CancellationToken) {
    let slots = Arc::new(Semaphore::new(queue.pace().concurrency));
    let (mut tasks, mut cleaned, mut failures) = (JoinSet::new(), None, 0_u32);
    // Whether something is due as far as is known.
    let mut is_due = true;
    while !stop.is_cancelled() {
        while tasks.try_join_next().is_some() {}
        clean(&*queue, &mut cleaned).await;
        let pause = match start_due(&queue, &mut tasks, &slots, is_due).await {
            Ok(pause) => {
                failures = 0;
                pause.min(queue.pace().poll)
            }
            Err(error) => {
                failures = failures.saturating_add(1);
                let pause = RETRIES.pause(failures);
                let (subgraph, table) = (queue.database().subgraph(), Q::TABLE.name);
                tracing::warn!(subgraph, table, error = %describe(&error), ?pause, "what is due is not looked for; trying again");
                pause
            }
        };
        // Whoever has no slot left does not know whether more is due.
        let was_full = slots.available_permits() == 0;
        is_due = tokio::select! {
            () = stop.cancelled() => break,
            // Where nothing can be stored, whatever fails by it would ring.
            () = queue.rung().notified(), if failures == 0 => Q::RINGS_WHEN_DUE,
            Some(_) = tasks.join_next() => was_full,
            () = tokio::time::sleep(pause) => false,
        };
    }
    let ended = async {
        while tasks.join_next().await.is_some() {}
        queue.rest().await;
    };
    if tokio::time::timeout(STOP_PATIENCE, ended).await.is_err() {
        let (subgraph, table) = (queue.database().subgraph(), Q::TABLE.name);
        tracing::warn!(subgraph, table, "work is cut off; it is done again when its leases end");
    }
}

/// Starts what is due, as far as slots are free; returns how long nothing more is.
async fn start_due<Q: Queue>(
    queue: &Arc<Q>,
    tasks: &mut JoinSet<()>,
    slots: &Arc<Semaphore>,
    mut is_due: bool,
) -> Result<Duration, StoreError> {
    let poll = queue.pace().poll;
    loop {
        let free = slots.available_permits();
        if free == 0 {
            return Ok(poll);
        }
        if !is_due {
            let Some(next) = Q::TABLE.next_due(queue.database()).await? else { return Ok(poll) };
            let pause = (next - queue.clock().now()).to_std().unwrap_or(Duration::ZERO);
            if !pause.is_zero() {
                return Ok(pause);
            }
        }
        let claims = queue.claim(free).await?;
        // What is due is of a kind that this process does not know.
        if claims.is_empty() && !is_due {
            return Ok(poll);
        }
        is_due = false;
        for claim in claims {
            let Ok(slot) = slots.clone().try_acquire_owned() else { break };
            let queue = queue.clone();
            tasks.spawn(async move {
                queue.work(claim).await;
                drop(slot);
            });
        }
    }
}

/// Lets the queue clean when it is time to.
async fn clean<Q: Queue>(queue: &Q, cleaned: &mut Option<DateTime<Utc>>) {
    let now = queue.clock().now();
    // A clock may also have been ahead.
    if cleaned.is_some_and(|at| (now - at).abs().to_std().is_ok_and(|since| since < CLEANING_INTERVAL)) {
        return;
    }
    *cleaned = Some(now);
    if let Err(error) = queue.clean(now).await {
        let (subgraph, table) = (queue.database().subgraph(), Q::TABLE.name);
        tracing::warn!(subgraph, table, error = %describe(&error), "rows that are kept no longer are not removed");
    }
}
