//! What lies between a subgraph and the peers that a test plays: what is asked may get lost on its way, and so may an
//! answer.

use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use futures::stream::BoxStream;
use router_transport::{Request, Response, Transport, TransportError};

use super::ScriptedPeer;

/// Of a change that is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// It does not reach the peer.
    Before,
    /// The peer makes it, and its answer is lost.
    After,
}

#[derive(Debug, Default)]
struct State {
    /// The changes that were asked for, as often as they were asked for.
    asked: Vec<String>,
    /// The next change with this number, from 0, is disturbed.
    fault: Option<(usize, Side)>,
    repeats: bool,
}

/// The wire to all peers. Cheap to clone; clones share.
#[derive(Debug, Clone, Default)]
pub struct Wire(Arc<Mutex<State>>);

impl Wire {
    /// Begins to count anew, and disturbs the change with the number `fault`, once.
    pub fn count(&self, fault: Option<(usize, Side)>) {
        self.with(|state| *state = State { fault, ..State::default() });
    }

    /// Begins to count anew, and brings every change to its peer twice.
    pub fn repeat(&self) {
        self.with(|state| *state = State { repeats: true, ..State::default() });
    }

    /// The changes that were asked for since it began to count.
    pub fn asked(&self) -> Vec<String> {
        self.with(|state| state.asked.clone())
    }

    pub fn to(&self, peer: ScriptedPeer) -> impl Transport + use<> {
        Wired { wire: self.clone(), peer }
    }

    fn with<T>(&self, work: impl FnOnce(&mut State) -> T) -> T {
        work(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

struct Wired {
    wire: Wire,
    peer: ScriptedPeer,
}

/// The name of the change that is asked for. Mails are sent by jobs, in no order: they do not count.
fn change(request: &Request) -> Option<String> {
    let (kind, rest) = request.query.trim_start().split_once(' ')?;
    let name: String = rest.chars().take_while(char::is_ascii_alphanumeric).collect();
    (kind == "mutation" && !["SendMail", "CountMail"].contains(&name.as_str())).then_some(name)
}

fn lost() -> TransportError {
    TransportError::Unreachable {
        subgraph: "scripted".to_owned(),
        address: "scripted".to_owned(),
        source: "the test cut the wire".into(),
    }
}

#[async_trait]
impl Transport for Wired {
    async fn execute(&self, request: Request) -> Result<Response, TransportError> {
        let Some(name) = change(&request) else { return self.peer.execute(request).await };
        let (side, repeats) = self.wire.with(|state| {
            let number = state.asked.len();
            state.asked.push(name);
            let fault = state.fault.take_if(|(wanted, _)| *wanted == number);
            (fault.map(|(_, side)| side), state.repeats)
        });
        if side == Some(Side::Before) {
            return Err(lost());
        }
        if repeats {
            self.peer.execute(request.clone()).await?;
        }
        let response = self.peer.execute(request).await;
        if side == Some(Side::After) { Err(lost()) } else { response }
    }

    async fn subscribe(&self, request: Request) -> Result<BoxStream<'static, Response>, TransportError> {
        self.peer.subscribe(request).await
    }
}
