//! Bodies: of requests, which must arrive in time, and of answers, which must be taken.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use axum::BoxError;
use axum::body::Body;
use bytes::Bytes;
use hyper::body::{Frame, Incoming, SizeHint};
use tokio::time::{Instant, sleep_until};

use crate::activity::{Sending, Stream};
use crate::turns::{Answering, Turns};

/// How many bytes of a body buy it a second more: a large file over a slow line comes in time, and one that trickles does
/// not.
const BYTES_PER_SECOND: u64 = 32 << 10;

/// The error of a body that did not arrive in time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the body did not arrive in time")]
pub struct BodyTimedOut;

/// A request's body with a deadline, which what has come puts off, and which passes at once when its client has to leave.
pub struct Timely {
    body: Incoming,
    deadline: Instant,
    /// Bytes that have bought no time yet.
    unspent: u64,
    turns: Turns,
    /// Set up by the first time that the body has to be waited for.
    end: Option<Pin<Box<dyn Future<Output = ()> + Send>>>,
    sending: Sending,
    late: Late,
}

/// Whether a body was late, for whoever answers its request.
#[derive(Debug, Clone, Default)]
pub struct Late(Arc<AtomicBool>);

impl Late {
    pub fn is_set(&self) -> bool {
        self.0.load(Ordering::Acquire)
    }
}

impl Timely {
    pub fn new(body: Incoming, deadline: Instant, turns: Turns, sending: Sending, late: Late) -> Self {
        Self { body, deadline, unspent: 0, turns, end: None, sending, late }
    }
}

impl hyper::body::Body for Timely {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        let Self { body, deadline, unspent, turns, end, sending, late } = self.get_mut();
        if late.is_set() {
            return Poll::Ready(None);
        }
        if let Poll::Ready(frame) = Pin::new(body).poll_frame(cx) {
            let data = frame.as_ref().and_then(|frame| frame.as_ref().ok()?.data_ref());
            let came = data.map_or(0, Bytes::len);
            sending.came(came);
            *unspent = unspent.saturating_add(u64::try_from(came).unwrap_or(u64::MAX));
            let seconds = *unspent / BYTES_PER_SECOND;
            if seconds > 0 {
                *unspent %= BYTES_PER_SECOND;
                *deadline += Duration::from_secs(seconds);
                *end = None;
            }
            return Poll::Ready(frame.map(|frame| frame.map_err(Into::into)));
        }
        sending.waits();
        let end = end.get_or_insert_with(|| Box::pin(given_up_or(turns.given_up(), *deadline)));
        ready!(end.as_mut().poll(cx));
        late.0.store(true, Ordering::Release);
        Poll::Ready(Some(Err(BodyTimedOut.into())))
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

async fn given_up_or(given_up: impl Future<Output = ()>, deadline: Instant) {
    tokio::select! {
        () = given_up => {}
        () = sleep_until(deadline) => {}
    }
}

/// A request on its connection, until its answer is written.
pub enum Asked {
    /// With others at once: HTTP/2 asks for a frame when the client has room for it, so a frame that is not followed by
    /// the question for the next waits for the client.
    Among(Stream),
    /// When the answer is written, it is the client's turn.
    Alone(Answering),
}

impl Asked {
    fn waits_for_client(&self, waits: bool) {
        if let Self::Among(stream) = self {
            stream.waits_for_client(waits);
        }
    }
}

/// An answer's body.
pub struct Taken {
    body: Body,
    asked: Asked,
}

impl Taken {
    pub fn new(body: Body, asked: Asked) -> Self {
        asked.waits_for_client(true);
        Self { body, asked }
    }
}

impl hyper::body::Body for Taken {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let Self { body, asked } = self.get_mut();
        let polled = Pin::new(body).poll_frame(cx);
        asked.waits_for_client(polled.is_ready());
        polled
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
