//! Open subscriptions.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use async_trait::async_trait;
use platform_identity::{Caller, Identity, Scope};
use platform_server::Recheck;
use platform_testkit::{TestSubgraph, eventually};
use serde_json::json;

use crate::sample::Sample;

/// Says what the test has set.
#[derive(Clone, Default)]
struct Sessions {
    is_over: Arc<AtomicBool>,
    has_lost_scopes: Arc<AtomicBool>,
}

#[async_trait]
impl Recheck for Sessions {
    async fn recheck(&self, caller: &Caller) -> Option<Caller> {
        if self.is_over.load(Ordering::SeqCst) {
            return None;
        }
        let mut identity = Identity::clone(caller);
        if self.has_lost_scopes.load(Ordering::SeqCst) {
            identity.scopes.clear();
        }
        Some(Caller::new(identity))
    }
}

async fn start(sessions: &Sessions) -> TestSubgraph<Sample> {
    let builder = TestSubgraph::<Sample>::builder().recheck(sessions.clone());
    builder.configure(|config| config.server.recheck_interval_ms = 20).start().await
}

#[tokio::test]
async fn the_rule_of_the_root_is_checked_before_the_stream_starts() {
    let app = TestSubgraph::<Sample>::start().await;
    let mut events = app.as_guest().subscribe("subscription { mine }", json!({})).await;
    assert_eq!(events.next().await.codes(), ["UNAUTHENTICATED"]);
    assert!(events.try_next().await.is_none());
    let user = app.ids().next();
    let mut events = app.as_user(user).subscribe("subscription { mine }", json!({})).await;
    assert_eq!(events.next().await.text("mine"), user.to_string());
}

/// Check 16: when a session is revoked, its open subscriptions end.
#[tokio::test]
async fn the_end_of_the_session_ends_the_subscription() {
    let sessions = Sessions::default();
    let app = start(&sessions).await;
    let mut events = app.as_user(app.ids().next()).subscribe("subscription { mine }", json!({})).await;
    events.next().await.data();
    sessions.is_over.store(true, Ordering::SeqCst);
    assert_eq!(events.next().await.codes(), ["UNAUTHENTICATED"]);
    assert!(events.try_next().await.is_none());
}

/// Check 16: so does the loss of a right that it began with; who had none to lose goes on.
#[tokio::test]
async fn the_loss_of_a_right_ends_the_subscription() {
    let sessions = Sessions::default();
    let app = start(&sessions).await;
    let client = app.as_user(app.ids().next()).with_scopes([Scope::AuditRead]);
    let waiting = "subscription { count(to: 1, thenWait: true) { number secret } }";
    let mut events = client.subscribe(waiting, json!({})).await;
    assert_eq!(events.next().await.get::<i64>("count.secret"), -1);
    // No rule of its fields names the scope; what it shows may rest on it all the same.
    let mut unruled =
        client.subscribe("subscription { count(to: 1, thenWait: true) { number } }", json!({})).await;
    unruled.next().await.data();
    let mut without = app.as_user(app.ids().next()).subscribe("subscription { mine }", json!({})).await;
    without.next().await.data();
    sessions.has_lost_scopes.store(true, Ordering::SeqCst);
    for mut ended in [events, unruled] {
        assert_eq!(ended.next().await.codes(), ["FORBIDDEN"]);
        assert!(ended.try_next().await.is_none());
    }
    sessions.is_over.store(true, Ordering::SeqCst);
    assert_eq!(without.next().await.codes(), ["UNAUTHENTICATED"], "it went on until its own session ended");
}

/// Who is asked about callers does not answer: events go on.
#[tokio::test]
async fn a_check_that_hangs_holds_up_no_event() {
    struct Hangs;

    #[async_trait]
    impl Recheck for Hangs {
        async fn recheck(&self, _: &Caller) -> Option<Caller> {
            std::future::pending().await
        }
    }

    let builder = TestSubgraph::<Sample>::builder().recheck(Hangs);
    let app = builder.configure(|config| config.server.recheck_interval_ms = 1).start().await;
    let mut events = app.as_guest().subscribe("subscription { count(to: 500) { number } }", json!({})).await;
    for number in 1..=500 {
        assert_eq!(events.next().await.get::<i64>("count.number"), number);
    }
}

#[tokio::test]
async fn a_panic_ends_its_subscription_with_an_error() {
    let app = TestSubgraph::<Sample>::start().await;
    let mut events = app.as_guest().subscribe("subscription { breaks }", json!({})).await;
    assert_eq!(events.next().await.get::<i64>("breaks"), 1);
    let last = events.next().await;
    assert_eq!(last.codes(), ["INTERNAL"]);
    assert!(!last.body.to_string().contains("second"));
    assert!(events.try_next().await.is_none());
}

#[tokio::test]
async fn dropping_a_subscription_ends_it_at_the_subgraph() {
    let app = TestSubgraph::<Sample>::start().await;
    let open = async |count: i64| {
        let text = app.http().get(app.url("/metrics")).send().await.unwrap().text().await.unwrap();
        text.contains(&format!("souk_subgraph_subscriptions{{subgraph=\"sample\"}} {count}\n"))
    };
    let query = "subscription { count(to: 1, thenWait: true) { number } }";
    let mut events = app.as_guest().subscribe(query, json!({})).await;
    events.next().await.data();
    assert!(open(1).await);
    drop(events);
    eventually(|| open(0)).await;
}
