//! Processes of Souk as an operator starts them, and clients as a frontend writes them.

mod api;
mod client;
mod database;
mod installation;
mod subgraphs;
mod template;

pub use api::{Api, Reference};
pub use client::{Answer, Client, Subscription};
pub use database::Store;
pub use installation::{Installation, Shape};
pub use subgraphs::{public_subgraphs, subgraphs};

use std::sync::Arc;
use std::time::{Duration, Instant};

use platform_core::{Ids, SystemClock};
use serde_json::{Value, json};

/// How long anything may take before a test gives up on it.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// Letters and digits that nobody else has.
pub fn fresh_id() -> String {
    Ids::new(Arc::new(SystemClock)).next_uuid().simple().to_string()
}

/// Asks again until there is an answer, or patience ends: then the test fails.
pub async fn eventually<T, F: Future<Output = Option<T>>>(what: &str, ask: impl FnMut() -> F) -> T {
    let answer = within(PATIENCE, ask).await;
    answer.unwrap_or_else(|| panic!("{what}: not within {PATIENCE:?}"))
}

/// Asks again until there is an answer, or the time is over.
pub async fn within<T, F: Future<Output = Option<T>>>(
    time: Duration,
    mut ask: impl FnMut() -> F,
) -> Option<T> {
    let end = Instant::now() + time;
    loop {
        let answer = ask().await;
        if answer.is_some() || Instant::now() > end {
            return answer;
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
}

/// Waits until no order of the demo moves any more: delayed payments have come, and refunds have arrived.
pub async fn until_demo_rests(admin: &Client) {
    let query = "{ orders(first: 100) { nodes {
        status refunded { amount } payments { status refundedAmount { amount } }
    } } }";
    let rests = || async {
        let answer = admin.execute(query, json!({})).await;
        let orders = answer.data()["orders"]["nodes"].as_array().cloned().unwrap_or_default();
        (!orders.iter().any(is_under_way)).then_some(())
    };
    eventually("the demo's orders rest", rests).await;
}

/// Whether an order moves on by itself: the webhook of a delayed payment comes some seconds after the order, then its
/// saga ends; refunds come by events. `order`: its status, what was refunded, and its payments with theirs.
pub fn is_under_way(order: &Value) -> bool {
    let payment = &order["payments"][0];
    ["PENDING", "CONFIRMED"].iter().any(|passing| order["status"] == *passing)
        || ["PENDING", "AUTHORIZED"].iter().any(|passing| payment["status"] == *passing)
        || payment.is_object() && payment["refundedAmount"]["amount"] != order["refunded"]["amount"]
}
