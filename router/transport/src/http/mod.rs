//! A subgraph over HTTP: POST for queries and mutations, graphql-transport-ws for subscriptions.
//!
//! Owns: the pool of connections to one subgraph, the deadline of a call, retries within a budget, and the circuit
//! breaker. Invariant: a call ends by its deadline, and no answer is held beyond `max_response_bytes`.

mod answer;
mod breaker;
mod client;
mod options;
mod retry;
mod tls;
mod websocket;

pub use options::{BreakerOptions, HttpOptions, RetryOptions};
pub use tls::TlsError;

use std::sync::Arc;
use std::time::Duration;

use ::http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE};
use ::http::{HeaderMap, HeaderName, HeaderValue};
use async_trait::async_trait;
use bytes::Bytes;
use futures::stream::BoxStream;
use serde::Serialize;
use tokio::time::Instant;

use crate::http::answer::Readable;
use crate::http::breaker::Breaker;
use crate::http::client::Client;
use crate::http::retry::RetryBudget;
use crate::tree::Object;
use crate::{Answer, CredentialSource, Request, Response, Transport, TransportError};

/// Milliseconds until the answer is of no use any more, as of sending.
pub const TIMEOUT_HEADER: HeaderName = HeaderName::from_static("x-souk-timeout-ms");

const ACCEPTED: HeaderValue =
    HeaderValue::from_static("application/graphql-response+json, application/json;q=0.9");

/// One subgraph, reached by its URL.
pub struct HttpTransport {
    subgraph: Arc<str>,
    options: HttpOptions,
    credentials: Option<Arc<dyn CredentialSource>>,
    client: Client,
    breaker: Breaker,
    budget: RetryBudget,
}

/// Why no transport can be made of the options.
#[derive(Debug, thiserror::Error)]
#[error("`{subgraph}` cannot be reached at {url}")]
pub struct HttpTransportError {
    pub subgraph: String,
    pub url: String,
    #[source]
    pub source: TlsError,
}

impl HttpTransport {
    /// Opens no connection yet.
    pub fn new(
        subgraph: impl Into<Arc<str>>,
        options: HttpOptions,
        credentials: Option<Arc<dyn CredentialSource>>,
    ) -> Result<Self, HttpTransportError> {
        let subgraph = subgraph.into();
        let client = Client::new(Arc::clone(&subgraph), &options).map_err(|source| HttpTransportError {
            subgraph: subgraph.to_string(),
            url: options.url.to_string(),
            source,
        })?;
        let breaker = Breaker::new(options.breaker.clone());
        let budget = RetryBudget::new(options.retry.clone());
        Ok(Self { subgraph, options, credentials, client, breaker, budget })
    }

    /// The caller's headers with ours, which win.
    fn headers(&self, request: &Request) -> HeaderMap {
        let mut headers = HeaderMap::clone(&request.headers);
        if let (Some(caller), Some(source)) = (&request.caller, &self.credentials)
            && let Some(value) = source.authorization(caller, &self.subgraph)
        {
            headers.insert(AUTHORIZATION, value);
        }
        headers
    }

    fn deadline(&self, request: &Request, start: Instant) -> Instant {
        let own = start + self.options.timeout;
        request.deadline.map_or(own, |deadline| own.min(Instant::from_std(deadline)))
    }

    fn timeout(&self, start: Instant) -> TransportError {
        TransportError::Timeout { subgraph: self.subgraph.to_string(), after: start.elapsed() }
    }

    /// One attempt, counted by the circuit breaker.
    async fn attempt<A: Readable>(
        &self,
        headers: &HeaderMap,
        body: &Bytes,
        start: Instant,
        deadline: Instant,
    ) -> Result<A, Failure> {
        let Some(permit) = self.breaker.acquire(Instant::now()) else {
            let subgraph = self.subgraph.to_string();
            return Err(Failure { error: TransportError::CircuitOpen { subgraph }, unsent: false });
        };
        let mut headers = headers.clone();
        headers.insert(TIMEOUT_HEADER, remaining_millis(deadline));
        let began = Instant::now();
        match tokio::time::timeout_at(
            deadline,
            self.client.post(headers, body.clone(), self.credentials.is_some()),
        )
        .await
        {
            Ok(Ok(response)) => {
                permit.succeeded();
                Ok(response)
            }
            Ok(Err(failure)) => {
                if failure.tells_of_trouble() {
                    permit.failed(Instant::now());
                } else {
                    permit.succeeded();
                }
                Err(failure)
            }
            Err(_) => {
                // A caller in a hurry says nothing about the subgraph's health.
                if began.elapsed() >= self.options.breaker.slow_call.min(self.options.timeout) {
                    permit.failed(Instant::now());
                }
                Err(Failure { error: self.timeout(start), unsent: false })
            }
        }
    }
}

/// A failed attempt, and whether the subgraph certainly saw nothing of it.
struct Failure {
    error: TransportError,
    unsent: bool,
}

impl Failure {
    /// Whether the subgraph is at fault as a whole. One that refuses a request, or whose answer to it cannot be used,
    /// may serve others well; else a client could have it rest by asking for the impossible.
    fn tells_of_trouble(&self) -> bool {
        match &self.error {
            TransportError::Unreachable { .. } | TransportError::Timeout { .. } => true,
            TransportError::Status { status, .. } => *status >= 500,
            TransportError::Malformed { .. }
            | TransportError::TooLarge { .. }
            | TransportError::CircuitOpen { .. }
            | TransportError::Unbelieved { .. }
            | TransportError::SubscriptionsUnsupported { .. } => false,
        }
    }

    /// Whether the same request may be sent again: nothing was done, or doing it twice does no harm and another
    /// attempt might fare better.
    fn may_retry(&self, idempotent: bool) -> bool {
        let transient = match &self.error {
            TransportError::Unreachable { .. } => true,
            TransportError::Status { status, .. } => matches!(status, 502..=504),
            TransportError::Timeout { .. }
            | TransportError::Malformed { .. }
            | TransportError::TooLarge { .. }
            | TransportError::CircuitOpen { .. }
            | TransportError::Unbelieved { .. }
            | TransportError::SubscriptionsUnsupported { .. } => false,
        };
        transient && (self.unsent || idempotent)
    }
}

#[async_trait]
impl Transport for HttpTransport {
    async fn execute(&self, request: Request) -> Result<Response, TransportError> {
        self.call(request).await
    }

    async fn fetch(&self, request: Request) -> Result<Answer, TransportError> {
        self.call(request).await
    }

    async fn subscribe(&self, request: Request) -> Result<BoxStream<'static, Response>, TransportError> {
        self.open(request).await
    }

    async fn events(&self, request: Request) -> Result<BoxStream<'static, Answer>, TransportError> {
        self.open(request).await
    }
}

impl HttpTransport {
    /// Starts a subscription.
    async fn open<A: Readable>(&self, request: Request) -> Result<BoxStream<'static, A>, TransportError> {
        let start = Instant::now();
        let opening = start + self.options.connect_timeout.saturating_mul(2);
        let headers = self.headers(&request);
        let payload = Payload::of(&request);
        let opened = self.client.subscribe(headers, payload, &self.options);
        match tokio::time::timeout_at(opening, opened).await {
            Ok(Err(TransportError::Status { subgraph, status: 401 | 4401 | 4403 }))
                if self.credentials.is_some() =>
            {
                Err(TransportError::Unbelieved { subgraph })
            }
            Ok(stream) => stream,
            Err(_) => Err(self.timeout(start)),
        }
    }

    /// Attempts until there is an answer, or no point in another attempt.
    async fn call<A: Readable>(&self, request: Request) -> Result<A, TransportError> {
        let start = Instant::now();
        let deadline = self.deadline(&request, start);
        let mut headers = self.headers(&request);
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        headers.insert(ACCEPT, ACCEPTED);
        let body = self.body(&request)?;
        self.budget.deposit();
        let mut attempt = 0;
        loop {
            let failure = match self.attempt(&headers, &body, start, deadline).await {
                Ok(response) => return Ok(response),
                Err(failure) => failure,
            };
            let pause = self.budget.pause(attempt);
            let in_time = Instant::now() + pause < deadline;
            if !in_time || !failure.may_retry(request.idempotent) || !self.budget.withdraw(attempt) {
                return Err(failure.error);
            }
            attempt += 1;
            tracing::debug!(subgraph = %self.subgraph, attempt, error = %failure.error, "trying again");
            tokio::time::sleep(pause).await;
        }
    }

    fn body(&self, request: &Request) -> Result<Bytes, TransportError> {
        match serde_json::to_vec(&Payload::of(request)) {
            Ok(body) => Ok(Bytes::from(body)),
            Err(error) => Err(TransportError::Malformed {
                subgraph: self.subgraph.to_string(),
                reason: format!("the request cannot be written as JSON: {error}"),
            }),
        }
    }
}

/// The operation as GraphQL over HTTP and graphql-transport-ws spell it.
#[derive(Serialize)]
struct Payload<'a> {
    query: &'a str,
    #[serde(rename = "operationName", skip_serializing_if = "Option::is_none")]
    operation_name: Option<&'a str>,
    #[serde(skip_serializing_if = "Object::is_empty")]
    variables: &'a Object,
}

impl<'a> Payload<'a> {
    fn of(request: &'a Request) -> Self {
        Self {
            query: &request.query,
            operation_name: request.operation_name.as_deref(),
            variables: &request.variables,
        }
    }
}

fn remaining_millis(deadline: Instant) -> HeaderValue {
    let remaining: Duration = deadline.saturating_duration_since(Instant::now());
    HeaderValue::from(u64::try_from(remaining.as_millis()).unwrap_or(u64::MAX))
}
