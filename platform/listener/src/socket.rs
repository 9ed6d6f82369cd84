//! A client's socket: heads must come in time, and what is written must be taken.
//!
//! A socket that is closed while its client still sends would be reset by the system, and the client might never read
//! why it was closed (an answer before the body's end, a WebSocket's close). So what still comes is taken for a moment,
//! until the client ends too.

use std::future::Future;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::{Instant, Sleep, sleep_until};

use crate::places::{AddressPlace, Place};
use crate::turns::Turns;
use crate::{Options, Received};

/// What a connection of HTTP/2 begins with. Its requests are watched by who serves them.
const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
/// Of what waits, a client takes so much within the time for it, or all.
const PROGRESS: usize = 4 * 1024;
/// How long, and how much, is taken of what still comes when a connection is closed.
const LINGER: Duration = Duration::from_secs(2);
const LINGER_BYTES: u64 = 16 << 20;

pub struct Socket {
    socket: Open,
    received: Received,
    /// How much of [`PREFACE`] the connection has begun with.
    preface: usize,
    /// While it is the client's turn.
    waiting: Option<Waiting>,
    head: Duration,
    idle: Duration,
    patience: Duration,
    /// While the client does not take all.
    blocked: Option<Blocked>,
}

/// The socket until it is dropped, which closes it for the client.
struct Open {
    /// Taken when it is dropped.
    socket: Option<TcpStream>,
    turns: Turns,
    /// The client sends nothing more, or the connection is broken: closing tears nothing.
    has_ended: bool,
    /// Given back when the socket is closed, whatever protocol it ended with.
    places: Option<(Place, AddressPlace)>,
}

struct Waiting {
    turn: u64,
    /// For a head that has begun; else for one to begin.
    is_begun: bool,
    deadline: Pin<Box<Sleep>>,
}

struct Blocked {
    taken: usize,
    deadline: Pin<Box<Sleep>>,
}

impl Socket {
    pub fn new(socket: TcpStream, options: &Options, turns: Turns, places: (Place, AddressPlace)) -> Self {
        let mut socket = Self {
            socket: Open { socket: Some(socket), turns, has_ended: false, places: Some(places) },
            received: Received::default(),
            preface: 0,
            waiting: None,
            head: options.head,
            idle: options.idle,
            patience: options.write,
            blocked: None,
        };
        socket.head_begins();
        socket
    }

    /// Takes note of what has come.
    fn arrived(&mut self, bytes: &[u8]) {
        if self.received.bytes() == u64::try_from(self.preface).unwrap_or(u64::MAX) {
            let rest = PREFACE.get(self.preface..).unwrap_or_default();
            self.preface += bytes.iter().zip(rest).take_while(|(byte, expected)| byte == expected).count();
        }
        self.received.add(bytes.len());
        if !bytes.is_empty() {
            self.head_begins();
        }
    }

    /// The turn in which the client is to send a head of HTTP/1.
    fn awaited(&self) -> Option<u64> {
        self.socket.turns.of_client().filter(|_| self.preface < PREFACE.len())
    }

    /// The deadline of a head, unless it has begun before or none is awaited.
    fn head_begins(&mut self) {
        let Some(turn) = self.awaited() else { return };
        if self.waiting.as_ref().is_none_or(|waiting| waiting.turn != turn || !waiting.is_begun) {
            self.waiting = Some(Waiting::until(turn, true, self.head));
        }
    }

    /// Ready when a client whose turn it is has left it too long.
    fn poll_late(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let Some(turn) = self.awaited() else {
            self.waiting = None;
            return Poll::Pending;
        };
        let idle = self.idle;
        let waiting = self.waiting.take().filter(|waiting| waiting.turn == turn);
        let waiting = self.waiting.insert(waiting.unwrap_or_else(|| Waiting::until(turn, false, idle)));
        waiting.deadline.as_mut().poll(cx)
    }

    /// How much has come, for as long as the connection lasts.
    pub fn received(&self) -> Received {
        self.received.clone()
    }

    /// Judges an attempt to write `asked` bytes.
    fn wrote(
        &mut self,
        cx: &mut Context<'_>,
        asked: usize,
        polled: Poll<io::Result<usize>>,
    ) -> Poll<io::Result<usize>> {
        match polled {
            Poll::Ready(Ok(taken)) if taken < asked => {
                if let Some(blocked) = &mut self.blocked {
                    blocked.taken += taken;
                    if blocked.taken >= PROGRESS {
                        self.blocked = None;
                    }
                }
            }
            Poll::Ready(_) => self.blocked = None,
            Poll::Pending => {
                let deadline = Instant::now() + self.patience;
                let blocked = self
                    .blocked
                    .get_or_insert_with(|| Blocked { taken: 0, deadline: Box::pin(sleep_until(deadline)) });
                ready!(blocked.deadline.as_mut().poll(cx));
                self.socket.turns.give_up();
                return Poll::Ready(Err(io::ErrorKind::TimedOut.into()));
            }
        }
        polled
    }
}

impl Waiting {
    fn until(turn: u64, is_begun: bool, patience: Duration) -> Self {
        Self { turn, is_begun, deadline: Box::pin(sleep_until(Instant::now() + patience)) }
    }
}

impl Open {
    fn get(&mut self) -> io::Result<Pin<&mut TcpStream>> {
        // It is there until it is dropped.
        self.socket.as_mut().map(Pin::new).ok_or_else(|| io::ErrorKind::NotConnected.into())
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        let is_awaited = !self.has_ended && !self.turns.is_given_up();
        let (Some(socket), true) = (self.socket.take(), is_awaited) else { return };
        let places = self.places.take();
        // Without a runtime the process ends.
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            runtime.spawn(async move {
                if tokio::time::timeout(LINGER, linger(socket)).await.is_err() {
                    tracing::trace!("a client went on sending after its connection was closed");
                }
                drop(places);
            });
        }
    }
}

/// Says that nothing more comes, and takes what still does until the client says the same.
async fn linger(mut socket: TcpStream) {
    let taken = async {
        socket.shutdown().await?;
        tokio::io::copy(&mut (&mut socket).take(LINGER_BYTES), &mut tokio::io::sink()).await
    };
    if let Err(error) = taken.await {
        tracing::trace!(%error, "a connection ended early");
    }
}

impl AsyncRead for Socket {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buf.filled().len();
        let polled = self.socket.get()?.poll_read(cx, buf);
        let read = buf.filled().get(before..).unwrap_or_default();
        if polled.is_ready() {
            self.socket.has_ended = read.is_empty() && buf.remaining() > 0;
            self.arrived(read);
            return polled;
        }
        ready!(self.poll_late(cx));
        self.socket.turns.give_up();
        Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
    }
}

impl AsyncWrite for Socket {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        let polled = self.socket.get()?.poll_write(cx, buf);
        self.wrote(cx, buf.len(), polled)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let asked = bufs.iter().map(|buf| buf.len()).sum();
        let polled = self.socket.get()?.poll_write_vectored(cx, bufs);
        self.wrote(cx, asked, polled)
    }

    fn is_write_vectored(&self) -> bool {
        self.socket.socket.as_ref().is_some_and(AsyncWrite::is_write_vectored)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.socket.get()?.poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.socket.get()?.poll_shutdown(cx)
    }
}
