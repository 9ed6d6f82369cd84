//! Check 20: what belongs to somebody is there for its owner and staff; for others it does not exist.

use platform_identity::Scope;
use serde_json::json;

use crate::shop::{GUEST, ORDER, Shop, add, order, place};

const ENTITIES: &str = "query ($of: [_Any!]!) { _entities(representations: $of) {
    ... on Order { id }
    ... on VendorOrder { commission { amount } }
    ... on User { orders { nodes { id } } cart { id } }
    ... on Vendor { orders { nodes { id total { amount } commission { amount } } } } } }";

#[tokio::test]
async fn orders_are_seen_by_their_owner_and_staff() {
    let shop = Shop::open().await;
    let buyer = shop.buyer().await;
    let id = place(&buyer, &order("key-00001")).await.text("placeOrder.order.id");
    let user = buyer.identity().user;
    let of = json!({ "of": [{ "__typename": "Order", "id": id }, { "__typename": "User", "id": user }] });
    let staff =
        shop.app.as_user(shop.app.ids().next()).with_scopes([Scope::OrdersRead, Scope::CustomersRead]);
    for client in [&buyer, &staff] {
        assert_eq!(client.execute(ORDER, json!({ "id": id })).await.text("order.id"), id);
        let seen = client.execute(ENTITIES, of.clone()).await;
        assert_eq!(seen.text("_entities.0.id"), id);
        assert_eq!(seen.text("_entities.1.orders.nodes.0.id"), id);
        assert!(seen.at("_entities.1.cart.id").is_string());
    }
    let cancel = "mutation ($id: ID!) { cancelOrder(input: { orderId: $id }) { __typename } }";
    for stranger in [
        shop.app.as_user(shop.app.ids().next()),
        shop.app.as_user(shop.app.ids().next()).with_scopes([Scope::PaymentsRead]),
        shop.app.as_user(shop.app.ids().next()).with_guest(GUEST),
    ] {
        assert!(stranger.execute(ORDER, json!({ "id": id })).await.data()["order"].is_null());
        let seen = stranger.execute(ENTITIES, of.clone()).await;
        assert!(seen.errors().is_empty(), "{}", seen.body);
        for path in ["_entities.0", "_entities.1.orders", "_entities.1.cart"] {
            assert!(seen.at(path).is_null(), "{path}: {}", seen.body);
        }
        assert_eq!(stranger.execute(cancel, json!({ "id": id })).await.codes(), ["NOT_FOUND"]);
    }
    assert_eq!(
        staff.execute(cancel, json!({ "id": id })).await.codes(),
        ["NOT_FOUND"],
        "reading is not managing"
    );
}

#[tokio::test]
async fn a_vendors_orders_are_the_vendors() {
    let shop = Shop::open().await;
    let buyer = shop.buyer().await;
    place(&buyer, &order("key-00001")).await.data();
    let of = json!({ "of": [{ "__typename": "Vendor", "id": shop.vendor }] });
    let own = Scope::Vendor(shop.vendor);
    let vendor = shop.app.as_user(shop.app.ids().next()).with_scopes([own]);
    let seen = vendor.execute(ENTITIES, of.clone()).await;
    assert_eq!(seen.text("_entities.0.orders.nodes.0.commission.amount"), "1.60");
    let other = Scope::Vendor(shop.app.ids().next());
    for stranger in [buyer, shop.app.as_user(shop.app.ids().next()).with_scopes([other])] {
        let seen = stranger.execute(ENTITIES, of.clone()).await;
        assert!(seen.at("_entities.0.orders").is_null() && seen.errors().is_empty(), "{}", seen.body);
    }
}

/// The address of a guest's order is the guest's, and the staff's who may know customers.
#[tokio::test]
async fn a_guests_address_is_read_by_the_guest_and_by_staff_who_know_customers() {
    let shop = Shop::open().await;
    let guest = shop.app.as_guest().with_guest(GUEST);
    add(&guest, shop.app.ids().next(), 1).await.data();
    let mut input = order("key-00001");
    input["email"] = json!("Ann@Example.com");
    let id = place(&guest, &input).await.text("placeOrder.order.id");
    let read = "query ($id: ID!) { order(id: $id) { guestEmail } }";
    let user = || shop.app.as_user(shop.app.ids().next());
    let knowing = user().with_scopes([Scope::OrdersRead, Scope::CustomersRead]);
    for client in [&guest, &knowing] {
        let seen = client.execute(read, json!({ "id": id })).await;
        assert_eq!(seen.text("order.guestEmail"), "ann@example.com", "{}", seen.body);
    }
    let blind = user().with_scopes([Scope::OrdersRead]);
    let seen = blind.execute(read, json!({ "id": id })).await;
    assert!(seen.data()["order"].is_object() && seen.at("order.guestEmail").is_null(), "{}", seen.body);
    for stranger in [user(), user().with_scopes([Scope::Vendor(shop.vendor), Scope::CustomersRead])] {
        let seen = stranger.execute(read, json!({ "id": id })).await;
        assert!(seen.data()["order"].is_null(), "{}", seen.body);
    }
    let buyer = shop.buyer().await;
    let own = place(&buyer, &order("key-00001")).await.text("placeOrder.order.id");
    assert!(buyer.execute(read, json!({ "id": own })).await.at("order.guestEmail").is_null());
}
