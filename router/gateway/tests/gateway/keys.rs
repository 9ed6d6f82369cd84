//! API keys of whoever stays connected: what a key may do at the moment is what its open connections may do.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use platform_core::clock::{Clock, SystemClock};
use platform_core::id::PartnerId;
use platform_identity::Identity;
use reqwest::StatusCode;
use router_gateway::auth::{ApiKeyGrant, ApiKeyLookup, AuthError};
use serde_json::{Value, json};
use tokio::sync::watch;

use crate::support::socket::Socket;
use crate::support::{Harness, code, config, read};

const KEY: &str = "sk_good";
const LIMIT: Duration = Duration::from_secs(5);

/// The one key's grant, as the test has set it.
struct OneKey(watch::Sender<Result<Option<ApiKeyGrant>, AuthError>>);

impl OneKey {
    fn becomes(&self, grant: Result<Option<ApiKeyGrant>, AuthError>) {
        self.0.send_modify(|known| *known = grant);
    }
}

#[async_trait]
impl ApiKeyLookup for OneKey {
    async fn look_up(&self, key: &str) -> Result<Option<ApiKeyGrant>, AuthError> {
        assert_eq!(key, KEY);
        self.0.borrow().clone()
    }
}

fn grant(scopes: &[&str]) -> ApiKeyGrant {
    let partner: PartnerId = "0193a5b0-0000-7000-8000-0000000000aa".parse().unwrap();
    let scopes: BTreeSet<String> = scopes.iter().map(|&scope| scope.to_owned()).collect();
    let identity = Identity { partner: Some(partner), scopes, ..Identity::guest() };
    ApiKeyGrant { identity, quota: None, expires_at: None }
}

/// A key of these scopes, and what is open by it: a WebSocket, an event stream and a multipart stream.
struct Open {
    harness: Harness,
    key: Arc<OneKey>,
    socket: Socket,
    streams: Vec<reqwest::Response>,
}

impl Open {
    async fn by(granted: ApiKeyGrant) -> Self {
        let key = Arc::new(OneKey(watch::Sender::new(Ok(Some(granted)))));
        let lookup = key.clone();
        let harness = Harness::with(config(), |builder| builder.api_keys(lookup)).await;
        let mut socket = Socket::ready_with(harness.address, json!({ "x-api-key": KEY })).await;
        socket.subscribe("1", "subscription { version }").await;
        assert_eq!(socket.receive().await["payload"]["data"]["version"], 1);
        let mut streams = Vec::new();
        for accept in ["text/event-stream", "multipart/mixed;subscriptionSpec=1.0"] {
            let stream = harness.post(&json!({ "query": "subscription { version }" }));
            let stream = stream.header("x-api-key", KEY).header("accept", accept).send().await.unwrap();
            assert_eq!(stream.status(), StatusCode::OK);
            streams.push(stream);
        }
        harness.subgraph.open_streams(3).await;
        Self { harness, key, socket, streams }
    }

    async fn ask(&self) -> (StatusCode, Value) {
        read(self.harness.post(&json!({ "query": "{ me }" })).header("x-api-key", KEY).send().await.unwrap())
            .await
    }

    /// Everything that is open ends within the limit, and says why.
    async fn ends(mut self, says: &str) -> Harness {
        let ended = async {
            assert_eq!(self.socket.close_code().await, 4403);
            for stream in self.streams {
                let rest = stream.text().await.unwrap();
                assert!(rest.contains(says), "{rest}");
            }
            self.harness.subgraph.open_streams(0).await;
        };
        tokio::time::timeout(LIMIT, ended).await.expect("what is open by the key ends");
        self.harness
    }
}

/// Check 16: a key that is revoked, or was rotated away, ends what is open by it, and not requests alone.
#[tokio::test]
async fn a_revoked_key_ends_its_open_connections() {
    let open = Open::by(grant(&["orders:read"])).await;
    open.key.becomes(Ok(None));
    let harness = open.ends("UNAUTHENTICATED").await;
    let request = harness.post(&json!({ "query": "{ me }" })).header("x-api-key", KEY);
    let (status, body) = read(request.send().await.unwrap()).await;
    assert_eq!((status, code(&body)), (StatusCode::UNAUTHORIZED, "UNAUTHENTICATED"));
}

/// Check 16: the gateway knows by its own clock when a key ends.
#[tokio::test]
async fn a_key_that_expires_ends_its_open_connections() {
    let soon = SystemClock.now() + Duration::from_secs(2);
    let open = Open::by(ApiKeyGrant { expires_at: Some(soon), ..grant(&["orders:read"]) }).await;
    let harness = open.ends("UNAUTHENTICATED").await;
    let request = harness.post(&json!({ "query": "{ me }" })).header("x-api-key", KEY);
    assert_eq!(read(request.send().await.unwrap()).await.0, StatusCode::UNAUTHORIZED);
}

/// Check 16: what was begun with a scope, or for a vendor, does not go on without it.
#[tokio::test]
async fn a_key_that_lost_a_right_ends_its_open_connections() {
    let open = Open::by(grant(&["orders:read", "vendor:a", "vendor:b"])).await;
    open.key.becomes(Ok(Some(grant(&["orders:read", "vendor:a"]))));
    open.ends("FORBIDDEN").await;
}

/// An operation on a socket is what a request would be: it may do what the key may do by then.
#[tokio::test]
async fn an_operation_on_a_socket_has_the_rights_that_the_key_has_by_then() {
    let mut open = Open::by(grant(&[])).await;
    open.socket.subscribe("2", "{ report }").await;
    assert_eq!(open.socket.receive().await["payload"]["errors"][0]["extensions"]["code"], "FORBIDDEN");
    assert_eq!(open.socket.receive().await["type"], "complete");
    open.key.becomes(Ok(Some(grant(&["orders:read"]))));
    let granted = async {
        loop {
            open.socket.subscribe("2", "{ report }").await;
            let answer = open.socket.receive().await;
            assert_eq!(open.socket.receive().await["type"], "complete");
            if answer["payload"]["data"]["report"] == "report" {
                return;
            }
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(LIMIT, granted).await.expect("the new right is known");
    // Nothing was lost, so what is open goes on.
    open.harness.subgraph.0.version.send_replace(2);
    assert_eq!(open.socket.receive().await["payload"]["data"]["version"], 2);
}

/// Whoever keeps the keys may be away: that ends nobody's connection.
#[tokio::test]
async fn connections_outlive_an_outage_of_whoever_keeps_the_keys() {
    let mut open = Open::by(grant(&[])).await;
    open.key.becomes(Err(AuthError::Unavailable));
    let away = async {
        while open.ask().await.0 != StatusCode::SERVICE_UNAVAILABLE {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(LIMIT, away).await.expect("the outage is noticed");
    open.socket.subscribe("2", "{ hello }").await;
    let refused = open.socket.receive().await;
    assert_eq!(refused["payload"][0]["extensions"]["code"], "UNAVAILABLE", "{refused}");
    open.harness.subgraph.0.version.send_replace(2);
    assert_eq!(open.socket.receive().await["payload"]["data"]["version"], 2);
}
