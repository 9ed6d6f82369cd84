use std::time::Duration;

use platform_identity::Scope;
use platform_testkit::{Answer, TestClient, TestSubscription};
use sea_orm::ConnectionTrait;
use serde_json::json;

use crate::shop::{Shop, add, order, place};

const MINE: &str = "subscription { myOrdersUpdated { id version status buyer { id } } }";
const RECEIVED: &str = "subscription ($vendor: ID!) { vendorOrderReceived(vendorId: $vendor) {
    id status lines { quantity } commission { amount } } }";

/// These subscriptions tell of what comes after they began: `cause` happens until one does.
async fn first_event(events: &mut TestSubscription, cause: impl AsyncFn(usize)) -> Answer {
    for number in 0..20 {
        cause(number).await;
        if let Ok(event) = tokio::time::timeout(Duration::from_secs(1), events.next()).await {
            return event;
        }
    }
    panic!("no event for twenty causes");
}

/// Fills the buyer's cart and orders what is in it; returns the order's id.
async fn buy(shop: &Shop, buyer: &TestClient, key: &str) -> String {
    add(buyer, shop.app.ids().next(), 2).await.data();
    place(buyer, &order(key)).await.text("placeOrder.order.id")
}

#[tokio::test]
async fn a_user_hears_of_all_own_orders_and_of_no_others() {
    let shop = Shop::open().await;
    let buyer = shop.app.as_user(shop.app.ids().next());
    let me = buyer.identity().user.unwrap().to_string();
    let mut mine = buyer.subscribe(MINE, json!({})).await;
    first_event(&mut mine, async |n| drop(buy(&shop, &buyer, &format!("first-key-{n}")).await)).await.data();
    let stranger = shop.app.as_user(shop.app.ids().next());
    buy(&shop, &stranger, "stranger-key").await;
    let id = buy(&shop, &buyer, "second-key").await;
    let (mut statuses, mut versions) = (Vec::new(), Vec::new());
    let last = mine
        .until(|event| {
            assert_eq!(event.text("myOrdersUpdated.buyer.id"), me, "{}", event.body);
            if event.text("myOrdersUpdated.id") == id {
                statuses.push(event.text("myOrdersUpdated.status"));
                versions.push(event.get::<i64>("myOrdersUpdated.version"));
            }
            statuses.last().is_some_and(|status| status == "PAID")
        })
        .await;
    assert_eq!(last.text("myOrdersUpdated.id"), id);
    assert!(versions.is_sorted_by(|one, next| one < next), "each version once: {versions:?}");
    let mut refused = shop.app.as_guest().subscribe(MINE, json!({})).await;
    assert_eq!(refused.next().await.codes(), ["UNAUTHENTICATED"]);
}

#[tokio::test]
async fn a_vendor_hears_of_orders_to_prepare_and_of_none_before() {
    let shop = Shop::open().await;
    let own = Scope::Vendor(shop.vendor);
    let vendor = shop.app.as_user(shop.app.ids().next()).with_scopes([own]);
    let variables = json!({ "vendor": shop.vendor });
    let mut received = vendor.subscribe(RECEIVED, variables.clone()).await;
    let buyer = shop.app.as_user(shop.app.ids().next());
    first_event(&mut received, async |n| drop(buy(&shop, &buyer, &format!("first-key-{n}")).await))
        .await
        .data();
    // Nobody prepares what waits for its payment or has failed.
    shop.payment_stands("REQUIRES_ACTION", json!({ "actionUrl": "/challenge" }));
    buy(&shop, &buyer, "waiting-key").await;
    shop.payment_stands("DECLINED", json!({ "declineCode": "declined" }));
    let declined = place(&shop.buyer().await, &order("declined-key")).await;
    assert_eq!(declined.text("placeOrder.__typename"), "PaymentDeclined");
    shop.payment_stands("AUTHORIZED", json!({}));
    let buyer = shop.app.as_user(shop.app.ids().next());
    add(&buyer, shop.app.ids().next(), 7).await.data();
    let placed = place(&buyer, &order("seven-key")).await;
    let seven = received.until(|event| event.get::<i64>("vendorOrderReceived.lines.0.quantity") != 2).await;
    assert_eq!(seven.text("vendorOrderReceived.id"), placed.text("placeOrder.order.vendorOrders.0.id"));
    assert_eq!(seven.text("vendorOrderReceived.status"), "OPEN");
    assert_eq!(seven.text("vendorOrderReceived.commission.amount"), "5.60");
    let other = Scope::Vendor(shop.app.ids().next());
    for stranger in [buyer, shop.app.as_user(shop.app.ids().next()).with_scopes([other])] {
        let mut refused = stranger.subscribe(RECEIVED, variables.clone()).await;
        assert_eq!(refused.next().await.codes(), ["FORBIDDEN"]);
    }
}

/// As after a failover that lost the last commits: what follows has versions that were told already.
#[tokio::test]
async fn who_watches_an_order_hears_of_changes_after_its_versions_were_lost() {
    let shop = Shop::open().await;
    let buyer = shop.app.as_user(shop.app.ids().next());
    let id = buy(&shop, &buyer, "a-key-of-its-own").await;
    let one = "subscription ($id: ID!) { orderUpdated(id: $id) { version status } }";
    let mut events = buyer.subscribe(one, json!({ "id": id })).await;
    events.until(|event| event.text("orderUpdated.status") == "PAID").await;
    let database = shop.app.database();
    for lost in ["UPDATE orders SET version = 1", "DELETE FROM order_events WHERE version > 1"] {
        database.write().execute_unprepared(lost).await.unwrap();
    }
    shop.catalog_says("releaseReservation", json!({ "status": "COMMITTED" }));
    let cancel = "mutation ($id: ID!) { cancelOrder(input: { orderId: $id }) { __typename } }";
    assert_eq!(
        buyer.execute(cancel, json!({ "id": id })).await.text("cancelOrder.__typename"),
        "CancelOrderPayload"
    );
    events.until(|event| event.text("orderUpdated.status") == "CANCELLED").await;
}
