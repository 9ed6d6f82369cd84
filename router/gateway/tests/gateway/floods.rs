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
