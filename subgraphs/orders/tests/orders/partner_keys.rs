//! Check 55: a partner's key that is bound to a vendor sees that vendor's part of orders, and nothing of who bought.

use platform_identity::Scope;
use platform_testkit::TestClient;
use serde_json::{Value, json};

use crate::shop::{Shop, order, place};

const SEEN: &str = "query ($id: ID!, $number: String!, $of: [_Any!]!) {
    order(id: $id) { id } byNumber: order(number: $number) { id }
    _entities(representations: $of) {
        ... on Order { id }
        ... on VendorOrder { id total { amount } }
        ... on User { orders { nodes { id } } cart { id } }
        ... on Vendor { orders { nodes { id } } } } }";
const ALL: &str = "{ orders { nodes { id shippingAddress { line1 } } } }";
const WATCH: &str = "subscription ($id: ID!) { orderUpdated(id: $id) { status } }";
const RECEIVED: &str = "subscription ($id: ID!) { vendorOrderReceived(vendorId: $id) { id } }";

fn key(shop: &Shop, scopes: &[Scope]) -> TestClient {
    shop.app.as_partner(shop.app.ids().next()).with_scopes(scopes.iter().copied())
}

struct Placed {
    id: String,
    variables: Value,
}

async fn placed(shop: &Shop) -> Placed {
    let buyer = shop.buyer().await;
    let answer = place(&buyer, &order("key-00001")).await;
    let (id, part) = (answer.text("placeOrder.order.id"), answer.text("placeOrder.order.vendorOrders.0.id"));
    let of = json!([
        { "__typename": "Order", "id": id }, { "__typename": "VendorOrder", "id": part },
        { "__typename": "User", "id": buyer.identity().user }, { "__typename": "Vendor", "id": shop.vendor },
    ]);
    let variables = json!({ "id": id, "number": answer.text("placeOrder.order.number"), "of": of });
    Placed { id, variables }
}

/// Check 55: `orders:read` of a partner reads no order of vendors that its key is not bound to, by any path.
#[tokio::test]
async fn a_key_sees_orders_of_its_vendors_alone() {
    let shop = Shop::open().await;
    let Placed { id, variables } = placed(&shop).await;
    let (own, other) = (Scope::Vendor(shop.vendor), Scope::Vendor(shop.app.ids().next()));
    let strangers = [
        key(&shop, &[Scope::OrdersRead]),
        key(&shop, &[Scope::OrdersRead, other]),
        key(&shop, &[Scope::StockRead, own]),
    ];
    for stranger in &strangers {
        let seen = stranger.execute(SEEN, variables.clone()).await;
        assert!(seen.errors().is_empty(), "{}", seen.body);
        for path in [
            "order",
            "byNumber",
            "_entities.0",
            "_entities.1",
            "_entities.2.orders",
            "_entities.2.cart",
            "_entities.3.orders",
        ] {
            assert!(seen.at(path).is_null(), "{path}: {}", seen.body);
        }
        assert_eq!(stranger.execute(ALL, json!({})).await.codes(), ["FORBIDDEN"]);
        for (document, of, code) in
            [(WATCH, json!(id), "NOT_FOUND"), (RECEIVED, json!(shop.vendor), "FORBIDDEN")]
        {
            let mut events = stranger.subscribe(document, json!({ "id": of })).await;
            let refused = events.next().await;
            assert_eq!(refused.codes(), [code], "{document}");
            let message = refused.errors()[0]["message"].as_str().unwrap();
            assert_eq!(message.contains("scope `vendor:`"), code == "FORBIDDEN", "{message}");
        }
    }
    let bound = key(&shop, &[Scope::OrdersRead, own]);
    let seen = bound.execute(SEEN, variables.clone()).await;
    assert!(seen.errors().is_empty(), "{}", seen.body);
    for path in ["order", "byNumber", "_entities.0", "_entities.2.orders", "_entities.2.cart"] {
        assert!(seen.at(path).is_null(), "an order has lines of others too: {path}: {}", seen.body);
    }
    assert_eq!(seen.at("_entities.3.orders.nodes.0.id"), seen.at("_entities.1.id"));
    assert!(seen.at("_entities.1.id").is_string());
    assert_eq!(bound.execute(ALL, json!({})).await.codes(), ["FORBIDDEN"]);
}

/// Check 55: whoever reads orders does not read the customers' addresses with them.
#[tokio::test]
async fn customers_data_needs_a_scope_of_its_own() {
    let shop = Shop::open().await;
    let Placed { id, variables } = placed(&shop).await;
    let reader = key(&shop, &[Scope::OrdersRead, Scope::AllVendors]);
    let seen = reader.execute(SEEN, variables.clone()).await;
    assert_eq!((seen.text("order.id"), seen.text("_entities.2.orders.nodes.0.id")), (id.clone(), id.clone()));
    assert!(seen.at("_entities.2.cart").is_null());
    let listed = reader.execute(ALL, json!({})).await;
    assert_eq!(listed.at("orders.nodes"), &json!([{ "id": id, "shippingAddress": null }]));
    let mut events = reader
        .subscribe(
            "subscription ($id: ID!) { orderUpdated(id: $id) { shippingAddress { line1 } } }",
            json!({ "id": id }),
        )
        .await;
    assert!(events.next().await.at("orderUpdated.shippingAddress").is_null());

    let trusted = key(&shop, &[Scope::OrdersRead, Scope::AllVendors, Scope::CustomersRead]);
    assert_eq!(trusted.execute(ALL, json!({})).await.at("orders.nodes.0.shippingAddress.line1"), "Street 1");
}
