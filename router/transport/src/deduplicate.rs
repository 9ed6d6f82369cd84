//! One request for all who ask a subgraph the same at the same time.
//!
//! Owns: the queries that are under way at one subgraph, and those who wait for another's answer. Invariant: an answer is
//! shared only where document, variables, headers and caller are the same, so that nobody sees what another may see;
//! mutations are always sent, and failures are nobody's but the one's who met them. Deliberately absent: answers that
//! are kept once they were had. What is shared may be as old as the request that was under way.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use ::http::{HeaderName, HeaderValue};
use async_trait::async_trait;
use futures::stream::BoxStream;
use platform_identity::Caller;
use tokio::sync::watch;
use tokio::time::{Instant, timeout_at};

use crate::{Answer, Request, Response, Transport, TransportError};

/// Headers that tell requests apart and change no answer.
const OF_THE_TRACE: [&str; 3] = ["traceparent", "tracestate", "x-request-id"];

/// A subgraph that is asked once for what is asked at the same time.
pub struct Deduplicated {
    inner: Arc<dyn Transport>,
    under_way: UnderWay,
}

type UnderWay = Mutex<HashMap<Key, watch::Receiver<Option<Answer>>>>;

/// All that an answer depends on.
#[derive(Clone, PartialEq, Eq, Hash)]
struct Key {
    query: Arc<str>,
    operation_name: Option<Arc<str>>,
    variables: String,
    caller: Option<Caller>,
    headers: Vec<(HeaderName, HeaderValue)>,
}

impl Key {
    /// `None` for what is never shared.
    fn of(request: &Request) -> Option<Self> {
        if !request.idempotent {
            return None;
        }
        let told = request.headers.iter().filter(|(name, _)| !OF_THE_TRACE.contains(&name.as_str()));
        let mut headers: Vec<_> = told.map(|(name, value)| (name.clone(), value.clone())).collect();
        headers.sort_by(|one, other| (one.0.as_str(), &one.1).cmp(&(other.0.as_str(), &other.1)));
        Some(Self {
            query: Arc::clone(&request.query),
            operation_name: request.operation_name.clone(),
            variables: serde_json::to_string(&request.variables).ok()?,
            caller: request.caller.clone(),
            headers,
        })
    }
}

/// What a request has to do.
enum Turn<'a> {
    Asks(Asking<'a>),
    Waits(watch::Receiver<Option<Answer>>),
}

/// The request that the others wait for. When it ends, however it does, they are let go.
struct Asking<'a> {
    under_way: &'a UnderWay,
    key: Key,
    others: watch::Sender<Option<Answer>>,
}

impl Drop for Asking<'_> {
    fn drop(&mut self) {
        self.under_way.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.key);
    }
}

impl Deduplicated {
    pub fn new(inner: Arc<dyn Transport>) -> Self {
        Self { inner, under_way: UnderWay::default() }
    }

    fn turn(&self, key: Key) -> Turn<'_> {
        let mut under_way = self.under_way.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(answer) = under_way.get(&key) {
            return Turn::Waits(answer.clone());
        }
        let (others, answer) = watch::channel(None);
        under_way.insert(key.clone(), answer);
        Turn::Asks(Asking { under_way: &self.under_way, key, others })
    }
}

/// Another's answer; `None` when there is none, or not in time.
async fn shared(mut answer: watch::Receiver<Option<Answer>>, deadline: Option<Instant>) -> Option<Answer> {
    let told = answer.wait_for(Option::is_some);
    let told = match deadline {
        Some(deadline) => timeout_at(deadline, told).await.ok()?,
        None => told.await,
    };
    told.ok()?.clone()
}

#[async_trait]
impl Transport for Deduplicated {
    async fn execute(&self, request: Request) -> Result<Response, TransportError> {
        self.inner.execute(request).await
    }

    async fn fetch(&self, request: Request) -> Result<Answer, TransportError> {
        let Some(key) = Key::of(&request) else { return self.inner.fetch(request).await };
        match self.turn(key) {
            Turn::Asks(asking) => {
                let answer = self.inner.fetch(request).await?;
                asking.others.send_replace(Some(answer.clone()));
                Ok(answer)
            }
            Turn::Waits(answer) => match shared(answer, request.deadline.map(Instant::from_std)).await {
                Some(answer) => Ok(answer),
                None => self.inner.fetch(request).await,
            },
        }
    }

    async fn subscribe(&self, request: Request) -> Result<BoxStream<'static, Response>, TransportError> {
        self.inner.subscribe(request).await
    }

    async fn events(&self, request: Request) -> Result<BoxStream<'static, Answer>, TransportError> {
        self.inner.events(request).await
    }
}
