//! A caller of a subgraph, over real HTTP and WebSocket, with an identity as the gateway would mint it.

use std::sync::Arc;
use std::time::Duration;

use futures::StreamExt;
use futures::stream::BoxStream;
use http::HeaderMap;
use platform_commerce::Market;
use platform_core::id::SessionId;
use platform_identity::{Caller, Identity, InternalKeys, Role, Scope};
use platform_server::remote_transport;
use router_transport::{Request, Response};
use serde_json::{Value, json};

use crate::answer::Answer;

const PATIENCE: Duration = Duration::from_secs(20);

/// Cheap to clone; the methods that change the identity return the changed client.
#[derive(Clone)]
pub struct TestClient {
    pub(crate) http: reqwest::Client,
    pub(crate) base: Arc<str>,
    pub(crate) subgraph: &'static str,
    pub(crate) keys: InternalKeys,
    pub(crate) identity: Identity,
}

impl TestClient {
    pub fn identity(&self) -> &Identity {
        &self.identity
    }

    pub fn caller(&self) -> Caller {
        Caller::new(self.identity.clone())
    }

    #[must_use]
    pub fn with_scopes(mut self, scopes: impl IntoIterator<Item = Scope>) -> Self {
        self.identity.scopes.extend(scopes.into_iter().map(String::from));
        self
    }

    #[must_use]
    pub fn with_roles(mut self, roles: impl IntoIterator<Item = Role>) -> Self {
        self.identity.roles.extend(roles);
        self
    }

    #[must_use]
    pub fn with_session(mut self, session: SessionId) -> Self {
        self.identity.session = Some(session);
        self
    }

    /// The stable id of a guest's device.
    #[must_use]
    pub fn with_guest(mut self, guest: &str) -> Self {
        self.identity.guest = Some(guest.to_owned());
        self
    }

    #[must_use]
    pub fn in_market(mut self, market: Market) -> Self {
        self.identity.context = market.into();
        self
    }

    /// Runs an operation of the composed schema.
    pub async fn execute(&self, query: &str, variables: Value) -> Answer {
        self.post("/graphql", query, variables).await
    }

    /// Runs a mutation whose `input` is of the type that is named after it, and asks for the type of the payload alone.
    pub async fn mutate(&self, mutation: &str, input: Value) -> Answer {
        let (first, rest) = mutation.split_at(1);
        let first = first.to_uppercase();
        let operation = format!(
            "mutation ($input: {first}{rest}Input!) {{ {mutation}(input: $input) {{ __typename }} }}"
        );
        self.execute(&operation, json!({ "input": input })).await
    }

    /// Runs an operation of the internal schema; only services are let in.
    pub async fn execute_internal(&self, query: &str, variables: Value) -> Answer {
        self.post("/internal/graphql", query, variables).await
    }

    async fn post(&self, path: &str, query: &str, variables: Value) -> Answer {
        let token = self.keys.mint(&self.caller(), self.subgraph).expect("identities can be signed");
        let request = self
            .http
            .post(format!("{}{path}", self.base))
            .bearer_auth(token)
            .json(&json!({ "query": query, "variables": variables }));
        let answer = request.send().await.expect("the server answers");
        let status = answer.status().as_u16();
        Answer { status, body: answer.json().await.expect("the answer is JSON") }
    }

    /// Starts a subscription over a WebSocket.
    pub async fn subscribe(&self, query: &str, variables: Value) -> TestSubscription {
        let transport = remote_transport(self.subgraph, &self.base, "/graphql", self.keys.clone())
            .expect("the server has an address");
        let Value::Object(variables) = variables else { panic!("variables are an object") };
        let request = Request {
            query: query.into(),
            operation_name: None,
            variables: variables.into(),
            caller: Some(self.caller()),
            headers: Arc::new(HeaderMap::new()),
            deadline: None,
            idempotent: true,
        };
        let events = transport.subscribe(request).await.expect("the subscription starts");
        TestSubscription { events }
    }
}

/// An open subscription; dropping it ends it.
pub struct TestSubscription {
    events: BoxStream<'static, Response>,
}

impl TestSubscription {
    /// The next event.
    pub async fn next(&mut self) -> Answer {
        self.try_next().await.expect("the subscription goes on")
    }

    /// The next event, or `None` at the subscription's end.
    pub async fn try_next(&mut self) -> Option<Answer> {
        let event = tokio::time::timeout(PATIENCE, self.events.next()).await;
        let event = event.unwrap_or_else(|_| panic!("no event came within {PATIENCE:?}"))?;
        Some(Answer { status: 200, body: serde_json::to_value(event).expect("a response is JSON") })
    }

    /// The first event that `wanted` accepts; others before it are passed over.
    pub async fn until(&mut self, mut wanted: impl FnMut(&Answer) -> bool) -> Answer {
        loop {
            let event = self.next().await;
            if wanted(&event) {
                return event;
            }
        }
    }
}
