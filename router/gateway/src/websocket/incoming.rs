//! What comes over a WebSocket. A message that is begun must be whole in time, and takes room among all that clients
//! send. The socket keeps the parts of a message and tells of none, so what has come over the connection since the last
//! message is taken for the next one.

use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use axum::extract::ws::{Message, WebSocket};
use futures::StreamExt;
use futures::stream::SplitStream;
use platform_listener::{BodyRoom, NoRoom, Received};
use tokio::time::{Sleep, sleep};

/// Head and mask of a client's ping or pong.
const CONTROL_HEAD: usize = 6;
/// The socket's buffer stays as large as its largest message; one that is larger than this goes on to take room.
const SMALL: usize = 64 * 1024;

pub struct Incoming {
    stream: SplitStream<WebSocket>,
    arriving: Arriving,
}

/// The message that has begun to come over a connection.
pub struct Arriving {
    received: Received,
    /// How much of what was received belongs to whole messages, up to a socket's small buffer.
    whole: u64,
    room: BodyRoom,
    largest: usize,
    patience: Duration,
    /// Runs while a message is begun and not whole.
    deadline: Option<Pin<Box<Sleep>>>,
}

impl Arriving {
    /// From what was received already, which is the upgrade.
    pub fn new(received: Received, room: BodyRoom, patience: Duration) -> Self {
        let whole = received.bytes();
        Self { received, whole, room, largest: 0, patience, deadline: None }
    }
}

/// What came, or why nothing more will.
pub enum Came {
    Frame(Result<Message, axum::Error>),
    End,
    /// A message was begun and is not whole yet.
    Late,
    NoRoom,
}

impl Incoming {
    pub fn new(stream: SplitStream<WebSocket>, arriving: Arriving) -> Self {
        Self { stream, arriving }
    }

    /// May be dropped and called again.
    pub async fn next(&mut self) -> Came {
        poll_fn(|cx| self.poll(cx)).await
    }

    /// Takes what still comes, until the end or until it would have to be kept.
    pub async fn drain(mut self) {
        while let Came::Frame(Ok(_)) = self.next().await {}
    }

    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Came> {
        let polled = self.stream.poll_next_unpin(cx);
        let arriving = &mut self.arriving;
        let received = arriving.received.bytes();
        let begun = usize::try_from(received.saturating_sub(arriving.whole)).unwrap_or(usize::MAX);
        arriving.largest = arriving.largest.max(begun);
        if begun == 0 && arriving.largest <= SMALL {
            arriving.room.clear();
        }
        if let Err(NoRoom) = arriving.room.grow_to(begun) {
            return Poll::Ready(Came::NoRoom);
        }
        match polled {
            Poll::Ready(None) => Poll::Ready(Came::End),
            Poll::Ready(Some(came)) => {
                match &came {
                    // They may come between the parts of a message.
                    Ok(Message::Ping(payload) | Message::Pong(payload)) => {
                        let bytes = payload.len() + CONTROL_HEAD;
                        arriving.whole =
                            arriving.whole.saturating_add(u64::try_from(bytes).unwrap_or(u64::MAX));
                    }
                    _ => {
                        arriving.whole = received;
                        arriving.deadline = None;
                    }
                }
                Poll::Ready(Came::Frame(came))
            }
            Poll::Pending if begun == 0 => {
                arriving.deadline = None;
                Poll::Pending
            }
            Poll::Pending => {
                let deadline = arriving.deadline.get_or_insert_with(|| Box::pin(sleep(arriving.patience)));
                ready!(deadline.as_mut().poll(cx));
                Poll::Ready(Came::Late)
            }
        }
    }
}
