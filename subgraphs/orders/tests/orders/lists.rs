//! Staff find orders: by where they stand, when they were placed, by whom, of whom, and by number.

use std::time::Duration;

use platform_core::Clock;
use platform_core::id::VendorId;
use platform_identity::Scope;
use platform_testkit::{TestClient, TestSubgraph};
use serde_json::{Value, json};

use crate::shop::{GUEST, Shop, add, order, place};

const LIST: &str = "query ($filter: OrderFilter, $sort: OrderSort, $first: Int, $after: String) {
    orders(filter: $filter, sortBy: $sort, first: $first, after: $after) {
        totalCount pageInfo { hasNextPage endCursor } nodes { id } } }";
const COUNTS: &str = "query ($filter: OrderFilter) { orderCounts(filter: $filter) { status count } }";
const DAY: Duration = Duration::from_secs(86_400);

fn staff(shop: &Shop) -> TestClient {
    let scopes = [Scope::OrdersRead, Scope::CustomersRead];
    shop.app.as_user(shop.app.ids().next()).with_scopes(scopes)
}

/// The ids of the orders of a filter, all on one page.
async fn found(staff: &TestClient, filter: Value) -> Vec<String> {
    let page = staff.execute(LIST, json!({ "filter": filter })).await;
    let nodes: Vec<Value> = page.get("orders.nodes");
    assert_eq!(page.at("orders.totalCount"), nodes.len(), "{}", page.body);
    nodes.iter().map(|node| node["id"].as_str().unwrap().to_owned()).collect()
}

/// An order of one's own cart, placed after a day without any.
struct Placed {
    buyer: TestClient,
    id: String,
    number: String,
}

async fn place_next(shop: &Shop, buyer: TestClient, email: Option<&str>) -> Placed {
    shop.app.clock().advance(DAY);
    add(&buyer, shop.app.ids().next(), 1).await.data();
    let mut input = order(&format!("key-{}", shop.app.ids().next_uuid()));
    input["email"] = json!(email);
    let placed = place(&buyer, &input).await;
    let (id, number) = (placed.text("placeOrder.order.id"), placed.text("placeOrder.order.number"));
    Placed { buyer, id, number }
}

/// Orders of four days, the newest first: one that waits for its payment, one of a guest, one of another vendor's goods,
/// one of the same buyer as the first.
async fn four_days(shop: &Shop, other: VendorId) -> [Placed; 4] {
    let user = || shop.app.as_user(shop.app.ids().next());
    let oldest = place_next(shop, user(), None).await;
    let vendor = json!(other);
    shop.price_by(move |quote| quote["lines"][0]["vendorId"] = vendor.clone());
    let others = place_next(shop, user(), None).await;
    shop.price_by(|_| {});
    let guests = place_next(shop, shop.app.as_guest().with_guest(GUEST), Some("José@Example.com")).await;
    shop.payment_stands("REQUIRES_ACTION", json!({ "actionUrl": "/challenge" }));
    let waiting = place_next(shop, oldest.buyer.clone(), None).await;
    [waiting, guests, others, oldest]
}

#[tokio::test]
async fn orders_are_found_by_each_field_and_by_all_together() {
    let shop = Shop::open().await;
    let other = shop.app.ids().next();
    let placed = four_days(&shop, other).await;
    let [waiting, guests, others, oldest] = [0, 1, 2, 3].map(|n: usize| placed[n].id.as_str());
    let days_ago = |days: u32| json!(shop.app.clock().now() - days * DAY + Duration::from_secs(3_600));
    let user = oldest_user(&placed[3]);
    let beginning = placed[2].number[..6].to_lowercase().replace('-', " ");
    let mistyped = placed[2].number.replace('0', "o").replace('1', "l");
    let staff = staff(&shop);
    for (filter, expected) in [
        (json!({}), vec![waiting, guests, others, oldest]),
        (json!({ "statuses": ["AWAITING_PAYMENT"] }), vec![waiting]),
        (json!({ "statuses": ["PAID", "AWAITING_PAYMENT", "PAID"] }), vec![waiting, guests, others, oldest]),
        (json!({ "statuses": ["CANCELLED", "PAID"] }), vec![guests, others, oldest]),
        (json!({ "statuses": [] }), vec![]),
        (json!({ "placedFrom": days_ago(2) }), vec![waiting, guests]),
        (json!({ "placedBefore": days_ago(2) }), vec![others, oldest]),
        (json!({ "placedFrom": days_ago(3), "placedBefore": days_ago(1) }), vec![guests, others]),
        (json!({ "userId": user }), vec![waiting, oldest]),
        (json!({ "email": " jose\u{301}@EXAMPLE.com" }), vec![guests]),
        (json!({ "email": "jose@example.com" }), vec![]),
        (json!({ "vendorId": other }), vec![others]),
        (json!({ "vendorId": shop.vendor }), vec![waiting, guests, oldest]),
        (json!({ "number": beginning }), vec![others]),
        (json!({ "number": mistyped }), vec![others]),
        (json!({ "userId": user, "statuses": ["PAID"], "vendorId": shop.vendor }), vec![oldest]),
        (json!({ "number": placed[2].number, "vendorId": shop.vendor }), vec![]),
    ] {
        assert_eq!(found(&staff, filter.clone()).await, expected, "{filter}");
    }
}

fn oldest_user(placed: &Placed) -> Value {
    json!(placed.buyer.identity().user)
}

#[tokio::test]
async fn orders_are_counted_by_status_under_the_same_filter() {
    let shop = Shop::open().await;
    let other = shop.app.ids().next();
    four_days(&shop, other).await;
    let staff = staff(&shop);
    let counts = async |filter: Value| -> Vec<(String, i64)> {
        let answer = staff.execute(COUNTS, json!({ "filter": filter })).await;
        let counts: Vec<Value> = answer.get("orderCounts");
        let of =
            |count: &Value| (count["status"].as_str().unwrap().to_owned(), count["count"].as_i64().unwrap());
        counts.iter().map(of).collect()
    };
    let all = counts(json!({})).await;
    assert_eq!(all.len(), 10, "each status once: {all:?}");
    assert!(all.contains(&("PAID".to_owned(), 3)) && all.contains(&("AWAITING_PAYMENT".to_owned(), 1)));
    assert_eq!(all.iter().map(|(_, count)| count).sum::<i64>(), 4);
    let of_one = counts(json!({ "vendorId": other, "statuses": ["FAILED", "PAID"] })).await;
    assert_eq!(of_one, [("PAID".to_owned(), 1), ("FAILED".to_owned(), 0)]);
}

/// Pages meet without a gap or a repetition in each order, though orders come meanwhile.
#[tokio::test]
async fn pages_meet_in_each_order() {
    for (sort, filter) in [
        ("NEWEST", json!({})),
        ("NEWEST", json!({ "statuses": ["CANCELLED", "PAID"] })),
        ("OLDEST", json!({})),
        ("OLDEST", json!({ "statuses": ["PAID", "CONFIRMED"] })),
    ] {
        let shop = Shop::open().await;
        let place_another =
            async || place_next(&shop, shop.app.as_user(shop.app.ids().next()), None).await.id;
        let mut placed = Vec::new();
        for _ in 0..5 {
            placed.push(place_another().await);
        }
        let staff = staff(&shop);
        let (mut seen, mut after, mut later) = (Vec::new(), Value::Null, Vec::new());
        loop {
            let variables = json!({ "filter": filter, "sort": sort, "first": 2, "after": after });
            let page = staff.execute(LIST, variables).await;
            let nodes: Vec<Value> = page.get("orders.nodes");
            assert!(nodes.len() <= 2);
            seen.extend(nodes.iter().map(|node| node["id"].as_str().unwrap().to_owned()));
            if page.at("orders.pageInfo.hasNextPage") == false {
                break;
            }
            after = page.at("orders.pageInfo.endCursor").clone();
            later.push(place_another().await);
        }
        match sort {
            // What comes meanwhile comes before the first page.
            "NEWEST" => placed.reverse(),
            _ => placed.extend(later),
        }
        assert_eq!(seen, placed, "{sort} {filter}");
    }
}

/// Nothing is counted unless it is asked for, and many users' orders are counted together.
#[tokio::test]
async fn counting_is_one_query_and_only_where_it_is_selected() {
    let shop = Shop::open().await;
    let mut users = Vec::new();
    for _ in 0..3 {
        let placed = place_next(&shop, shop.app.as_user(shop.app.ids().next()), None).await;
        users.push(json!({ "__typename": "User", "id": placed.buyer.identity().user }));
    }
    let app = shop.app.restart_with(TestSubgraph::builder().without_workers()).await;
    let staff = app.as_user(app.ids().next()).with_scopes([Scope::OrdersRead]);
    app.assert_queries(1, staff.execute("{ orders { nodes { id } } }", json!({}))).await.data();
    app.assert_queries(2, staff.execute("{ orders { totalCount nodes { id } } }", json!({}))).await.data();
    app.assert_queries(1, staff.execute("{ orderCounts { status count } }", json!({}))).await.data();
    let of = "query ($of: [_Any!]!) { _entities(representations: $of) {
        ... on User { orders { totalCount nodes { id } } } } }";
    let seen = app.assert_queries(2, staff.execute(of, json!({ "of": users }))).await;
    for n in 0..3 {
        assert_eq!(seen.at(&format!("_entities.{n}.orders.totalCount")), 1, "{}", seen.body);
    }
}

#[tokio::test]
async fn what_cannot_be_found_by_is_refused_by_name() {
    let shop = Shop::open().await;
    let staff = staff(&shop);
    for (filter, field) in [
        (json!({ "number": "K7QF-2M9X-1" }), "number"),
        (json!({ "number": "Ünsal" }), "number"),
        (json!({ "email": "ann" }), "email"),
        (json!({ "placedFrom": "+12000-01-01T00:00:00Z" }), "placedFrom"),
        (json!({ "placedBefore": "-4800-01-01T00:00:00Z" }), "placedBefore"),
    ] {
        for document in [LIST, COUNTS] {
            let refused = staff.execute(document, json!({ "filter": filter })).await;
            assert_eq!(refused.codes(), ["BAD_USER_INPUT"], "{filter}");
            assert_eq!(refused.errors()[0]["extensions"]["field"], field, "{}", refused.body);
        }
    }
    let far = "WyItNDgwMC0wMS0wMVQwMDowMDowMFoiLCIwMTkwYjZhMC0wMDAwLTcwMDAtODAwMC0wMDAwMDAwMDAwMDAiXQ";
    assert_eq!(staff.execute(LIST, json!({ "after": far })).await.codes(), ["BAD_USER_INPUT"]);
    // Whoever may not see customers does not learn by a filter which address has ordered.
    let blind = shop.app.as_user(shop.app.ids().next()).with_scopes([Scope::OrdersRead]);
    for document in [LIST, COUNTS] {
        let refused = blind.execute(document, json!({ "filter": { "email": "ann@example.com" } })).await;
        assert_eq!(refused.codes(), ["FORBIDDEN"], "{}", refused.body);
        let seller = shop.app.as_user(shop.app.ids().next()).with_scopes([Scope::Vendor(shop.vendor)]);
        assert_eq!(seller.execute(document, json!({})).await.codes(), ["FORBIDDEN"]);
        let bound = shop.app.as_partner(shop.app.ids().next());
        let bound = bound.with_scopes([Scope::OrdersRead, Scope::Vendor(shop.vendor)]);
        assert_eq!(bound.execute(document, json!({})).await.codes(), ["FORBIDDEN"]);
    }
}

#[tokio::test]
async fn sellers_find_their_parts_by_status_and_time() {
    let shop = Shop::open().await;
    let mut placed = Vec::new();
    for _ in 0..3 {
        placed.insert(0, place_next(&shop, shop.app.as_user(shop.app.ids().next()), None).await);
    }
    let cancel = "mutation ($id: ID!) { cancelOrder(input: { orderId: $id }) { __typename } }";
    placed[1].buyer.execute(cancel, json!({ "id": placed[1].id })).await.data();
    let seller = shop.app.as_user(shop.app.ids().next()).with_scopes([Scope::Vendor(shop.vendor)]);
    let of = "query ($of: [_Any!]!, $filter: VendorOrderFilter) { _entities(representations: $of) {
        ... on Vendor { orders(filter: $filter) { nodes { status placedAt } } } } }";
    let found = async |filter: Value| -> Vec<String> {
        let vendor = json!([{ "__typename": "Vendor", "id": shop.vendor }]);
        let answer = seller.execute(of, json!({ "of": vendor, "filter": filter })).await;
        let nodes: Vec<Value> = answer.get("_entities.0.orders.nodes");
        nodes.iter().map(|node| node["status"].as_str().unwrap().to_owned()).collect()
    };
    let yesterday = json!(shop.app.clock().now() - DAY / 2);
    assert_eq!(found(json!({})).await, ["OPEN", "CANCELLED", "OPEN"]);
    assert_eq!(found(json!({ "statuses": ["OPEN"] })).await, ["OPEN", "OPEN"]);
    assert_eq!(found(json!({ "statuses": [] })).await, [""; 0]);
    assert_eq!(found(json!({ "placedBefore": yesterday })).await, ["CANCELLED", "OPEN"]);
    assert_eq!(found(json!({ "placedFrom": yesterday, "statuses": ["CANCELLED"] })).await, [""; 0]);
}
