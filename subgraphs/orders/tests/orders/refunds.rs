//! Orders and their payments agree: what was refunded, by whom and how ever, shows in the order.

use std::time::Duration;

use contracts::orders::OrderCancelled;
use contracts::payments::PaymentRefunded;
use orders_entities::order::{Column, Status};
use platform_commerce::{CurrencyCode, Money};
use platform_core::ErrorCode;
use platform_core::id::OrderId;
use platform_identity::Scope;
use platform_testkit::{TestClient, TestSubscription, eventually};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde_json::{Value, json};

use crate::shop::{ORDER, Shop, add, euro, mails, order, place, sagas, status, told};

const CANCEL: &str = "mutation ($id: ID!) { cancelOrder(input: { orderId: $id }) {
    __typename ... on CancelOrderPayload { order { status refunded { amount } vendorOrders { status } } } } }";
const OF_VENDOR: &str = "query ($of: [_Any!]!) { _entities(representations: $of) {
    ... on Vendor { orders { nodes { id status } } } ... on VendorOrder { id } } }";

/// Payments tells of a refund after which `refunded` of the order's money is given back.
pub fn refunded(shop: &Shop, order: &str, amount: i64, refunded: i64) {
    let money = |minor| Money::from_minor(minor, CurrencyCode::EUR);
    shop.app.publish(&PaymentRefunded {
        payment_id: shop.payment,
        refund_id: shop.app.ids().next(),
        order_id: order.parse().unwrap(),
        user_id: None,
        amount: money(amount),
        refunded: money(refunded),
        points: 0,
        points_refunded: None,
    });
}

/// By whatever path the money went back: all of it means that the order is refunded, and nothing is left to ship.
#[tokio::test]
async fn an_order_refunded_in_full_is_refunded_and_not_shipped() {
    let shop = Shop::open().await;
    let buyer = shop.buyer().await;
    let mut input = order("key-00001");
    // The points that paid the rest come back with the money.
    input["points"] = json!(100);
    let id = place(&buyer, &input).await.text("placeOrder.order.id");
    shop.catalog_says("releaseReservation", json!({ "status": "COMMITTED" }));
    refunded(&shop, &id, 500, 500);
    let seen = async || buyer.execute(ORDER, json!({ "id": id })).await;
    eventually(|| async { seen().await.text("order.refunded.amount") == "5.00" }).await;
    assert_eq!(seen().await.text("order.status"), "PAID", "a part of it");
    let partly = json!({ "status": "PAID", "reason": "PARTIALLY_REFUNDED" });
    assert_eq!(seen().await.at("order.history.3"), &partly, "{}", seen().await.body);
    refunded(&shop, &id, 1_899, 2_399);
    eventually(|| async { status(&buyer, &id).await == "REFUNDED" }).await;
    assert_eq!(seen().await.text("order.vendorOrders.0.status"), "CANCELLED");
    let history: Vec<Value> = seen().await.get("order.history");
    assert_eq!(history.len(), 5, "{history:?}");
    assert_eq!(history[4], json!({ "status": "REFUNDED", "reason": "REFUNDED" }));
    eventually(|| async { shop.catalog.calls("restockReservation").len() == 1 }).await;
    shop.app.redeliver_last("payments");
    let closed = told::<OrderCancelled>(&shop.app, 1).await;
    assert_eq!(closed.iter().map(|event| event.refunded).collect::<Vec<_>>(), [true]);
    let late = buyer.execute(CANCEL, json!({ "id": id })).await;
    assert_eq!(late.text("cancelOrder.__typename"), "OrderNotCancellable");
    assert_eq!(status(&buyer, &id).await, "REFUNDED");
    assert!(shop.payments.calls("refundRemaining").is_empty(), "there was nothing left to give back");
    assert!(sagas(&shop).await.iter().all(|(_, status)| status == "completed"));
}

/// Staff give the money back while the customer calls the order off: the answer says what closed the order.
#[tokio::test]
async fn a_cancellation_that_a_refund_overtakes_is_answered_as_not_possible() {
    let shop = Shop::open().await;
    let buyer = shop.buyer().await;
    let id = place(&buyer, &order("key-00001")).await.text("placeOrder.order.id");
    shop.catalog_says("releaseReservation", json!({ "status": "COMMITTED" }));
    // Where there is one writer, both wait for it; the refund came first.
    let writing = shop.app.database().begin().await.unwrap();
    refunded(&shop, &id, 2_499, 2_499);
    let cancelling = async {
        for _ in 0..200 {
            tokio::task::yield_now().await;
        }
        buyer.execute(CANCEL, json!({ "id": id })).await
    };
    let letting_go = async {
        for _ in 0..2_000 {
            tokio::task::yield_now().await;
        }
        writing.rollback().await.unwrap();
    };
    let (answer, ()) = tokio::join!(cancelling, letting_go);
    eventually(|| async { ["REFUNDED", "CANCELLED"].contains(&&*status(&buyer, &id).await) }).await;
    let outcome = match status(&buyer, &id).await.as_str() {
        "REFUNDED" => "OrderNotCancellable",
        _ => "CancelOrderPayload",
    };
    assert_eq!(answer.text("cancelOrder.__typename"), outcome, "{}", answer.body);
}

const FOLLOW: &str = "subscription ($id: ID!) { orderUpdated(id: $id) {
    status total { amount } refunded { amount } vendorOrders { status } } }";

/// What the buyer is told of an order, until it comes to `status`. No version is refunded in full and open to ship.
async fn follow_to(updates: &mut TestSubscription, status: &str) {
    let last = updates.until(|update| {
        let is_refunded =
            update.text("orderUpdated.refunded.amount") == update.text("orderUpdated.total.amount");
        let parts: Vec<Value> = update.get("orderUpdated.vendorOrders");
        assert!(!is_refunded || parts.iter().all(|part| part["status"] == "CANCELLED"), "{}", update.body);
        update.text("orderUpdated.status") == status
    });
    last.await.data();
}

async fn follow(buyer: &TestClient, id: &str) -> TestSubscription {
    buyer.subscribe(FOLLOW, json!({ "id": id })).await
}

/// The refund is told while the goods are not given back yet, as when catalog is away: nobody ships what is paid back.
#[tokio::test]
async fn no_version_of_a_cancelled_order_is_refunded_and_open() {
    let shop = Shop::open().await;
    let buyer = shop.buyer().await;
    let id = place(&buyer, &order("key-00001")).await.text("placeOrder.order.id");
    let mut updates = follow(&buyer, &id).await;
    follow_to(&mut updates, "PAID").await;
    drop(shop.catalog.clone().refuse("releaseReservation", ErrorCode::Unavailable));
    shop.payment_is("payment", "CAPTURED", json!({ "refunded": euro(2_499) }));
    let (client, cancelled) = (buyer.clone(), json!({ "id": id }));
    let cancelling = tokio::spawn(async move { client.execute(CANCEL, cancelled).await });
    eventually(|| async { !shop.catalog.calls("releaseReservation").is_empty() }).await;
    refunded(&shop, &id, 2_499, 2_499);
    let seen = async || buyer.execute(ORDER, json!({ "id": id })).await;
    eventually(|| async { seen().await.text("order.refunded.amount") == "24.99" }).await;
    assert_eq!(seen().await.text("order.vendorOrders.0.status"), "CANCELLED");
    shop.catalog_says("releaseReservation", json!({ "status": "COMMITTED" }));
    follow_to(&mut updates, "CANCELLED").await;
    cancelling.await.unwrap().data();
}

/// The same where the money goes back by another path.
#[tokio::test]
async fn no_version_of_a_refunded_order_is_refunded_and_open() {
    let shop = Shop::open().await;
    let buyer = shop.buyer().await;
    let id = place(&buyer, &order("key-00001")).await.text("placeOrder.order.id");
    let mut updates = follow(&buyer, &id).await;
    refunded(&shop, &id, 500, 500);
    refunded(&shop, &id, 1_999, 2_499);
    follow_to(&mut updates, "REFUNDED").await;
}

/// The answer of a cancellation shows what it gave back, before any event has come.
#[tokio::test]
async fn a_cancellation_answers_with_what_it_refunded() {
    let shop = Shop::open().await;
    let buyer = shop.buyer().await;
    let id = place(&buyer, &order("key-00001")).await.text("placeOrder.order.id");
    shop.payment_is("payment", "CAPTURED", json!({ "refunded": euro(2_499) }));
    let cancelled = buyer.execute(CANCEL, json!({ "id": id })).await;
    assert_eq!(cancelled.text("cancelOrder.order.status"), "CANCELLED");
    assert_eq!(cancelled.text("cancelOrder.order.refunded.amount"), "24.99");
    // The event that follows changes nothing.
    refunded(&shop, &id, 2_499, 2_499);
    let other = shop.buyer().await;
    let marker = place(&other, &order("key-00001")).await.text("placeOrder.order.id");
    refunded(&shop, &marker, 1, 1);
    let query =
        async |id: &str| other.execute(ORDER, json!({ "id": id })).await.text("order.refunded.amount");
    eventually(|| async { query(&marker).await == "0.01" }).await;
    assert_eq!(status(&buyer, &id).await, "CANCELLED");
}

/// An earlier release left what was paid back in full PAID, and its vendors' parts OPEN: it is settled after the upgrade,
/// once and without a mail about what is long over. One that cannot be settled keeps none behind it waiting.
#[tokio::test]
async fn what_an_earlier_release_refunded_is_settled() {
    let shop = Shop::open().await;
    let placed = async |points: i64| {
        let mut input = order("key-00001");
        input["points"] = json!(points);
        let buyer = shop.buyer().await;
        let id = place(&buyer, &input).await.text("placeOrder.order.id");
        (buyer, id)
    };
    let disordered = placed(0).await;
    let (whole, part, delivered) = (placed(100).await, placed(0).await, placed(0).await);
    shop.catalog_says("releaseReservation", json!({ "status": "COMMITTED" }));
    let write = async |id: &str, status: Status, refunded: i64| {
        let changed = orders_entities::order::Entity::update_many()
            .col_expr(Column::Status, Expr::value(status))
            .col_expr(Column::RefundedMinor, Expr::value(refunded))
            .filter(Column::Id.eq(id.parse::<OrderId>().unwrap()));
        changed.exec(shop.app.database().write()).await.unwrap();
    };
    write(&disordered.1, Status::Paid, 2_499).await;
    // Its next version is one that its history has.
    let again = orders_entities::order::Entity::update_many()
        .col_expr(Column::Version, Expr::value(1))
        .filter(Column::Id.eq(disordered.1.parse::<OrderId>().unwrap()));
    again.exec(shop.app.database().write()).await.unwrap();
    write(&whole.1, Status::Paid, 2_399).await;
    write(&part.1, Status::Paid, 2_398).await;
    write(&delivered.1, Status::Completed, 2_499).await;
    shop.app.clock().advance(Duration::from_secs(3_601));
    let seen = async |(buyer, id): &(TestClient, String)| buyer.execute(ORDER, json!({ "id": id })).await;
    for refunded in [&whole, &delivered] {
        eventually(|| async { seen(refunded).await.text("order.status") == "REFUNDED" }).await;
        let history: Vec<Value> = seen(refunded).await.get("order.history");
        assert_eq!(history.last(), Some(&json!({ "status": "REFUNDED", "reason": "REFUNDED" })));
    }
    assert_eq!(seen(&whole).await.text("order.vendorOrders.0.status"), "CANCELLED");
    assert_eq!(seen(&disordered).await.text("order.status"), "PAID");
    assert_eq!(seen(&part).await.text("order.status"), "PAID");
    assert_eq!(seen(&part).await.text("order.vendorOrders.0.status"), "OPEN");
    let back = |id: &str| json!({ "key": format!("order:{id}") });
    let restocked = || shop.catalog.calls("restockReservation").into_iter().map(|call| call.variables);
    eventually(|| async { restocked().eq([back(&whole.1)]) }).await;
    let closed = told::<OrderCancelled>(&shop.app, 1).await;
    assert!(closed.iter().all(|event| event.refunded), "{closed:?}");
    assert_eq!(mails(&shop, &["ORDER_CONFIRMED"], 4).await.len(), 4);
    assert_eq!(mails(&shop, &["ORDER_REFUNDED"], 0).await, [] as [Value; 0]);
}

/// Sellers see what they have to prepare or had to: not what failed, and not what was never paid for.
#[tokio::test]
async fn orders_that_never_became_one_are_not_the_sellers() {
    let shop = Shop::open().await;
    let buyer = shop.buyer().await;
    shop.payment_stands("DECLINED", json!({ "declineCode": "unknown_token" }));
    place(&buyer, &order("key-declined")).await.data();
    // Neither is it among the buyer's.
    let orders = "query ($of: [_Any!]!) { _entities(representations: $of) { ... on User { orders { nodes { id } } } } }";
    let me = json!({ "of": [{ "__typename": "User", "id": buyer.identity().user }] });
    let own = buyer.execute(orders, me).await;
    assert_eq!(own.at("_entities.0.orders.nodes"), &json!([]), "{}", own.body);
    let staff = shop.app.as_user(shop.app.ids().next()).with_scopes([Scope::OrdersRead]);
    let listed = staff.execute("{ orders { nodes { id } } }", json!({})).await;
    assert_eq!(listed.at("orders.nodes"), &json!([]), "{}", listed.body);
    let declined = shop.vendor_order().await;
    shop.payment_stands("REQUIRES_ACTION", json!({ "actionUrl": "/challenge" }));
    let waiting = place(&buyer, &order("key-waiting")).await;
    let pending = waiting.text("placeOrder.order.vendorOrders.0.id");
    shop.payment_stands("AUTHORIZED", json!({}));
    let mut shown = Vec::new();
    for cancelled in [false, true] {
        let buyer = shop.app.as_user(shop.app.ids().next());
        add(&buyer, shop.app.ids().next(), 1).await.data();
        let placed = place(&buyer, &order("key-00001")).await;
        if cancelled {
            buyer.execute(CANCEL, json!({ "id": placed.text("placeOrder.order.id") })).await.data();
        }
        let status = if cancelled { "CANCELLED" } else { "OPEN" };
        shown.insert(0, json!({ "id": placed.text("placeOrder.order.vendorOrders.0.id"), "status": status }));
    }
    let own = Scope::Vendor(shop.vendor);
    let vendor = shop.app.as_user(shop.app.ids().next()).with_scopes([own]);
    let part = |id: &Value| json!({ "__typename": "VendorOrder", "id": id });
    let of = [
        json!({ "__typename": "Vendor", "id": shop.vendor }),
        part(&json!(declined)),
        part(&json!(pending)),
        part(&shown[0]["id"]),
    ];
    let seen = vendor.execute(OF_VENDOR, json!({ "of": of })).await;
    assert_eq!(seen.at("_entities.0.orders.nodes"), &json!(shown), "{}", seen.body);
    assert_eq!(seen.at("_entities.1"), &Value::Null, "declined");
    assert_eq!(seen.at("_entities.2"), &Value::Null, "not paid for yet");
    assert_eq!(seen.at("_entities.3.id"), &shown[0]["id"]);
}
