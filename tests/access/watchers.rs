//! Whoever watches is checked again and again; that takes nobody the turn to hear of an event.

use serde_json::json;

use super::{Account, place_order, plentiful_offer};
use crate::support::{Installation, Shape};

/// One event is answered at a time for each address.
const CONFIGURATION: &str =
    "[server]\nrecheck_interval_ms = 100\n[gateway.subscriptions]\nevents_at_once = 2\n";
const WATCH: &str = "subscription ($id: ID!) { orderUpdated(id: $id) { status } }";
const WATCHERS: usize = 6;

#[tokio::test(flavor = "multi_thread")]
async fn all_who_watch_from_one_address_see_each_change() {
    let mut shop = Installation::prepare(Shape::Whole, CONFIGURATION);
    shop.seed().await;
    shop.start_all(None).await;
    let anyone = shop.client();
    let (offer, _) = plentiful_offer(&anyone).await;
    let mut watching = Vec::new();
    for _ in 0..WATCHERS {
        let buyer = Account::register(&anyone).await.client;
        let order = place_order(&buyer, &offer, "tok_challenge").await;
        let mut watch = buyer.subscribe(WATCH, json!({ "id": order["id"] })).await;
        let first = watch.next().await.expect("the order as it stands");
        assert_eq!(first.data()["orderUpdated"]["status"], "AWAITING_PAYMENT");
        watching.push((order["paymentActionUrl"].as_str().unwrap().to_owned(), watch));
    }
    for (page, watch) in &mut watching {
        anyone.pass_challenge(page).await.unwrap();
        watch.until(|data| data["orderUpdated"]["status"] == "PAID").await;
    }
}
