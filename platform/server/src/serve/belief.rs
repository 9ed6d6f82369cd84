//! Whether other processes believe what this one signs: with another key, or another time, it is up and cannot do its
//! work.
//!
//! Invariant: a peer that is away says nothing of this process. Where one peer believes it, the one that does not is set
//! up wrong, and says so itself.

use std::time::{Duration, Instant};

use axum::http::{StatusCode, Uri};
use futures::future::join_all;
use platform_identity::{Caller, InternalKeys};
use reqwest::Client;
use router_transport::TransportError;
use tokio::sync::Mutex;

use crate::context::acting;

/// How long what peers said counts.
const AGE: Duration = Duration::from_secs(2);
/// How long a peer may take: less than a router waits for this process to say how it is.
const WITHIN: Duration = Duration::from_secs(1);

/// A subgraph of another process.
pub(crate) struct RemotePeer {
    pub(crate) name: String,
    /// Of something that only services may ask, and that costs it little.
    pub(crate) url: Uri,
    pub(crate) client: Client,
}

/// What is known of the belief of a subgraph's peers.
pub(crate) struct Belief {
    peers: Vec<RemotePeer>,
    caller: Caller,
    keys: InternalKeys,
    /// Who asks while it is being found out waits for it.
    known: Mutex<Option<(Instant, Option<String>)>>,
}

impl Belief {
    pub(crate) fn new(service: &str, peers: Vec<RemotePeer>, keys: InternalKeys) -> Self {
        Self { peers, caller: acting(service), keys, known: Mutex::new(None) }
    }

    /// What keeps this process from asking its peers for anything, for people.
    pub(crate) async fn lacking(&self) -> Option<String> {
        if self.peers.is_empty() {
            return None;
        }
        let mut known = self.known.lock().await;
        if let Some((at, told)) = &*known
            && at.elapsed() < AGE
        {
            return told.clone();
        }
        let told = self.ask().await;
        *known = Some((Instant::now(), told.clone()));
        told
    }

    async fn ask(&self) -> Option<String> {
        let answers = join_all(self.peers.iter().map(|peer| self.believes(peer))).await;
        if answers.contains(&Some(true)) {
            return None;
        }
        let refusing = self.peers.iter().zip(answers).find(|(_, answer)| *answer == Some(false))?.0;
        let fault = TransportError::Unbelieved { subgraph: refusing.name.clone() };
        tracing::error!(target: "souk", "{fault}");
        Some(fault.to_string())
    }

    /// `None`: it is away.
    async fn believes(&self, peer: &RemotePeer) -> Option<bool> {
        let token = self.keys.mint(&self.caller, &peer.name).ok()?;
        let request = peer.client.get(peer.url.to_string()).bearer_auth(token).timeout(WITHIN);
        let status = request.send().await.ok()?.status();
        match status {
            StatusCode::UNAUTHORIZED => Some(false),
            status => status.is_success().then_some(true),
        }
    }
}
