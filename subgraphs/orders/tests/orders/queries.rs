//! What orders asks of its database: of a purchase no more than it has to, and no more for many things than for one.

use orders::OrdersSubgraph;
use platform_identity::Scope;
use platform_testkit::TestSubgraph;
use serde_json::{Value, json};

use crate::line_refunds::refund_a_piece;
use crate::shop::{CART, Shop, add, order, place};

const MANY: usize = 5;

/// From the first thing in the cart to the answer that the order is paid. The numbers only ever fall.
#[tokio::test]
async fn a_purchase_asks_no_more_than_it_has_to() {
    let shop = Shop::open_as(TestSubgraph::builder().without_workers()).await;
    let app = &shop.app;
    let buyer = app.as_user(app.ids().next());
    app.assert_queries(3, add(&buyer, app.ids().next(), 2)).await.data();
    app.assert_queries(3, add(&buyer, app.ids().next(), 1)).await.data();
    let quote = "{ checkoutQuote { total { amount } } }";
    app.assert_queries(1, buyer.execute(quote, json!({}))).await.data();
    // One of them is for the vendors' parts in the answer, two are for what logistics is told.
    let placed = app.assert_queries(24, place(&buyer, &order("key-00001"))).await;
    assert_eq!(placed.text("placeOrder.order.status"), "PAID", "{}", placed.body);
    let cart = app.assert_queries(1, buyer.execute(CART, json!({}))).await;
    assert_eq!(cart.at("cart.totalQuantity"), 0, "{}", cart.body);
}

/// `id`s as representations of a type.
fn of(name: &str, ids: &[Value]) -> Value {
    ids.iter().map(|id| json!({ "__typename": name, "id": id })).collect()
}

#[tokio::test]
async fn many_things_are_as_many_queries_as_one() {
    let shop = Shop::open().await;
    let (mut orders, mut parts, mut users, mut vendors) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for n in 0..MANY {
        let vendor = json!(shop.app.ids().next_uuid());
        let theirs = vendor.clone();
        shop.price_by(move |quote| quote["lines"][0]["vendorId"] = theirs.clone());
        let buyer = shop.buyer().await;
        let placed = place(&buyer, &order(&format!("order-key-{n}"))).await;
        let id = placed.text("placeOrder.order.id");
        refund_a_piece(&shop, &buyer, &id).await;
        orders.push(json!(id));
        parts.push(json!(placed.text("placeOrder.order.vendorOrders.0.id")));
        users.push(json!(buyer.identity().user));
        vendors.push(vendor);
        add(&buyer, shop.app.ids().next(), 1).await.data();
    }
    // Nobody else asks the database anything.
    let app = shop.app.restart_with(TestSubgraph::<OrdersSubgraph>::builder().without_workers()).await;
    let staff = app.as_user(app.ids().next());
    let staff = staff.with_scopes([Scope::OrdersRead, Scope::OrdersManage, Scope::CustomersRead]);
    let own = vendors.iter().map(|vendor| Scope::Vendor(vendor.as_str().unwrap().parse().unwrap()));
    let seller = app.as_user(app.ids().next()).with_scopes(own);

    for listed in [
        "orders(first: $first) { nodes { history { status } } }",
        "orders(first: $first, filter: { statuses: [PAID, CANCELLED] }) { totalCount nodes { history { status } } }",
        "orders(first: $first) { nodes { buyer { id } lines { subtotal { amount } rounding { amount } product { id } } } }",
        "orders(first: $first) { nodes { vendorOrders { commission { amount } lines { subtotal { amount } } } } }",
        "orderSagas(first: $first) { nodes { order { id history { status } } undoneIfAbandoned } }",
    ] {
        let operation = format!("query ($first: Int!) {{ {listed} }}");
        let (one, many) = (json!({ "first": 1 }), json!({ "first": MANY }));
        app.assert_queries_do_not_grow(&staff, &operation, one, many).await;
    }
    for (client, name, ids, fields) in [
        (&staff, "Order", &orders, "number history { status } lines { id } vendorOrders { id }"),
        (
            &staff,
            "Order",
            &orders,
            "lineRefunds { lines { quantity line { refundedQuantity subtotal { amount } } } }",
        ),
        (&staff, "VendorOrder", &parts, "status lines { subtotal { amount } }"),
        (&seller, "VendorOrder", &parts, "status lines { subtotal { amount } }"),
        (
            &staff,
            "User",
            &users,
            "orders(first: 2) { totalCount nodes { history { status } } pageInfo { hasNextPage } }",
        ),
        (&staff, "User", &users, "cart { lines { offer { id } quantity } }"),
        (
            &staff,
            "Vendor",
            &vendors,
            "orders(first: 2, filter: { statuses: [OPEN] }) { nodes { lines { id } } }",
        ),
        (&seller, "Vendor", &vendors, "orders(first: 2) { nodes { status commission { amount } } }"),
    ] {
        let operation = format!(
            "query ($of: [_Any!]!) {{ _entities(representations: $of) {{ ... on {name} {{ {fields} }} }} }}"
        );
        let (one, many) = (json!({ "of": of(name, &ids[..1]) }), json!({ "of": of(name, ids) }));
        app.assert_queries_do_not_grow(client, &operation, one, many).await;
    }
    let history = "{ orders(first: 39) { nodes { history { status } } } }";
    let seen = app.assert_queries(2, staff.execute(history, json!({}))).await;
    assert_eq!(seen.get::<Vec<Value>>("orders.nodes").len(), MANY);
}

/// Each list has its own page, the newest first, though they are read together; so has each page that is asked for by
/// another name.
#[tokio::test]
async fn pages_that_are_read_together_are_each_as_if_alone() {
    let shop = Shop::open().await;
    let mut bought = Vec::new();
    for (n, count) in [1, 3, 0].into_iter().enumerate() {
        let buyer = shop.app.as_user(shop.app.ids().next());
        let mut orders = Vec::new();
        for nth in 0..count {
            add(&buyer, shop.app.ids().next(), 1).await.data();
            let placed = place(&buyer, &order(&format!("page-key-{n}-{nth}"))).await;
            orders.insert(0, json!({ "id": placed.text("placeOrder.order.id") }));
        }
        bought.push((json!(buyer.identity().user), orders));
    }
    let users: Vec<Value> = bought.iter().map(|(user, _)| user.clone()).collect();
    let staff = shop.app.as_user(shop.app.ids().next()).with_scopes([Scope::OrdersRead]);
    let query = "query ($of: [_Any!]!, $after: String) { _entities(representations: $of) { ... on User {
        two: orders(first: 2) { nodes { id } pageInfo { hasNextPage endCursor } }
        next: orders(first: 2, after: $after) { nodes { id } pageInfo { hasNextPage } } } } }";
    let first = staff.execute(query, json!({ "of": of("User", &users) })).await;
    for (n, (_, orders)) in bought.iter().enumerate() {
        let page = first.at(&format!("_entities.{n}.two"));
        let shown: Vec<Value> = orders.iter().take(2).cloned().collect();
        assert_eq!(page["nodes"], json!(shown), "{}", first.body);
        assert_eq!(page["pageInfo"]["hasNextPage"], orders.len() > 2, "{}", first.body);
        assert_eq!(first.at(&format!("_entities.{n}.next.nodes")), &json!(shown));
    }
    let after = first.at("_entities.1.two.pageInfo.endCursor").clone();
    let second = staff.execute(query, json!({ "of": of("User", &users), "after": after })).await;
    assert_eq!(second.at("_entities.1.next.nodes"), &json!([bought[1].1[2]]), "{}", second.body);
    // The other's only order is older than the cursor.
    assert_eq!(second.at("_entities.0.next.nodes"), &json!(bought[0].1), "{}", second.body);
}
