//! When fetches run, and what a deadline leaves.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use futures::channel::oneshot;
use router_transport::Response as Answer;
use serde_json::json;
use tokio::sync::Notify;

use crate::support::*;

/// Check 38: what depends on an answered fetch is asked for while another fetch still hangs, and both reach the client
/// by the deadline.
#[tokio::test]
async fn a_hung_fetch_holds_no_unrelated_branch_and_the_deadline_keeps_what_is_there() {
    let quick = Scripted::answering(json!({ "data": { "product": { "__typename": "P", "id": "1" } } }));
    let next = Scripted::answering(json!({ "data": { "_entities": [{ "name": "n" }] } }));
    let hung = Scripted::hanging();
    let federation =
        Federation::new(&[("quick", quick), ("next", Arc::clone(&next)), ("hung", Arc::clone(&hung))]);
    let fetches = vec![
        federation.fetch(0, "quick", &[], root(&["product"])),
        federation.fetch(1, "hung", &[], root(&["slow"])),
        federation.fetch(2, "next", &[0], entities("product", &["name"])),
        federation.fetch(3, "next", &[1], entities("slow", &["name"])),
    ];
    let output = object(
        "Query",
        vec![
            field("product", composite(object("P", vec![field("name", string())]))),
            field("slow", string()),
        ],
    );
    let response = federation.run_until(fetches, output, Instant::now() + Duration::from_millis(100)).await;
    assert_eq!(response["data"], json!({ "product": { "name": "n" }, "slow": null }));
    assert_eq!(
        response["errors"],
        json!([{
            "message": "a service did not answer in time",
            "path": ["slow"],
            "extensions": { "code": "SUBGRAPH_TIMEOUT" },
        }])
    );
    assert_eq!(next.asked.lock().unwrap().len(), 1);
    assert_eq!(hung.asked.lock().unwrap().len(), 1);
}

/// A failed fetch leaves a hole: what waited for it runs, finds nothing to ask for, and sends nothing.
#[tokio::test]
async fn dependents_of_a_failed_fetch_send_nothing() {
    let broken = Scripted::failing();
    let next = Scripted::answering(json!({ "data": { "_entities": [] } }));
    let federation = Federation::new(&[("broken", broken), ("next", Arc::clone(&next))]);
    let fetches = vec![
        federation.fetch(0, "broken", &[], root(&["product"])),
        federation.fetch(1, "next", &[0], entities("product", &["name"])),
    ];
    let output =
        object("Query", vec![field("product", composite(object("P", vec![field("name", string())])))]);
    let response = federation.run(fetches, output).await;
    assert_eq!(response["data"], json!({ "product": null }));
    assert_eq!(response["errors"].as_array().unwrap().len(), 1);
    assert!(next.asked.lock().unwrap().is_empty());
}

/// Independent fetches are under way together: each answers only when the other has been asked.
#[tokio::test]
async fn independent_fetches_overlap() {
    let (left_asked, right_asked) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let meet = |mine: Arc<Notify>, theirs: Arc<Notify>, answer: serde_json::Value| {
        Scripted::new(move |_| {
            let (mine, theirs, answer) = (Arc::clone(&mine), Arc::clone(&theirs), answer.clone());
            async move {
                mine.notify_one();
                theirs.notified().await;
                Ok(Answer { data: answer, ..Answer::default() })
            }
        })
    };
    let left = meet(Arc::clone(&left_asked), Arc::clone(&right_asked), json!({ "l": "1" }));
    let right = meet(right_asked, left_asked, json!({ "r": "2" }));
    let federation = Federation::new(&[("left", left), ("right", right)]);
    let fetches =
        vec![federation.fetch(0, "left", &[], root(&["l"])), federation.fetch(1, "right", &[], root(&["r"]))];
    let output = object("Query", vec![field("r", string()), field("l", string())]);
    let run = federation.run(fetches, output);
    let response = tokio::time::timeout(Duration::from_secs(10), run).await.unwrap();
    assert_eq!(response, json!({ "data": { "r": "2", "l": "1" } }));
}

/// Mutations wait for one another by `after`, also when one fails.
#[tokio::test]
async fn a_series_is_never_two_at_once() {
    let running = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&running);
    let subgraph = Scripted::new(move |request| {
        let running = Arc::clone(&counter);
        async move {
            assert_eq!(running.fetch_add(1, Ordering::SeqCst), 0);
            tokio::task::yield_now().await;
            running.fetch_sub(1, Ordering::SeqCst);
            let id = request.query.trim_start_matches("# fetch ").to_owned();
            let data = if id == "1" { json!(null) } else { json!({ format!("m{id}"): id }) };
            Ok(Answer { data, ..Answer::default() })
        }
    });
    let federation = Federation::new(&[("only", Arc::clone(&subgraph))]);
    let fetches = (0..3usize)
        .map(|id| {
            let after: Vec<_> = id.checked_sub(1).into_iter().collect();
            federation.fetch(id, "only", &after, root(&["m"]))
        })
        .collect();
    let output =
        object("Mutation", vec![field("m0", string()), field("m1", string()), field("m2", string())]);
    let response = federation.run(fetches, output).await;
    assert_eq!(response["data"], json!({ "m0": "0", "m1": null, "m2": "2" }));
    let order: Vec<_> =
        subgraph.asked.lock().unwrap().iter().map(|request| request.query.to_string()).collect();
    assert_eq!(order, ["# fetch 0", "# fetch 1", "# fetch 2"]);
}

/// A client that goes away takes its subgraph calls along.
#[tokio::test]
async fn dropping_the_execution_drops_its_fetches() {
    let (guard, dropped) = oneshot::channel::<()>();
    let guard = std::sync::Mutex::new(Some(guard));
    let asked = Arc::new(Notify::new());
    let signal = Arc::clone(&asked);
    let subgraph = Scripted::new(move |_| {
        let guard = guard.lock().unwrap().take();
        signal.notify_one();
        async move {
            let pending: Answer = std::future::pending().await;
            drop(guard);
            Ok(pending)
        }
    });
    let federation = Federation::new(&[("only", subgraph)]);
    let fetches = vec![federation.fetch(0, "only", &[], root(&["a"]))];
    let output = object("Query", vec![field("a", string())]);
    tokio::select! {
        _ = federation.run(fetches, output) => {}
        () = asked.notified() => {}
    }
    assert!(dropped.await.is_err());
}
