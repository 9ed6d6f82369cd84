//! Accepting connections, and serving routes over them.

use std::convert::Infallible;
use std::future::Future;
use std::net::{IpAddr, SocketAddr};
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::response::Response;
use http::header::CONNECTION;
use http::{HeaderValue, Request, StatusCode, Version};
use hyper::body::{Body as _, Incoming};
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto;
use tokio::net::TcpListener;
use tokio::time::{Instant, interval_at};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tower::ServiceExt;

use crate::activity::{Activity, PARTING, Verdict};
use crate::body::{Asked, Late, Taken, Timely};
use crate::places::{AddressPlace, Places};
use crate::refusal::refusal;
use crate::socket::Socket;
use crate::turns::Turns;
use crate::{Options, Peer, Received};

/// Of a head in HTTP/2, as that counts it: each field with 32 bytes more.
const MAX_HEADER_BYTES: u32 = 16 * 1024;
/// Of a head in HTTP/1, whatever of it has come; also how much of a body is read at a time.
const MAX_BUFFER: usize = 64 * 1024;
/// Fields of a head, in HTTP/1 by itself: each takes a hundred bytes, and one byte of HTTP/2 may name one.
const MAX_FIELDS: usize = 100;
/// Pause after the operating system refused a connection (out of file descriptors).
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);
/// A connection that nothing is asked on for less is not idle yet: its request may be on its way.
const IDLE: Duration = Duration::from_secs(1);
/// A connection that is busy for longer takes turns with those that wait for a place.
const TURN: Duration = Duration::from_secs(2);
/// A connection is looked at this often at least.
const MAX_TICK: Duration = Duration::from_secs(15);

/// Serves routes to the clients of listeners.
pub struct Server {
    shared: Arc<Shared>,
    connections: TaskTracker,
}

struct Shared {
    router: Router,
    options: Options,
    places: Places,
    stopping: CancellationToken,
}

/// What is known of a connection.
#[derive(Clone)]
struct Ends {
    peer: SocketAddr,
    local: Option<IpAddr>,
    received: Received,
    turns: Turns,
}

impl Server {
    pub fn new(router: Router, options: Options) -> Self {
        let shared =
            Shared { router, places: Places::new(&options), stopping: CancellationToken::new(), options };
        Self { shared: Arc::new(shared), connections: TaskTracker::new() }
    }

    /// Serves until `shutdown` completes. Connections stay open until [`Self::finish`].
    pub async fn accept(&self, listener: TcpListener, shutdown: impl Future<Output = ()>) {
        let mut shutdown = pin!(shutdown);
        loop {
            let accepted = async {
                // Without a free place nobody is accepted: the backlog of the operating system is the queue.
                let place = self.shared.places.free().await;
                (listener.accept().await, place)
            };
            let (accepted, place) = tokio::select! {
                () = &mut shutdown => return,
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
            let Some(of_address) = self.shared.place_of(peer.ip()) else {
                tracing::debug!(%peer, "one connection too many of this address was closed");
                continue;
            };
            if let Err(error) = socket.set_nodelay(true) {
                tracing::trace!(%error, "TCP_NODELAY was not set");
            }
            let local = socket.local_addr().map(|local| local.ip()).ok();
            let (turns, streams) = (Turns::default(), of_address.streams());
            let socket = Socket::new(socket, &self.shared.options, turns.clone(), (place, of_address));
            let ends = Ends { peer, local, received: socket.received(), turns };
            self.connections.spawn(self.shared.clone().serve(socket, streams, ends));
        }
    }

    /// Asks for no further requests, and returns when those under way are answered.
    pub async fn finish(self) {
        self.shared.stopping.cancel();
        self.connections.close();
        self.connections.wait().await;
    }
}

/// For a connection that carries so many requests at once, if it is one of HTTP/2.
fn protocols(options: &Options, streams: u32) -> auto::Builder<TokioExecutor> {
    let mut protocols = auto::Builder::new(TokioExecutor::new());
    // The socket's deadlines are shorter: this one holds should the socket not be asked.
    let head = options.idle + options.head;
    protocols.http1().timer(TokioTimer::new()).header_read_timeout(head).max_buf_size(MAX_BUFFER);
    protocols
        .http2()
        .timer(TokioTimer::new())
        .max_concurrent_streams(streams)
        .max_header_list_size(MAX_HEADER_BYTES)
        .keep_alive_interval(Duration::from_secs(20))
        .keep_alive_timeout(Duration::from_secs(20));
    protocols
}

impl Shared {
    fn place_of(&self, address: IpAddr) -> Option<AddressPlace> {
        let canonical = address.to_canonical();
        match self.options.proxies.iter().any(|network| network.contains(&canonical)) {
            true => Some(AddressPlace::uncounted()),
            false => self.places.of(address),
        }
    }

    async fn serve(self: Arc<Self>, socket: Socket, streams: u32, ends: Ends) {
        let (activity, turns) = (Activity::new(), ends.turns.clone());
        let service = {
            let (shared, activity) = (self.clone(), activity.clone());
            hyper::service::service_fn(move |request| {
                shared.clone().answer(activity.clone(), ends.clone(), request)
            })
        };
        let Options { idle, write, .. } = self.options;
        let protocols = protocols(&self.options, streams);
        let mut connection = pin!(protocols.serve_connection_with_upgrades(TokioIo::new(socket), service));
        let pause = (write.min(idle) / 2).clamp(Duration::from_millis(20), MAX_TICK);
        let mut ticks = interval_at(Instant::now() + pause, pause);
        let opened = Instant::now();
        // It is to end now, not only in its turn; and its client was told that it ends.
        let (mut ending, mut told) = (false, false);
        let mut leave = pin!(self.places.leave());
        loop {
            tokio::select! {
                ended = connection.as_mut() => {
                    if let Err(error) = ended {
                        tracing::trace!(%error, "a connection ended early");
                    }
                    return;
                }
                () = self.stopping.cancelled(), if !ending => ending = true,
                () = leave.as_mut(), if !ending => {
                    leave.set(self.places.leave());
                    if activity.gives_way(IDLE) {
                        turns.give_up();
                        // A client of HTTP/2 would have to agree to its end.
                        if !activity.is_http1() {
                            return;
                        }
                        ending = true;
                    } else if opened.elapsed() >= TURN {
                        activity.set_last();
                    }
                }
                _ = ticks.tick() => match activity.judge(idle, write) {
                    Verdict::Fine => {}
                    Verdict::Idle if !told => activity.set_last(),
                    // Asked to end, and still there: it is dropped with all that it carries.
                    Verdict::Idle | Verdict::Stuck => {
                        turns.give_up();
                        return;
                    }
                },
            }
            // After its turn HTTP/1 has no other way to say so than its next answer.
            if !told && (ending || activity.is_last() && !activity.is_http1()) {
                told = true;
                activity.set_last();
                connection.as_mut().graceful_shutdown();
                // HTTP/2 waits for the client to agree, which it need not do.
                ticks = interval_at(Instant::now() + PARTING, PARTING / 4);
            }
        }
    }

    async fn answer(
        self: Arc<Self>,
        activity: Arc<Activity>,
        ends: Ends,
        request: Request<Incoming>,
    ) -> Result<Response, Infallible> {
        let version = request.version();
        let stream = activity.begin();
        let sending = stream.sending();
        let mut asked = match version {
            Version::HTTP_2 => Asked::Among(stream),
            _ => {
                activity.set_http1();
                Asked::Alone(ends.turns.begin(stream))
            }
        };
        let (mut parts, body) = request.into_parts();
        if parts.headers.len() > MAX_FIELDS {
            let status = StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE;
            return Ok(refusal(version, status, "BAD_REQUEST", "a request has at most 100 header fields"));
        }
        if let Err(fault) = self.options.hosts.check(&parts, ends.local) {
            return Ok(refusal(version, fault.status(), fault.code(), &fault.to_string()));
        }
        parts.extensions.insert(Peer(ends.peer));
        if matches!(asked, Asked::Alone(_)) {
            parts.extensions.insert(ends.received);
        }
        let late = Late::default();
        let body = match body.is_end_stream() {
            true => Body::empty(),
            false => {
                let deadline = Instant::now() + self.options.body;
                Body::new(Timely::new(body, deadline, ends.turns, sending, late.clone()))
            }
        };
        let Ok(mut response) = self.router.clone().oneshot(Request::from_parts(parts, body)).await;
        if late.is_set() && response.status() != StatusCode::REQUEST_TIMEOUT {
            let message = "the body did not arrive in time";
            response = refusal(version, StatusCode::REQUEST_TIMEOUT, "TIMEOUT", message);
        }
        if let Asked::Alone(answering) = &mut asked {
            if response.status() == StatusCode::SWITCHING_PROTOCOLS {
                answering.is_last();
            } else if activity.is_last() {
                response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
            }
        }
        Ok(response.map(|body| Body::new(Taken::new(body, asked))))
    }
}
