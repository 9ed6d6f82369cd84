//! A client's socket: its first bytes must come in time, and what is written must be taken.

use std::future::Future;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::{Instant, Sleep, sleep_until};

use crate::places::{AddressPlace, Place};

/// Length of HTTP/2's connection preface, which tells the protocols apart. The server's own timeout begins once it
/// knows the protocol, so a client that says nothing, or next to nothing, would be waited for without end.
const PREFACE: usize = 24;
/// Of what waits, a client takes so much within the time for it, or all.
const PROGRESS: usize = 4 * 1024;

pub struct Socket {
    socket: TcpStream,
    read: usize,
    first_bytes: Pin<Box<Sleep>>,
    patience: Duration,
    /// While the client does not take all.
    blocked: Option<Blocked>,
    /// Given back when the socket is closed, whatever protocol it ended with.
    _places: (Place, AddressPlace),
}

struct Blocked {
    taken: usize,
    deadline: Pin<Box<Sleep>>,
}

impl Socket {
    pub fn new(socket: TcpStream, head: Duration, write: Duration, places: (Place, AddressPlace)) -> Self {
        let first_bytes = Box::pin(sleep_until(Instant::now() + head));
        Self { socket, read: 0, first_bytes, patience: write, blocked: None, _places: places }
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
                return Poll::Ready(Err(io::ErrorKind::TimedOut.into()));
            }
        }
        polled
    }
}

impl AsyncRead for Socket {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if self.read >= PREFACE {
            return Pin::new(&mut self.socket).poll_read(cx, buf);
        }
        let before = buf.filled().len();
        if let Poll::Ready(result) = Pin::new(&mut self.socket).poll_read(cx, buf) {
            self.read += buf.filled().len().saturating_sub(before);
            return Poll::Ready(result);
        }
        ready!(self.first_bytes.as_mut().poll(cx));
        Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
    }
}

impl AsyncWrite for Socket {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        let polled = Pin::new(&mut self.socket).poll_write(cx, buf);
        self.wrote(cx, buf.len(), polled)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let asked = bufs.iter().map(|buf| buf.len()).sum();
        let polled = Pin::new(&mut self.socket).poll_write_vectored(cx, bufs);
        self.wrote(cx, asked, polled)
    }

    fn is_write_vectored(&self) -> bool {
        self.socket.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.socket).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.socket).poll_shutdown(cx)
    }
}
