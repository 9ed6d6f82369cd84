use contracts::orders::{CancellationReason, OrderCancelled};
use platform_identity::Scope;
use platform_testkit::TestClient;
use serde_json::{Value, json};

use crate::shop::{ORDER, Shop, add, order, place, told};

const CANCEL: &str = "mutation ($id: ID!) { cancelOrder(input: { orderId: $id }) {
    __typename ... on CancelOrderPayload { order { status reason } } } }";
const LIST: &str = "query ($first: Int, $after: String) { orders(first: $first, after: $after) {
    pageInfo { hasNextPage endCursor } nodes { id } } }";

fn staff(shop: &Shop, scopes: &[Scope]) -> TestClient {
    shop.app.as_user(shop.app.ids().next()).with_scopes(scopes.iter().copied())
}

#[tokio::test]
async fn staff_cancels_a_paid_order_and_the_buyer_sees_why() {
    let shop = Shop::open().await;
    let buyer = shop.buyer().await;
    let id = place(&buyer, &order("key-00001")).await.text("placeOrder.order.id");
    shop.catalog_says("releaseReservation", json!({ "status": "COMMITTED" }));
    for reader in [staff(&shop, &[Scope::OrdersRead]), staff(&shop, &[Scope::PaymentsManage])] {
        assert_eq!(reader.execute(CANCEL, json!({ "id": id })).await.codes(), ["NOT_FOUND"]);
    }
    let manager = staff(&shop, &[Scope::OrdersRead, Scope::OrdersManage]);
    let answer = manager.execute(CANCEL, json!({ "id": id })).await;
    assert_eq!(answer.text("cancelOrder.order.reason"), "CANCELLED_BY_STAFF", "{}", answer.body);
    assert_eq!(buyer.execute(ORDER, json!({ "id": id })).await.text("order.reason"), "CANCELLED_BY_STAFF");
    assert_eq!(shop.payments.calls("refundRemaining").len(), 1);
    assert_eq!(shop.catalog.calls("restockReservation").len(), 1);
    let cancelled = told::<OrderCancelled>(&shop.app, 1).await;
    assert_eq!(cancelled.iter().map(|e| e.reason).collect::<Vec<_>>(), [CancellationReason::Staff]);
    let again = manager.execute(CANCEL, json!({ "id": id })).await;
    assert_eq!(again.text("cancelOrder.order.status"), "CANCELLED", "{}", again.body);
}

/// Pages meet without a gap or a repetition, newest first, also when orders are added meanwhile.
#[tokio::test]
async fn pages_of_orders_meet() {
    let shop = Shop::open().await;
    let buyer = shop.app.as_user(shop.app.ids().next());
    let buy = async |key: &str| {
        add(&buyer, shop.app.ids().next(), 1).await.data();
        place(&buyer, &order(key)).await.text("placeOrder.order.id")
    };
    let mut placed = Vec::new();
    for n in 0..5 {
        placed.insert(0, buy(&format!("page-key-{n}")).await);
    }
    let manager = staff(&shop, &[Scope::OrdersRead]);
    let (mut seen, mut after) = (Vec::new(), Value::Null);
    loop {
        let page = manager.execute(LIST, json!({ "first": 2, "after": after })).await;
        let nodes: Vec<Value> = page.get("orders.nodes");
        seen.extend(nodes.iter().map(|node| node["id"].as_str().unwrap().to_owned()));
        assert!(nodes.len() <= 2);
        if page.at("orders.pageInfo.hasNextPage") == false {
            break;
        }
        after = page.at("orders.pageInfo.endCursor").clone();
        buy(&format!("later-key-{}", seen.len())).await;
    }
    assert_eq!(seen, placed);
    for (first, after) in
        [(json!(0), Value::Null), (json!(1_000), Value::Null), (json!(2), json!("nonsense"))]
    {
        let refused = manager.execute(LIST, json!({ "first": first, "after": after })).await;
        assert_eq!(refused.codes(), ["BAD_USER_INPUT"], "{first} {after}");
    }
    assert_eq!(buyer.execute(LIST, json!({})).await.codes(), ["FORBIDDEN"]);
}
