//! Answers to the events of subscriptions, as they leave the engine: so many made at once, each with room to wait in, each
//! charged to its caller. A caller that has spent its account waits for its next event until the account is even; what
//! happens meanwhile waits at the subgraph, as for a slow reader.

use std::net::IpAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use async_trait::async_trait;
use futures::StreamExt;
use futures::stream::{BoxStream, Stream};
use platform_listener::Shares;
use router_transport::turn::{Held, Turn, Turns};

use crate::answer::{Answer, Events, NoRoom};
use crate::config::Quota;
use crate::edge::{QuotaKey, RateLimiter};
use crate::waiting::Waiting;

/// Of processors, how many events each answers at once.
const PER_CORE: usize = 2;
const FEWEST: usize = 8;

/// How many events are answered at once unless it is said.
pub fn default_at_once() -> usize {
    std::thread::available_parallelism().map_or(FEWEST, |cores| (cores.get() * PER_CORE).max(FEWEST))
}

/// The turns of one network. It has half of all at most, so that others get some.
pub struct OfNetwork {
    pub shares: Arc<Shares>,
    pub network: IpAddr,
}

#[async_trait]
impl Turns for OfNetwork {
    async fn take(&self) -> Held {
        Box::new(self.shares.take(self.network, 1).await)
    }
}

/// A stream whose events are made in turn.
pub struct InTurn {
    pub answers: BoxStream<'static, Answer>,
    pub turn: Turn,
}

impl Stream for InTurn {
    type Item = Answer;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Answer>> {
        let this = &mut *self;
        let answers = &mut this.answers;
        let polled = this.turn.around(|| answers.poll_next_unpin(context));
        if polled.is_ready() {
            this.turn.end();
        }
        polled
    }
}

/// Whose events are charged, and how.
pub struct Account {
    pub limiter: RateLimiter,
    pub key: QuotaKey,
    pub quota: Option<Quota>,
    /// As how many operations an event counts at least.
    pub least: u32,
    pub bytes_per_operation: usize,
}

impl Account {
    fn charge(&self, answer: &Answer) {
        let by_bytes = answer.written().div_ceil(self.bytes_per_operation.max(1));
        let operations = u32::try_from(by_bytes).unwrap_or(u32::MAX).max(self.least);
        self.limiter.owe(self.key, self.quota, operations);
    }
}

/// Charges each event, gives it room, and takes the next when the account is even.
pub fn charged(
    answers: impl Stream<Item = Answer> + Send + 'static,
    account: Account,
    waiting: Waiting,
    network: IpAddr,
) -> Events {
    let state = Some((answers.boxed(), account, waiting));
    let events = futures::stream::unfold(state, move |state| async move {
        let (mut answers, account, waiting) = state?;
        account.limiter.settled(account.key, account.quota).await;
        let answer = answers.next().await?;
        account.charge(&answer);
        match waiting.room_of_event(network, answer.size()).await {
            Ok(room) => Some((Ok((answer, Some(room))), Some((answers, account, waiting)))),
            Err(NoRoom) => Some((Err(NoRoom), None)),
        }
    });
    events.boxed()
}
