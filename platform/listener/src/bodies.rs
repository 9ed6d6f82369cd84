//! Bytes of requests that are held until all of a request has come, and until it is answered: together they are so many,
//! and those of each network of clients a part of these. Whoever finds no room is refused, however many connections it
//! has and however many requests go over each.

use std::future::Future;
use std::net::IpAddr;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, ready};

use axum::BoxError;
use axum::body::Body;
use axum::extract::Request;
use axum::response::Response;
use bytes::Bytes;
use http::{HeaderMap, header};
use hyper::body::{Body as _, Frame, SizeHint};

use crate::shares::{Share, Shares};

/// In what room is counted.
const UNIT: usize = 1024;
/// What an open body takes before it has a byte: its request, and what takes it in.
const OPEN: usize = 4 * 1024;
/// The same of a body whose length is not told: it may have to be unpacked, for which tables are set up.
const OPEN_PACKED: usize = 64 * 1024;

/// There was no room for what a client sends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("too much is sent at once; try again in 2 s")]
pub struct NoRoom;

/// The room of all of them. Cloning shares it.
#[derive(Debug, Clone)]
pub struct Bodies(Arc<Shares>);

/// The room of one body or message. Given back when it is dropped.
#[derive(Debug)]
pub struct BodyRoom(Share);

impl Bodies {
    /// Bytes of all bodies, and of those of one network.
    pub fn new(total: usize, part: usize) -> Self {
        Self(Shares::new(total / UNIT, part / UNIT))
    }

    /// How many bytes are held.
    pub fn bytes(&self) -> usize {
        self.0.held().saturating_mul(UNIT)
    }

    /// Room that has yet to grow.
    pub fn room(&self, network: IpAddr) -> BodyRoom {
        BodyRoom(self.0.nothing(network))
    }

    /// Room for a body that is about to be read, by the head of its request.
    pub fn open(&self, network: IpAddr, headers: &HeaderMap, body: &Body) -> Result<BodyRoom, NoRoom> {
        let mut room = self.room(network);
        match (body.is_end_stream(), headers.contains_key(header::CONTENT_LENGTH)) {
            (true, _) => {}
            (false, true) => room.grow_to(OPEN)?,
            (false, false) => room.grow_to(OPEN_PACKED)?,
        }
        Ok(room)
    }

    /// Has a request answered by what passes its body on as it comes: only being open takes room.
    pub async fn passed_on<F: Future<Output = Response>>(
        &self,
        network: IpAddr,
        request: Request,
        answer: impl FnOnce(Request) -> F,
    ) -> Result<Response, NoRoom> {
        let _room = self.open(network, request.headers(), request.body())?;
        Ok(answer(request).await)
    }

    /// Has a request answered by what reads its body as a whole: what it reads is counted until the answer is there.
    pub async fn counted<F: Future<Output = Response>>(
        &self,
        network: IpAddr,
        request: Request,
        answer: impl FnOnce(Request) -> F,
    ) -> Result<Response, NoRoom> {
        let reading = Arc::new(Reading {
            room: Mutex::new(self.open(network, request.headers(), request.body())?),
            is_refused: AtomicBool::new(false),
        });
        let counted = reading.clone();
        let request = request.map(|body| Body::new(Counted { body, read: 0, reading: counted }));
        let response = answer(request).await;
        match reading.is_refused.load(Ordering::Acquire) {
            true => Err(NoRoom),
            false => Ok(response),
        }
    }
}

impl BodyRoom {
    /// Gives back what it has.
    pub fn clear(&mut self) {
        self.0.clear();
    }

    /// Room for so many bytes in all; what it has is kept.
    pub fn grow_to(&mut self, bytes: usize) -> Result<(), NoRoom> {
        match bytes.div_ceil(UNIT).saturating_sub(self.0.held()) {
            0 => Ok(()),
            more => self.0.grow(more).map_err(|_| NoRoom),
        }
    }
}

/// What a body and whoever waits for the answer to its request know of it.
struct Reading {
    room: Mutex<BodyRoom>,
    is_refused: AtomicBool,
}

/// A body that ends when there is no room for more of it.
struct Counted {
    body: Body,
    read: usize,
    reading: Arc<Reading>,
}

impl hyper::body::Body for Counted {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        let Self { body, read, reading } = self.get_mut();
        let Some(frame) = ready!(Pin::new(body).poll_frame(cx)) else { return Poll::Ready(None) };
        let frame = frame?;
        *read = read.saturating_add(frame.data_ref().map_or(0, Bytes::len));
        let grown = reading.room.lock().unwrap_or_else(PoisonError::into_inner).grow_to(*read);
        if let Err(no_room) = grown {
            reading.is_refused.store(true, Ordering::Release);
            return Poll::Ready(Some(Err(no_room.into())));
        }
        Poll::Ready(Some(Ok(frame)))
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
