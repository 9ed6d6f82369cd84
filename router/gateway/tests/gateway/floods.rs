//! WebSockets on which more is sent than is read or done: what the server keeps for them is bounded.

use std::time::Duration;

use tokio::io::AsyncWriteExt;
use tokio::net::TcpSocket;
use tokio::runtime::Handle;

use crate::support::raw::{Raw, TEXT, frame};
use crate::support::{Harness, config};

const PATIENCE: Duration = Duration::from_secs(60);

/// Check 50: operations that a client begins and completes at once are not begun faster than they end.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn operations_that_are_completed_at_once_do_not_pile_up() {
    const CONNECTIONS: usize = 4;
    let harness = Harness::start().await;
    let max = config().subscriptions.max_operations;
    let pairs: Vec<u8> = (0..100)
        .flat_map(|id| {
            let begun = format!(r#"{{"type":"subscribe","id":"{id}","payload":{{"query":"{{ hello }}"}}}}"#);
            let ended = format!(r#"{{"type":"complete","id":"{id}"}}"#);
            [begun, ended].map(|text| frame(0x80 | TEXT, text.as_bytes())).concat()
        })
        .collect();
    let before = Handle::current().metrics().num_alive_tasks();
    let mut floods = tokio::task::JoinSet::new();
    for _ in 0..CONNECTIONS {
        let (mut raw, pairs) = (Raw::ready(harness.address).await, pairs.clone());
        floods.spawn(async move {
            for _ in 0..30 {
                raw.send_and_read(&pairs).await;
            }
        });
    }
    let mut most = 0;
    while !floods.is_empty() {
        most = most.max(Handle::current().metrics().num_alive_tasks() - before);
        if let Ok(ended) = tokio::time::timeout(Duration::from_millis(5), floods.join_next()).await {
            ended.expect("a flood is left").unwrap();
        }
    }
    // Twice as many as may run, since those that are completed take a moment to end; and those of the connections.
    let room = CONNECTIONS * (2 * max + 10);
    assert!(most <= room, "{most} tasks at once, of {CONNECTIONS} connections with {max} operations each");
}

/// Check 50: the connections of one network begin so many operations together, however many connections they are.
#[tokio::test]
async fn operations_of_many_connections_of_a_network_do_not_pile_up() {
    const AT_ONCE: usize = 256;
    let harness = Harness::start().await;
    let max = config().subscriptions.max_operations;
    let mut begun = Vec::new();
    for id in 0..max {
        let text = format!(r#"{{"type":"subscribe","id":"{id}","payload":{{"query":"{{ gated }}"}}}}"#);
        begun.extend(frame(0x80 | TEXT, text.as_bytes()));
    }
    let mut connections = Vec::new();
    for _ in 0..2 * AT_ONCE / max {
        let mut raw = Raw::ready(harness.address).await;
        raw.send(&begun).await;
        connections.push(raw);
    }
    let mut waiting = harness.subgraph.0.waiting.subscribe();
    let all = waiting.wait_for(|waiting| *waiting >= AT_ONCE);
    tokio::time::timeout(PATIENCE, all).await.expect("so many begin").unwrap();
    // Another network waits for none of them; what is answered to it comes after all that could have begun.
    let other = TcpSocket::new_v4().unwrap();
    other.bind("127.0.0.2:0".parse().unwrap()).unwrap();
    let other = other.connect(harness.address).await.unwrap();
    let mut other = Raw::upgraded(other, harness.address).await;
    other.text(r#"{"type":"connection_init"}"#).await;
    other.text(r#"{"type":"subscribe","id":"1","payload":{"query":"{ hello }"}}"#).await;
    for _ in ["acknowledged", "answered", "completed"] {
        other.frame().await;
    }
    assert_eq!(*waiting.borrow(), AT_ONCE);
    harness.subgraph.0.gate.add_permits(connections.len() * max);
    for raw in &mut connections {
        for _ in 0..2 * max {
            raw.frame().await;
        }
    }
}

/// Check 50: a client that pings and never reads is a slow reader: its pings are not read for ever.
#[tokio::test]
async fn pings_of_a_client_that_never_reads_end_its_connection() {
    let mut config = config();
    config.subscriptions.slow_reader = Duration::from_millis(300);
    let harness = Harness::with(config, |builder| builder).await;
    let socket = TcpSocket::new_v4().unwrap();
    socket.set_recv_buffer_size(4096).unwrap();
    let stream = socket.connect(harness.address).await.unwrap();
    let mut stream = Raw::upgraded(stream, harness.address).await.into_inner();
    let pings = frame(0x89, &[b'p'; 125]).repeat(1_000);
    let sent = async {
        // More than the sockets of both ends hold.
        for _ in 0..400 {
            stream.write_all(&pings).await?;
        }
        std::io::Result::Ok(())
    };
    let ended = tokio::time::timeout(PATIENCE, sent).await.expect("the connection ends");
    assert!(ended.is_err(), "50 MB of pings were taken, and none of their answers was read");
}

/// A client that reads the answers to its pings is served on.
#[tokio::test]
async fn pings_that_are_read_are_answered() {
    let harness = Harness::start().await;
    let mut raw = Raw::ready(harness.address).await;
    for number in 0..200_u8 {
        raw.send(&frame(0x89, &[number])).await;
        assert_eq!(raw.frame().await, (10, vec![number]));
    }
}
