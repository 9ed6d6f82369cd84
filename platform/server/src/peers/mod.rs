//! Calls from one subgraph to another's internal schema.
//!
//! Invariants: a call carries the service's identity, and with it that of the user it acts for; it passes on the
//! deadline and the trace of the request it serves. Deliberately absent: retries of mutations (callees are
//! idempotent by key, and the saga or job that calls decides when to try again).

pub mod answers;
mod directory;
mod error;
mod question;

use std::sync::Arc;
use std::time::{Duration, Instant};

use platform_identity::{Caller, Identity};
use router_transport::{Object, Request, Response, TransportError, Value, turn};
use serde::Serialize;

pub use directory::PeerDirectory;
pub use error::PeerError;
pub use question::Question;

use crate::context::acting;
use crate::scope;

/// A subgraph's way to the others. Cheap to clone.
#[derive(Clone)]
pub struct Peers {
    service: Arc<str>,
    own: Caller,
    directory: PeerDirectory,
    timeout: Duration,
}

impl Peers {
    /// `service` is the name that the others see as the caller.
    pub fn new(service: &str, directory: PeerDirectory, timeout: Duration) -> Self {
        Self { service: service.into(), own: acting(service), directory, timeout }
    }

    /// This subgraph acting for itself: for jobs, sagas and consumers that act for nobody.
    pub fn own(&self) -> &Caller {
        &self.own
    }

    /// Asks another subgraph; `caller` is whom the question is asked for.
    pub async fn ask<Q: Question>(&self, question: Q, caller: &Caller) -> Result<Q::Answer, PeerError> {
        let Value::Object(data) = self.send(Q::PEER, Q::DOCUMENT, question, caller).await? else {
            return Err(PeerError::malformed(Q::PEER, "the answer has no data"));
        };
        let mut fields = data.into_iter();
        match (fields.next(), fields.next()) {
            (Some((_, value)), None) => {
                serde_json::from_value(value).map_err(|error| PeerError::malformed(Q::PEER, error))
            }
            _ => Err(PeerError::malformed(Q::PEER, "the answer is not of one root field")),
        }
    }

    async fn send(
        &self,
        peer: &str,
        document: &'static str,
        variables: impl Serialize,
        caller: &Caller,
    ) -> Result<Value, PeerError> {
        let transport =
            self.directory.get(peer).ok_or_else(|| PeerError::Unknown { peer: peer.to_owned() })?;
        let variables = object(peer, variables)?;
        let deadline = Instant::now() + self.timeout;
        let scope = scope::current();
        let request = Request {
            query: document.into(),
            operation_name: None,
            variables: variables.into(),
            caller: Some(self.on_behalf_of(caller)),
            headers: Arc::new(scope.trace.child().to_headers()),
            deadline: Some(scope.deadline.map_or(deadline, |own| own.min(deadline))),
            idempotent: is_query(document),
        };
        let response = turn::aside(transport.execute(request)).await.map_err(|source| {
            if let TransportError::Unbelieved { .. } = source {
                tracing::error!(target: "souk", service = %self.service, "{source}");
            }
            PeerError::Transport { peer: peer.to_owned(), source }
        })?;
        let Response { data, errors, .. } = response;
        match errors.into_iter().next() {
            None => Ok(data),
            Some(error) => Err(PeerError::refused(peer, error)),
        }
    }

    fn on_behalf_of(&self, caller: &Caller) -> Caller {
        if caller.service.as_ref().is_some_and(|service| service.0 == self.service) {
            return caller.clone();
        }
        Caller::new(Identity::clone(caller).on_behalf_of(self.service.clone()))
    }
}

fn object(peer: &str, variables: impl Serialize) -> Result<Object, PeerError> {
    match serde_json::to_value(variables) {
        Ok(Value::Object(object)) => Ok(object),
        Ok(Value::Null) => Ok(Object::new()),
        Ok(_) => Err(PeerError::malformed(peer, "the variables are no object")),
        Err(error) => Err(PeerError::malformed(peer, error)),
    }
}

/// Whether the document's operation only reads. Documents are the caller's own and hold one operation.
fn is_query(document: &str) -> bool {
    let first = document.lines().map(str::trim_start).find(|line| !line.is_empty() && !line.starts_with('#'));
    first.is_some_and(|line| line.starts_with("query") || line.starts_with('{'))
}
