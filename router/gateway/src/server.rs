//! The listening socket: HTTP/1.1 and HTTP/2 on one port, bounded in connections, patient with nobody, and stopping
//! without dropping what is under way.

use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use hyper::body::Incoming;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto;
use hyper_util::server::graceful::GracefulShutdown;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio::time::{Instant, Sleep, sleep_until};
use tower::ServiceExt;

use crate::config::GatewayConfig;
use crate::gateway::Gateway;

/// The other end of the connection a request came over.
#[derive(Debug, Clone, Copy)]
pub struct Peer(pub SocketAddr);

/// Streams of one HTTP/2 connection at once.
const MAX_STREAMS: u32 = 200;
const MAX_HEADER_BYTES: u32 = 32 * 1024;
/// Pause after the operating system refused a connection (out of file descriptors).
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);
/// Length of HTTP/2's connection preface, which tells the protocols apart.
const PREFACE: usize = 24;

impl Gateway {
    /// Serves until `shutdown` completes, then ends open requests and subscriptions within `timeouts.shutdown`.
    /// Returns when all is done.
    pub async fn serve(&self, listener: TcpListener, shutdown: impl Future<Output = ()>) {
        self.start_background().await;
        let shared = &self.shared;
        let router = self.router();
        let connections =
            Arc::new(Semaphore::new(shared.config.max_connections.clamp(1, Semaphore::MAX_PERMITS)));
        let server = Arc::new(builder(&shared.config));
        let graceful = GracefulShutdown::new();
        let mut shutdown = std::pin::pin!(shutdown);
        loop {
            let accepted = async {
                // Without a free place nobody is accepted: the backlog of the operating system is the queue.
                let place = connections.clone().acquire_owned().await;
                (listener.accept().await, place)
            };
            let (accepted, place) = tokio::select! {
                () = &mut shutdown => break,
                accepted = accepted => accepted,
            };
            let (socket, peer) = match accepted {
                Ok(connection) => connection,
                Err(error) => {
                    tracing::warn!(%error, "a connection could not be accepted");
                    tokio::time::sleep(ACCEPT_PAUSE).await;
                    continue;
                }
            };
            if let Err(error) = socket.set_nodelay(true) {
                tracing::trace!(%error, "TCP_NODELAY was not set");
            }
            let (server, router) = (server.clone(), router.clone());
            let io = TokioIo::new(Impatient::new(socket, shared.config.timeouts.header));
            let watcher = graceful.watcher();
            tokio::spawn(async move {
                let service = hyper::service::service_fn(|request| answer(router.clone(), peer, request));
                let connection = server.serve_connection_with_upgrades(io, service);
                if let Err(error) = watcher.watch(connection).await {
                    tracing::trace!(%error, "a connection ended early");
                }
                drop(place);
            });
        }
        drop(listener);
        tracing::info!("stopping: no new connections, open requests end");
        shared.stopping.cancel();
        shared.tasks.close();
        let ended = async {
            graceful.shutdown().await;
            shared.tasks.wait().await;
        };
        if tokio::time::timeout(shared.config.timeouts.shutdown, ended).await.is_err() {
            tracing::warn!("some requests did not end in time and were cut off");
        }
    }
}

fn builder(config: &GatewayConfig) -> auto::Builder<TokioExecutor> {
    let mut builder = auto::Builder::new(TokioExecutor::new());
    builder.http1().timer(TokioTimer::new()).header_read_timeout(config.timeouts.header);
    builder
        .http2()
        .timer(TokioTimer::new())
        .max_concurrent_streams(MAX_STREAMS)
        .max_header_list_size(MAX_HEADER_BYTES)
        .keep_alive_interval(Duration::from_secs(20))
        .keep_alive_timeout(Duration::from_secs(20));
    builder
}

async fn answer(
    router: Router,
    peer: SocketAddr,
    request: hyper::Request<Incoming>,
) -> Result<axum::response::Response, std::convert::Infallible> {
    let mut request = request.map(Body::new);
    request.extensions_mut().insert(Peer(peer));
    router.oneshot(request).await
}

/// A socket whose first bytes must come in time. The server's own timeout begins once it knows the protocol, so a
/// client that says nothing, or next to nothing, would be waited for without end.
struct Impatient {
    socket: TcpStream,
    read: usize,
    deadline: Pin<Box<Sleep>>,
}

impl Impatient {
    fn new(socket: TcpStream, patience: Duration) -> Self {
        Self { socket, read: 0, deadline: Box::pin(sleep_until(Instant::now() + patience)) }
    }
}

impl AsyncRead for Impatient {
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
        ready!(self.deadline.as_mut().poll(cx));
        Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
    }
}

impl AsyncWrite for Impatient {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.socket).poll_write(cx, buf)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.socket).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.socket).poll_shutdown(cx)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.socket).poll_write_vectored(cx, bufs)
    }

    fn is_write_vectored(&self) -> bool {
        self.socket.is_write_vectored()
    }
}
