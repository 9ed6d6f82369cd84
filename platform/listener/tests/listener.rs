//! The listener over real sockets: what one client leaves undone costs nobody else an answer.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::routing::{get, post};
use http::{HeaderValue, Request};
use hyper_util::rt::{TokioExecutor, TokioIo};
use platform_listener::{AllowedHosts, Options, Server};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

/// Longer than any deadline of the tests, shorter than a test may take.
const PATIENCE: Duration = Duration::from_secs(20);
const SHORT: Duration = Duration::from_millis(300);
const HEAD: &str = "GET /here HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
/// How a connection of HTTP/2 begins.
const PREFACE: &str = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0";
const UNFINISHED: &str = "POST /hook HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\nhalf";
/// More than is read before a route answers.
const LINGERING: usize = 4 << 20;
/// More than the buffers of both ends.
const LARGE: usize = 32 << 20;

fn options() -> Options {
    Options {
        max_connections: 1_000,
        max_connections_per_address: 1_000,
        proxies: Vec::new(),
        head: PATIENCE,
        idle: PATIENCE,
        body: PATIENCE,
        write: PATIENCE,
        hosts: AllowedHosts::new(&[], "127.0.0.1:1".parse().unwrap(), "allowed_hosts"),
    }
}

async fn start(options: Options) -> (SocketAddr, CancellationToken) {
    let routes = Router::new()
        .route("/here", get(|| async { "here" }))
        .route("/hook", post(|body: Bytes| async move { body.len().to_string() }))
        .route("/early", post(|| async { "no body is wanted" }))
        .route("/slow", get(slow))
        .route("/upgrade", get(echo))
        .route("/leave", get(leave))
        .route("/large", get(|| async { vec![b'x'; LARGE] }));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let stop = CancellationToken::new();
    let stopping = stop.clone();
    tokio::spawn(async move {
        let server = Server::new(routes, options);
        server.accept(listener, stopping.cancelled_owned()).await;
        server.finish().await;
    });
    (address, stop)
}

/// What [`slow`] waits for.
static DEADLINES_HAVE_PASSED: Notify = Notify::const_new();

async fn slow() -> &'static str {
    DEADLINES_HAVE_PASSED.notified().await;
    "slow"
}

/// Becomes a connection that sends back what it gets.
async fn echo(mut request: axum::extract::Request) -> axum::response::Response {
    let upgraded = hyper::upgrade::on(&mut request);
    tokio::spawn(async move {
        let (mut reader, mut writer) = tokio::io::split(TokioIo::new(upgraded.await.unwrap()));
        tokio::io::copy(&mut reader, &mut writer).await
    });
    switched()
}

/// Becomes a connection that the server ends at once.
async fn leave(mut request: axum::extract::Request) -> axum::response::Response {
    let upgraded = hyper::upgrade::on(&mut request);
    tokio::spawn(async move { drop(upgraded.await.unwrap()) });
    switched()
}

fn switched() -> axum::response::Response {
    let response = axum::response::Response::builder().status(101);
    response
        .header("connection", "upgrade")
        .header("upgrade", "echo")
        .body(axum::body::Body::empty())
        .unwrap()
}

async fn open(address: SocketAddr, sent: &str) -> TcpStream {
    let mut socket = TcpStream::connect(address).await.unwrap();
    socket.write_all(sent.as_bytes()).await.unwrap();
    socket
}

/// All that comes until the server closes.
async fn rest(socket: &mut TcpStream) -> String {
    let mut received = Vec::new();
    // A connection that is reset is closed too.
    let ended = tokio::time::timeout(PATIENCE, socket.read_to_end(&mut received)).await;
    let _read = ended.expect("the server closes");
    String::from_utf8_lossy(&received).into_owned()
}

async fn is_served(address: SocketAddr) {
    let answer = rest(&mut open(address, HEAD).await).await;
    assert!(answer.starts_with("HTTP/1.1 200") && answer.ends_with("here"), "{answer}");
}

/// Likewise, once an address that had all of its places has one again.
async fn is_served_again(address: SocketAddr) {
    let served = async { while !rest(&mut open(address, HEAD).await).await.ends_with("here") {} };
    tokio::time::timeout(PATIENCE, served).await.expect("places come back");
}

/// Check 54: 1,090 unfinished bodies from one address leave places for others, and end.
#[tokio::test]
async fn unfinished_bodies_are_answered_and_their_places_come_back() {
    let (address, _stop) =
        start(Options { max_connections: 1_200, max_connections_per_address: 300, body: SHORT, ..options() })
            .await;
    let mut unfinished = Vec::new();
    for _ in 0..1_090 {
        unfinished.push(open(address, UNFINISHED).await);
    }
    let mut late = 0;
    for socket in &mut unfinished {
        let answer = rest(socket).await;
        if !answer.is_empty() {
            assert!(answer.starts_with("HTTP/1.1 408") && answer.contains("\"TIMEOUT\""), "{answer}");
            late += 1;
        }
    }
    assert!((1..=1_090).contains(&late), "some were let in: {late}");
    is_served_again(address).await;
}

/// A large file over a slow line: what has come puts the deadline off.
#[tokio::test]
async fn a_body_that_goes_on_may_take_longer() {
    const PART: usize = 64 << 10;
    const PARTS: usize = 8;
    let (address, _stop) = start(Options { body: SHORT, ..options() }).await;
    let head = format!("POST /hook HTTP/1.1\r\nHost: localhost\r\nContent-Length: {}\r\n\r\n", PART * PARTS);
    let (mut reader, writer) = open(address, &head).await.into_split();
    let sending = tokio::spawn(send_at_intervals(writer, vec![b'x'; PART], PARTS));
    let mut received = [0; 12];
    tokio::time::timeout(PATIENCE, reader.read_exact(&mut received)).await.expect("an answer").unwrap();
    assert_eq!(&received, b"HTTP/1.1 200");
    sending.await.unwrap();
}

/// Check 54: an address that has all of its places keeps none from others.
#[tokio::test]
async fn one_address_cannot_have_all_places() {
    let (address, _stop) = start(Options { max_connections_per_address: 3, ..options() }).await;
    let mut held = Vec::new();
    for _ in 0..3 {
        held.push(open(address, UNFINISHED).await);
    }
    assert_eq!(rest(&mut open(address, HEAD).await).await, "", "the fourth is closed");
    let other = tokio::net::TcpSocket::new_v4().unwrap();
    other.bind("127.0.0.2:0".parse().unwrap()).unwrap();
    let mut other = other.connect(address).await.unwrap();
    other.write_all(HEAD.as_bytes()).await.unwrap();
    assert!(rest(&mut other).await.ends_with("here"));
    held.clear();
    is_served_again(address).await;
}

/// Check 54: connections that ask nothing give way to new ones, before their time is over. One that asks something stays.
#[tokio::test]
async fn idle_connections_make_room_for_new_ones() {
    let (address, _stop) = start(Options { max_connections: 3, ..options() }).await;
    let kept = HEAD.replace("Connection: close\r\n", "");
    let asking = Upload::begin(address).await;
    let mut answered = open(address, &kept).await;
    answer(&mut answered).await;
    let mut silent = open(address, PREFACE).await;
    max_concurrent_streams(&mut silent).await;
    is_served(address).await;
    let mut again = open(address, &kept).await;
    answer(&mut again).await;
    is_served(address).await;
    asking.finish().await;
}

/// Check 54: likewise bodies that do not go on, or by single bytes. One that is sent slowly stays.
#[tokio::test]
async fn bodies_that_do_not_go_on_make_room_for_new_ones() {
    let (address, _stop) = start(Options { max_connections: 4, body: PATIENCE * 3, ..options() }).await;
    let asking = Upload::begin(address).await;
    let mut halted = open(address, UNFINISHED).await;
    let mut held = open_unfinished_streams(address).await;
    let (mut reader, writer) = open(address, UNFINISHED).await.into_split();
    let dripping = tokio::spawn(send_at_intervals(writer, vec![b'x'], 90));
    let mut served = Vec::new();
    for _ in 0..3 {
        let mut socket = open(address, &HEAD.replace("Connection: close\r\n", "")).await;
        answer(&mut socket).await;
        served.push(socket);
    }
    let told = rest(&mut halted).await;
    assert!(told.starts_with("HTTP/1.1 408") && told.contains("\"TIMEOUT\""), "{told}");
    rest(&mut held).await;
    let mut received = Vec::new();
    // What was still sent may have reset it.
    let ended = tokio::time::timeout(PATIENCE, reader.read_to_end(&mut received)).await;
    let _read = ended.expect("the server closes");
    dripping.abort();
    asking.finish().await;
}

/// Check 54: who asks one small thing after the other keeps no place for ever: a busy connection ends after what is under way.
#[tokio::test]
async fn busy_connections_take_turns_with_new_ones() {
    let (address, _stop) = start(Options { max_connections: 1, ..options() }).await;
    let mut busy = open(address, "").await;
    let waiting = tokio::spawn(is_served(address));
    let mut pauses = tokio::time::interval(SHORT / 3);
    let told = loop {
        pauses.tick().await;
        busy.write_all(HEAD.replace("Connection: close\r\n", "").as_bytes()).await.unwrap();
        let told = answer(&mut busy).await;
        if told.contains("connection: close") {
            break told;
        }
    };
    assert!(told.ends_with("here"), "{told}");
    waiting.await.unwrap();
}

/// Check 54: likewise one of HTTP/2 whose client takes each request back.
#[tokio::test]
async fn a_busy_connection_of_http2_takes_turns_with_new_ones() {
    let (address, _stop) = start(Options { max_connections: 1, ..options() }).await;
    let mut busy = open(address, PREFACE).await;
    max_concurrent_streams(&mut busy).await;
    let resetting = tokio::spawn(async move {
        let mut pauses = tokio::time::interval(SHORT / 3);
        for stream in (1_u32..).step_by(2) {
            pauses.tick().await;
            let begun = frame(1, 5, stream, &head(GET, "/slow"));
            // RST_STREAM: CANCEL.
            let reset = frame(3, 0, stream, &[0, 0, 0, 8]);
            if busy.write_all(&[begun, reset].concat()).await.is_err() {
                return;
            }
        }
    });
    is_served(address).await;
    tokio::time::timeout(PATIENCE, resetting).await.expect("the server closes").unwrap();
}

/// Check 54: likewise one whose client answers no PING, and begins one request after the other without ending any.
#[tokio::test]
async fn a_client_of_http2_that_goes_on_asking_after_its_turn_is_closed() {
    let (address, _stop) = start(Options { max_connections: 1, body: PATIENCE * 3, ..options() }).await;
    let mut busy = open(address, PREFACE).await;
    max_concurrent_streams(&mut busy).await;
    let asking = tokio::spawn(ask_for_ever(busy));
    is_served(address).await;
    tokio::time::timeout(PATIENCE, asking).await.expect("the server closes").unwrap();
}

/// Check 54: likewise one that was told to end because nothing was asked, and asks then.
#[tokio::test]
async fn a_client_of_http2_that_asks_after_its_idle_connection_was_to_end_is_closed() {
    let idle = Options { max_connections: 1, body: PATIENCE * 3, idle: SHORT * 2, ..options() };
    let (address, _stop) = start(idle).await;
    let mut silent = open(address, PREFACE).await;
    let is_goaway = |kind: u8, _: &[u8]| kind == 7;
    tokio::time::timeout(PATIENCE, until(&mut silent, is_goaway)).await.expect("it is told to end");
    let asking = tokio::spawn(ask_for_ever(silent));
    is_served(address).await;
    tokio::time::timeout(PATIENCE, asking).await.expect("the server closes").unwrap();
}

/// What was under way when a connection was told to end is answered, however long it takes and whatever the client does
/// not answer.
#[tokio::test]
async fn a_request_of_http2_that_began_before_the_end_of_its_turn_is_answered() {
    let (address, _stop) = start(Options { max_connections: 1, ..options() }).await;
    let mut busy = open(address, PREFACE).await;
    max_concurrent_streams(&mut busy).await;
    let waiting = tokio::spawn(is_served(address));
    busy.write_all(&frame(1, 4, 1, &head(POST, "/hook"))).await.unwrap();
    let mut pauses = tokio::time::interval(SHORT / 3);
    for _ in 1..Upload::PARTS {
        pauses.tick().await;
        busy.write_all(&frame(0, 0, 1, &[b'x'; Upload::PART])).await.unwrap();
    }
    busy.write_all(&frame(0, 1, 1, &[b'x'; Upload::PART])).await.unwrap();
    let length = (Upload::PART * Upload::PARTS).to_string();
    let is_answer = |kind: u8, payload: &[u8]| kind == 0 && payload == length.as_bytes();
    tokio::time::timeout(PATIENCE, until(&mut busy, is_answer)).await.expect("it is answered");
    waiting.await.unwrap();
}

/// Begins requests whose bodies do not end, so often that there always is a fresh one, until nobody takes them.
async fn ask_for_ever(mut socket: TcpStream) {
    let mut pauses = tokio::time::interval(SHORT * 3);
    for stream in (1..).step_by(2) {
        pauses.tick().await;
        if socket.write_all(&frame(1, 4, stream, &head(POST, "/hook"))).await.is_err() {
            return;
        }
    }
}

/// Fields as HTTP/2 writes them.
const GET: u8 = 0x82;
const POST: u8 = 0x83;

/// The head of a request to `http://localhost`.
fn head(method: u8, path: &str) -> Vec<u8> {
    let length = u8::try_from(path.len()).unwrap();
    [&[method, 0x86, 0x04, length], path.as_bytes(), &[0x01, 9], b"localhost"].concat()
}

fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    let length = u32::try_from(payload.len()).unwrap().to_be_bytes();
    [&length[1..], &[kind, flags], &stream.to_be_bytes(), payload].concat()
}

/// Reads frames until one is found, by its kind and what it carries.
async fn until(socket: &mut TcpStream, is_found: impl Fn(u8, &[u8]) -> bool) {
    loop {
        let mut begin = [0; 9];
        socket.read_exact(&mut begin).await.unwrap();
        let length = u32::from_be_bytes([0, begin[0], begin[1], begin[2]]);
        let mut payload = vec![0; usize::try_from(length).unwrap()];
        socket.read_exact(&mut payload).await.unwrap();
        if is_found(begin[3], &payload) {
            return;
        }
    }
}

/// A body that is sent slowly, until its answer is asked for.
struct Upload {
    reader: OwnedReadHalf,
    sending: JoinHandle<OwnedWriteHalf>,
}

impl Upload {
    const PART: usize = 8 * 1024;
    const PARTS: usize = 60;

    async fn begin(address: SocketAddr) -> Self {
        let length = Self::PART * Self::PARTS;
        let head = format!("POST /hook HTTP/1.1\r\nHost: localhost\r\nContent-Length: {length}\r\n\r\n");
        let (reader, writer) = open(address, &head).await.into_split();
        let sending = tokio::spawn(send_at_intervals(writer, vec![b'x'; Self::PART], Self::PARTS));
        Self { reader, sending }
    }

    /// Sends the rest, and is answered.
    async fn finish(mut self) {
        let _writer = tokio::time::timeout(PATIENCE, self.sending).await.expect("all is taken").unwrap();
        let mut received = [0; 12];
        self.reader.read_exact(&mut received).await.unwrap();
        assert_eq!(&received, b"HTTP/1.1 200");
    }
}

/// Sends something so often, or until nobody takes it.
async fn send_at_intervals(mut writer: OwnedWriteHalf, part: Vec<u8>, times: usize) -> OwnedWriteHalf {
    let mut pauses = tokio::time::interval(SHORT / 3);
    for _ in 0..times {
        pauses.tick().await;
        if writer.write_all(&part).await.is_err() {
            break;
        }
    }
    writer
}

/// A connection of HTTP/2 with two requests whose bodies have begun.
async fn open_unfinished_streams(address: SocketAddr) -> TcpStream {
    let mut socket = open(address, PREFACE).await;
    max_concurrent_streams(&mut socket).await;
    for stream in [1, 3] {
        let frames = [frame(1, 4, stream, &head(POST, "/hook")), frame(0, 0, stream, b"half")];
        socket.write_all(&frames.concat()).await.unwrap();
    }
    socket
}

#[tokio::test]
async fn the_connections_of_a_proxy_are_not_those_of_one_client() {
    let proxies = vec!["127.0.0.0/8".parse().unwrap()];
    let (address, _stop) = start(Options { max_connections_per_address: 1, proxies, ..options() }).await;
    let _held = open(address, UNFINISHED).await;
    is_served(address).await;
}

/// Check 54: a head that does not end is not waited for, whatever it begins like.
#[tokio::test]
async fn an_unfinished_head_is_closed() {
    let (address, _stop) = start(Options { head: SHORT, ..options() }).await;
    for head in ["", "GET", "GET /here HTTP/1.1\r\nHost: localhost\r\nX-Slow: ", "PRI * HTTP/2.0\r\n"] {
        let answer = rest(&mut open(address, head).await).await;
        assert!(!answer.contains("200"), "{head}: {answer}");
    }
    is_served(address).await;
}

/// Reads one answer without a length of more than its head tells.
async fn answer(socket: &mut TcpStream) -> String {
    let mut received = String::new();
    while !received.ends_with("\r\n\r\nhere") {
        let mut some = [0; 1_024];
        let read = tokio::time::timeout(PATIENCE, socket.read(&mut some)).await;
        let read = read.expect("an answer in time").unwrap();
        assert!(read > 0, "closed after {received:?}");
        received.push_str(std::str::from_utf8(&some[..read]).unwrap());
    }
    received
}

/// Pools keep connections for a minute or more: a request on one that a head's deadline has closed meanwhile would have
/// no answer, and a mutation must not be sent twice.
#[tokio::test]
async fn a_connection_is_kept_between_requests_for_longer_than_a_head_may_take() {
    let (address, _stop) = start(Options { head: SHORT, idle: SHORT * 6, ..options() }).await;
    let kept = HEAD.replace("Connection: close\r\n", "");
    let mut socket = open(address, &kept).await;
    answer(&mut socket).await;
    let more = tokio::time::timeout(SHORT * 3, socket.read_u8()).await;
    assert!(more.is_err(), "closed before it was idle for long");
    socket.write_all(kept.as_bytes()).await.unwrap();
    answer(&mut socket).await;
    let started = tokio::time::Instant::now();
    assert_eq!(rest(&mut socket).await, "", "at last an idle one is closed");
    assert!(started.elapsed() >= SHORT * 5);
}

/// Check 54: the deadline of a head holds for every request of a connection.
#[tokio::test]
async fn an_unfinished_head_of_a_further_request_is_closed() {
    let (address, _stop) = start(Options { head: SHORT, ..options() }).await;
    let kept = HEAD.replace("Connection: close\r\n", "");
    let mut socket = open(address, &kept).await;
    answer(&mut socket).await;
    let started = tokio::time::Instant::now();
    socket.write_all(b"GET /here HTTP/1.1\r\nX-Slow: ").await.unwrap();
    assert_eq!(rest(&mut socket).await, "");
    assert!(started.elapsed() < PATIENCE / 2);
}

/// A request whose answer takes long, and a connection that has become another protocol's, wait for no head.
#[tokio::test]
async fn what_is_sent_while_an_answer_is_made_or_after_an_upgrade_has_no_deadline_of_a_head() {
    let (address, _stop) = start(Options { head: SHORT, idle: SHORT * 2, ..options() }).await;
    let mut slow = open(address, &HEAD.replace("/here", "/slow").replace("Connection: close\r\n", "")).await;
    let upgrade = "GET /upgrade HTTP/1.1\r\nHost: localhost\r\nConnection: upgrade\r\nUpgrade: echo\r\n\r\n";
    let mut upgraded = open(address, upgrade).await;
    slow.write_all(HEAD.as_bytes()).await.unwrap();
    let mut head = vec![0; 1_024];
    let read = upgraded.read(&mut head).await.unwrap();
    assert!(head[..read].starts_with(b"HTTP/1.1 101"));
    upgraded.write_all(b"a").await.unwrap();
    assert_eq!(upgraded.read_u8().await.unwrap(), b'a');
    // Two that wait as long for a head and for a request are closed.
    rest(&mut open(address, "GET /here HTTP/1.1\r\nX-Slow: ").await).await;
    let mut idle = open(address, &HEAD.replace("Connection: close\r\n", "")).await;
    answer(&mut idle).await;
    assert_eq!(rest(&mut idle).await, "");
    DEADLINES_HAVE_PASSED.notify_one();
    let answers = rest(&mut slow).await;
    assert_eq!(answers.matches("HTTP/1.1 200").count(), 2, "{answers}");
    upgraded.write_all(b"b").await.unwrap();
    assert_eq!(upgraded.read_u8().await.unwrap(), b'b');
}

/// Check 54: a head that does not end takes no more than a head may have.
#[tokio::test]
async fn a_head_of_more_than_64_kib_is_refused_before_it_ends() {
    let (address, _stop) = start(options()).await;
    let head = format!("GET /here HTTP/1.1\r\nHost: localhost\r\nX-Long: {}", "a".repeat(80 * 1024));
    let answer = rest(&mut open(address, &head).await).await;
    assert!(answer.starts_with("HTTP/1.1 431"), "{answer}");
}

/// Check 54: one byte of HTTP/2 can name a field, which takes a hundred.
#[tokio::test]
async fn a_request_of_http2_with_more_than_100_fields_is_refused() {
    let (address, _stop) = start(options()).await;
    let socket = TokioIo::new(TcpStream::connect(address).await.unwrap());
    let handshake = hyper::client::conn::http2::handshake(TokioExecutor::new(), socket);
    let (mut client, connection) = handshake.await.unwrap();
    tokio::spawn(connection);
    for (fields, expected) in [(100, 200), (101, 431), (50, 200)] {
        let mut request = Request::get(format!("http://{address}/here")).body(String::new()).unwrap();
        for _ in 0..fields {
            request.headers_mut().append("age", HeaderValue::from_static(""));
        }
        assert_eq!(client.send_request(request).await.unwrap().status(), expected, "{fields} fields");
    }
}

/// Check 54: heads are held before anybody counts them, so who has many connections has fewer requests on each.
#[tokio::test]
async fn many_connections_of_an_address_carry_fewer_requests_each() {
    let (address, _stop) = start(options()).await;
    let mut streams = Vec::new();
    let mut held = Vec::new();
    for _ in 0..100 {
        let mut socket = open(address, PREFACE).await;
        streams.push(max_concurrent_streams(&mut socket).await);
        held.push(socket);
    }
    assert_eq!((streams.first(), streams.get(9), streams.last()), (Some(&50), Some(&25), Some(&4)));
    assert!(streams.iter().sum::<u32>() < 1_500, "{streams:?}");
    let other = tokio::net::TcpSocket::new_v4().unwrap();
    other.bind("127.0.0.2:0".parse().unwrap()).unwrap();
    let mut other = other.connect(address).await.unwrap();
    other.write_all(PREFACE.as_bytes()).await.unwrap();
    assert_eq!(max_concurrent_streams(&mut other).await, 50);
}

/// From the server's SETTINGS, its first frame.
async fn max_concurrent_streams(socket: &mut TcpStream) -> u32 {
    let mut head = [0; 9];
    socket.read_exact(&mut head).await.unwrap();
    let mut settings = vec![0; usize::from(head[1]) << 8 | usize::from(head[2])];
    socket.read_exact(&mut settings).await.unwrap();
    let found = settings.chunks(6).find(|setting| setting[..2] == [0, 3]).expect("it is told");
    u32::from_be_bytes(found[2..].try_into().unwrap())
}

/// Check 54: an answer that nobody reads is not kept for ever.
#[tokio::test]
async fn an_answer_that_is_not_read_ends_the_connection() {
    let (address, _stop) = start(Options { max_connections_per_address: 1, write: SHORT, ..options() }).await;
    let unread = open(address, "GET /large HTTP/1.1\r\nHost: localhost\r\n\r\n").await;
    is_served_again(address).await;
    drop(unread);
}

/// Check 54: the same over HTTP/2, where the socket is never full: the client gives the stream no room.
#[tokio::test]
async fn a_stream_of_http2_without_room_ends_the_connection() {
    let (address, _stop) = start(Options { write: SHORT, ..options() }).await;
    let mut socket = open(address, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n").await;
    // SETTINGS: INITIAL_WINDOW_SIZE = 0.
    let settings = frame(4, 0, 0, &[0, 4, 0, 0, 0, 0]);
    let begun = frame(1, 5, 1, &head(GET, "/large"));
    socket.write_all(&[settings, begun].concat()).await.unwrap();
    // Pings are answered meanwhile, so that the connection is alive.
    let (mut reader, mut writer) = socket.into_split();
    let pings = tokio::spawn(async move {
        let ping = [0, 0, 8, 6, 0, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8];
        let mut pauses = tokio::time::interval(SHORT / 10);
        while writer.write_all(&ping).await.is_ok() {
            pauses.tick().await;
        }
    });
    let mut received = Vec::new();
    let ended = tokio::time::timeout(PATIENCE, reader.read_to_end(&mut received)).await;
    let _read = ended.expect("the server closes");
    assert!(received.len() < LARGE);
    pings.abort();
}

/// Check 53: a page of another site that has its name point here gets nothing.
#[tokio::test]
async fn a_foreign_host_a_doubled_one_and_none_are_refused() {
    let (address, _stop) = start(options()).await;
    for (hosts, status) in [
        ("Host: evil.example\r\n", "421"),
        ("Host: localhost\r\nHost: localhost\r\n", "400"),
        ("Host: localhost\r\nHost: evil.example\r\n", "400"),
        ("", "400"),
    ] {
        for path in ["/here", "/nowhere"] {
            let head = format!("GET {path} HTTP/1.1\r\n{hosts}\r\n");
            let answer = rest(&mut open(address, &head).await).await;
            assert!(answer.starts_with(&format!("HTTP/1.1 {status}")), "{hosts}{path}: {answer}");
            assert!(answer.contains("\"errors\""), "{answer}");
        }
    }
    // The name in the request line counts as well.
    let head = "GET http://evil.example/here HTTP/1.1\r\nHost: localhost\r\n\r\n";
    assert!(rest(&mut open(address, head).await).await.starts_with("HTTP/1.1 421"));
    is_served(address).await;
}

/// An answer that does not wait for the body's end is read by a client that sends it all first: the connection is not
/// torn while the rest still comes.
#[tokio::test]
async fn an_early_answer_is_read_by_a_client_that_still_sends() {
    let (address, stop) = start(options()).await;
    for _ in 0..5 {
        let head = format!(
            "POST /early HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: {LINGERING}\r\n\r\n"
        );
        let mut socket = open(address, &head).await;
        socket.write_all(&vec![b'x'; LINGERING]).await.expect("the server takes what is sent");
        assert!(rest(&mut socket).await.contains("no body is wanted"));
    }
    stop.cancel();
}

/// The same where nothing was on its way yet when the server closed: what comes later is taken too.
#[tokio::test]
async fn what_is_sent_after_the_server_has_closed_tears_nothing() {
    let (address, stop) = start(options()).await;
    for head in [
        format!(
            "POST /early HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: {LINGERING}\r\n\r\n"
        ),
        "GET /leave HTTP/1.1\r\nHost: localhost\r\nConnection: upgrade\r\nUpgrade: nothing\r\n\r\n"
            .to_owned(),
    ] {
        let mut socket = open(address, &head).await;
        assert!(rest(&mut socket).await.starts_with("HTTP/1.1 "), "{head}");
        socket.write_all(&vec![b'x'; LINGERING]).await.expect("the server takes what is sent");
    }
    stop.cancel();
}

/// A place is free again although its client never closes.
#[tokio::test]
async fn a_closed_connection_keeps_its_place_for_a_moment_only() {
    let (address, stop) = start(Options { max_connections: 1, ..options() }).await;
    let mut kept = Vec::new();
    for _ in 0..3 {
        let mut socket = open(address, HEAD).await;
        assert!(rest(&mut socket).await.contains("here"));
        kept.push(socket);
    }
    stop.cancel();
}
