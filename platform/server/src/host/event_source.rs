//! A topic's log in another process, read over its internal endpoint.

use std::time::Duration;

use async_trait::async_trait;
use platform_events::{EventBatch, EventSource, Place, PullRequest, SourceError};
use platform_identity::{Caller, InternalKeys};
use reqwest::{Client, RequestBuilder, Url};
use serde::de::DeserializeOwned;

use super::remote::{RemoteError, address, client};
use crate::context::acting;
use crate::serve::Head;

/// What a pull may take beyond the time it is asked to wait.
const SLACK: Duration = Duration::from_secs(10);

/// Pulls events as the service that consumes them.
pub struct HttpEventSource {
    topic: String,
    url: Url,
    client: Client,
    caller: Caller,
    keys: InternalKeys,
}

impl HttpEventSource {
    /// `consumer` is the subgraph that reads; `topic` names the one at the base URL `url`.
    pub fn new(consumer: &str, topic: &str, url: &str, keys: InternalKeys) -> Result<Self, RemoteError> {
        let setting = format!("peers.{topic}");
        let uri = address(&setting, url, "/internal/events")?;
        let parsed = uri.to_string().parse();
        let invalid = |_| RemoteError::InvalidUrl { setting, url: url.to_owned() };
        Ok(Self {
            topic: topic.to_owned(),
            url: parsed.map_err(invalid)?,
            client: client(topic, &uri)?,
            caller: acting(consumer),
            keys,
        })
    }

    async fn send<T: DeserializeOwned>(&self, request: RequestBuilder) -> Result<T, SourceError> {
        let token = self.keys.mint(&self.caller, &self.topic).map_err(|error| self.failed(error))?;
        let answer = request.bearer_auth(token).send().await.map_err(|error| self.failed(error))?;
        let answer = answer.error_for_status().map_err(|error| self.failed(error))?;
        answer.json().await.map_err(|error| self.failed(error))
    }

    fn failed(&self, source: impl std::error::Error + Send + Sync + 'static) -> SourceError {
        SourceError { topic: self.topic.clone(), source: Box::new(source) }
    }
}

#[async_trait]
impl EventSource for HttpEventSource {
    fn topic(&self) -> &str {
        &self.topic
    }

    async fn pull(&self, after: Place, limit: u64, wait: Duration) -> Result<EventBatch, SourceError> {
        let wait_ms = u64::try_from(wait.as_millis()).unwrap_or(u64::MAX);
        let request = self.client.post(self.url.clone()).timeout(wait.saturating_add(SLACK));
        let Place { position: after, event: seen } = after;
        self.send(request.json(&PullRequest { after, seen, limit, wait_ms })).await
    }

    async fn head(&self) -> Result<i64, SourceError> {
        let head: Head = self.send(self.client.get(self.url.clone()).timeout(SLACK)).await?;
        Ok(head.position)
    }
}
