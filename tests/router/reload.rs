//! Changes of the supergraph under a router that serves.

use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use router_composition::{Subgraph as Schema, compose};
use serde_json::json;
use tempfile::TempDir;

use super::process::Router;
use super::subgraph::Subgraph;

const OLD: &str = "type Query { a: Int slow: Int }";
const NEW: &str = "type Query { a: Int b: Int }";
const BAD: &str = "type Query { a: Nowhere }";

fn supergraph(subgraph: &Subgraph, sdl: &str) -> String {
    let schema = Schema { name: "one".to_owned(), url: subgraph.url.clone(), sdl: sdl.to_owned() };
    compose(&[schema]).unwrap().supergraph_sdl
}

/// As careful tools write: readers see the old file or the new one.
fn replace(file: &Path, text: &str) {
    let fresh = file.with_extension("new");
    fs::write(&fresh, text).unwrap();
    fs::rename(fresh, file).unwrap();
}

/// Clients ask without pause while the supergraph is replaced several times, and one request stays open all the way.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_new_file_is_taken_over_and_no_request_fails() {
    let folder = TempDir::new().unwrap();
    let subgraph = Subgraph::start(OLD, json!({ "a": 1, "b": 2, "slow": 3 })).await;
    let file = folder.path().join("supergraph.graphql");
    let (old, new) = (supergraph(&subgraph, OLD), supergraph(&subgraph, NEW));
    replace(&file, &old);
    let router = Arc::new(Router::start(folder.path(), &["--supergraph", "supergraph.graphql"]).await);

    let stop = Arc::new(AtomicBool::new(false));
    let answered = Arc::new(AtomicUsize::new(0));
    let clients: Vec<_> = (0..8)
        .map(|_| {
            let (router, stop, answered) = (router.clone(), stop.clone(), answered.clone());
            tokio::spawn(async move {
                let mut failed = Vec::new();
                while !stop.load(Ordering::Relaxed) {
                    let answer = router.ask("{ a }").await;
                    answered.fetch_add(1, Ordering::Relaxed);
                    if answer != json!({ "data": { "a": 1 } }) {
                        failed.push(answer);
                    }
                }
                failed
            })
        })
        .collect();
    let open = tokio::spawn({
        let router = router.clone();
        async move { router.ask("{ slow a }").await }
    });
    subgraph.holds_one().await;

    for _ in 0..2 {
        replace(&file, &new);
        router.eventually_answers("{ b }", &json!({ "data": { "b": 2 } })).await;
        router.eventually_refuses("{ slow }").await;
        replace(&file, &old);
        router.eventually_refuses("{ b }").await;
    }
    replace(&file, &new);
    router.hang_up().await;
    router.eventually_answers("{ b }", &json!({ "data": { "b": 2 } })).await;
    subgraph.let_go();
    assert_eq!(open.await.unwrap(), json!({ "data": { "slow": 3, "a": 1 } }));

    stop.store(true, Ordering::Relaxed);
    for client in clients {
        assert_eq!(client.await.unwrap(), Vec::<serde_json::Value>::new());
    }
    let answered = answered.load(Ordering::Relaxed);
    eprintln!("{answered} requests through five reloads, none failed");
    assert!(answered > 100, "{answered} requests are no load");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_bad_file_leaves_the_old_supergraph_and_is_told_once() {
    let folder = TempDir::new().unwrap();
    let subgraph = Subgraph::start(OLD, json!({ "a": 1, "b": 2 })).await;
    let file = folder.path().join("supergraph.graphql");
    replace(&file, &supergraph(&subgraph, OLD));
    let router = Router::start(folder.path(), &["--supergraph", "supergraph.graphql"]).await;

    replace(&file, "type Query {");
    router.eventually_logs(&["the supergraph stays as it was", "the supergraph cannot be used"]).await;
    router.eventually_answers("{ a }", &json!({ "data": { "a": 1 } })).await;
    fs::remove_file(&file).unwrap();
    router.eventually_logs(&["the supergraph stays as it was", "supergraph.graphql cannot be read"]).await;
    router.eventually_answers("{ a }", &json!({ "data": { "a": 1 } })).await;
    replace(&file, &supergraph(&subgraph, NEW));
    router.eventually_answers("{ b }", &json!({ "data": { "b": 2 } })).await;
    let told = router.eventually_logs(&["the supergraph stays as it was"]).await;
    assert_eq!(told, 2, "each fault once");
    assert_eq!(subgraph.connections(), 1, "a subgraph at the same URL keeps its connections");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn subgraphs_are_asked_for_their_schemas_and_composed_anew_when_these_change() {
    let folder = TempDir::new().unwrap();
    let one = Subgraph::start(OLD, json!({ "a": 1, "b": 2, "e": 6 })).await;
    let two = Subgraph::start("", json!({ "c": 4, "d": 5 })).await;
    fs::write(folder.path().join("two.graphql"), "type Query { c: Int }").unwrap();
    let arguments = [format!("one={}", one.url), format!("two=two.graphql,{}", two.url)];
    let [from_url, from_file] = &arguments;
    let router =
        Router::start(folder.path(), &["--subgraph", from_url, "--subgraph", from_file, "--poll", "1"]).await;
    router.eventually_answers("{ c a }", &json!({ "data": { "c": 4, "a": 1 } })).await;
    router.eventually_refuses("{ b }").await;

    one.set_sdl(NEW);
    router.eventually_answers("{ c b }", &json!({ "data": { "c": 4, "b": 2 } })).await;
    one.set_sdl(BAD);
    router
        .eventually_logs(&["the supergraph stays as it was", "the subgraphs do not compose", "Nowhere"])
        .await;
    router.eventually_answers("{ b }", &json!({ "data": { "b": 2 } })).await;

    one.set_sdl("type Query { a: Int b: Int e: Int }");
    router.eventually_answers("{ e }", &json!({ "data": { "e": 6 } })).await;
    one.break_down();
    router.eventually_logs(&["a schema stays as it was last known", "`one`"]).await;
    fs::write(folder.path().join("two.graphql"), "type Query { c: Int d: Int }").unwrap();
    router.eventually_answers("{ d c }", &json!({ "data": { "d": 5, "c": 4 } })).await;
}
