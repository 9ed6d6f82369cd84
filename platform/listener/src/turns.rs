//! Whose turn it is on a connection of HTTP/1: the client's to send a head, or the server's to answer it. And whether a
//! client is waited for at all, on any connection.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use tokio_util::sync::{CancellationToken, WaitForCancellationFutureOwned};

use crate::activity::Stream;

/// Of one connection. Shared by the socket, which knows when bytes come, and by who answers.
#[derive(Debug, Clone, Default)]
pub struct Turns(Arc<State>);

#[derive(Debug, Default)]
struct State {
    passed: AtomicU64,
    given_up: CancellationToken,
}

/// A request that is being answered. Dropped, it is the client's turn again.
pub struct Answering {
    turns: Turns,
    is_last: bool,
    /// As long as this is there, something is asked.
    _stream: Stream,
}

impl Turns {
    /// A head has come.
    pub fn begin(&self, stream: Stream) -> Answering {
        self.pass();
        Answering { turns: self.clone(), is_last: false, _stream: stream }
    }

    /// The number of the client's turn, `None` while it is the server's.
    pub fn of_client(&self) -> Option<u64> {
        let passed = self.0.passed.load(Ordering::Acquire);
        passed.is_multiple_of(2).then_some(passed)
    }

    /// The client left it too long, or has to leave: its connection is closed without waiting for what it may still send,
    /// and a body that is not all there is late.
    pub fn give_up(&self) {
        self.0.given_up.cancel();
    }

    pub fn is_given_up(&self) -> bool {
        self.0.given_up.is_cancelled()
    }

    /// Completes when it is given up.
    pub fn given_up(&self) -> WaitForCancellationFutureOwned {
        self.0.given_up.clone().cancelled_owned()
    }

    fn pass(&self) {
        self.0.passed.fetch_add(1, Ordering::AcqRel);
    }
}

impl Answering {
    /// The connection becomes one of another protocol, which awaits no heads.
    pub fn is_last(&mut self) {
        self.is_last = true;
    }
}

impl Drop for Answering {
    fn drop(&mut self) {
        if !self.is_last {
            self.turns.pass();
        }
    }
}
