//! A purchase: found, put in the cart, ordered once, challenged, captured, watched, partly refunded, and balanced.

use serde_json::{Value, json};

use crate::support::{Client, Installation, Shape, eventually, fresh_id, subgraphs};

const PASSWORD: &str = "souk-demo-2026";

const SEARCH: &str = "query Search($query: String!) {
    search(query: $query, facets: [\"VENDOR\", \"PRICE\"], first: 20) {
        totalCount
        facets { code values { value count } }
        nodes { id name bestOffer { id available } }
    }
}";

const ADD: &str = "mutation Add($input: AddToCartInput!) {
    addToCart(input: $input) { cart { id totalQuantity lines { id offer { id } quantity } } }
}";

const PLACE: &str = "mutation Place($input: PlaceOrderInput!) {
    placeOrder(input: $input) {
        __typename
        ... on PlaceOrderPayload { order { id number status paymentActionUrl total { amount currency } } }
    }
}";

const WATCH: &str = "subscription Watch($id: ID!) {
    orderUpdated(id: $id) { version status lines { quantity product { name } } }
}";

const ORDER: &str = "query Order($id: ID!) {
    order(id: $id) {
        status refunded { amount }
        payments { id status capturedAmount { amount } refunds { status amount { amount } } }
        history { status }
    }
}";

const LEDGER: &str = "{ ledgerBalances { account owner amount { amount currency } } }";

#[tokio::test(flavor = "multi_thread")]
async fn a_purchase_in_one_process() {
    purchase(Shape::Whole).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_purchase_with_every_part_in_a_process_of_its_own() {
    purchase(Shape::Apart).await;
}

async fn purchase(shape: Shape) {
    let shop = Installation::start(shape).await;
    let anyone = shop.client();
    every_part_is_well(&anyone).await;
    let buyer = register(&anyone).await;

    let offer = find_goods(&anyone).await;
    let cart = buyer.execute(ADD, json!({ "input": { "offerId": offer, "quantity": 2 } })).await;
    assert_eq!(cart.data()["addToCart"]["cart"]["totalQuantity"], 2);
    let coupon = "mutation { applyCoupon(input: { code: \"WELCOME10\" }) { cart { couponCode } } }";
    assert_eq!(
        buyer.execute(coupon, json!({})).await.data()["applyCoupon"]["cart"]["couponCode"],
        "WELCOME10"
    );

    let quote = buyer
        .execute(
            "{ checkoutQuote { problems { code } couponRejection discount { amount } total { amount currency } } }",
            json!({}),
        )
        .await;
    let quote = quote.data()["checkoutQuote"].clone();
    assert_eq!((&quote["problems"], &quote["couponRejection"]), (&json!([]), &Value::Null));
    assert_ne!(quote["discount"]["amount"], "0.00", "the coupon counts: {quote}");

    let order = place_once(&buyer, &quote["total"]).await;
    let order_id = order["id"].as_str().unwrap();
    let mut watch = buyer.subscribe(WATCH, json!({ "id": order_id })).await;
    let first = watch.next().await.unwrap();
    assert_eq!(first.data()["orderUpdated"]["status"], "AWAITING_PAYMENT");

    // The customer passes the challenge on the bank's page.
    let page = order["paymentActionUrl"].as_str().unwrap();
    let shown = anyone.http().get(anyone.url(page)).send().await.unwrap().text().await.unwrap();
    assert!(shown.contains("Confirm your payment"), "{shown}");
    let approved = anyone.pass_challenge(page).await.unwrap();
    assert!(approved.status().is_success(), "{approved:?}");

    let events = watch.until(|data| data["orderUpdated"]["status"] == "PAID").await;
    let statuses: Vec<&str> =
        events.iter().filter_map(|e| e.data()["orderUpdated"]["status"].as_str()).collect();
    assert_eq!(statuses, ["PAID"], "confirmed and paid at once");
    for event in &events {
        let name = &event.data()["orderUpdated"]["lines"][0]["product"]["name"];
        assert!(name.is_string(), "completed with catalog's fields: {:#}", event.0);
    }

    let admin = anyone.log_in("admin@demo.souk.example", PASSWORD).await;
    refund_part(&buyer, &admin, order_id).await;
    assert_ledger_balances(&admin).await;
    a_stranger_sees_nothing(&anyone, order_id).await;
}

/// The router's status sums up every subgraph, wherever it is served.
async fn every_part_is_well(anyone: &Client) {
    let status = anyone.http().get(anyone.url("/api/status")).send().await.unwrap();
    let status: Value = status.json().await.unwrap();
    let parts = status["services"].as_array().unwrap();
    let mut names: Vec<&str> = parts.iter().filter_map(|part| part["name"].as_str()).collect();
    names.sort_unstable();
    assert_eq!(names, subgraphs());
    assert!(parts.iter().all(|part| part["healthy"] == true), "{status:#}");
}

async fn register(anyone: &Client) -> Client {
    let email = format!("journey-{}@example.org", fresh_id());
    anyone.register(&email, "a long enough password", "Jo Journey").await;
    let buyer = anyone.log_in(&email, "a long enough password").await;
    let me = buyer.execute("{ me { id name cart { id } } }", json!({})).await;
    assert_eq!(me.data()["me"]["name"], "Jo Journey");
    buyer
}

/// Finds goods by a whole word, with one wrong letter, by a beginning, and by a Japanese name; returns an offer with
/// stock.
async fn find_goods(anyone: &Client) -> String {
    let whole = anyone.execute(SEARCH, json!({ "query": "Serving" })).await.data()["search"].clone();
    let total = whole["totalCount"].as_i64().unwrap();
    assert!(total > 0);
    let facet = |code: &str| whole["facets"].as_array().unwrap().iter().find(|f| f["code"] == code).cloned();
    assert!(facet("VENDOR").is_some_and(|f| !f["values"].as_array().unwrap().is_empty()), "{whole:#}");
    for query in ["Servimg", "Serv"] {
        let found = anyone.execute(SEARCH, json!({ "query": query })).await;
        assert!(found.data()["search"]["totalCount"].as_i64().unwrap() > 0, "`{query}` finds something");
    }
    let japanese = anyone.with_language("ja");
    let names = japanese.execute("{ products(first: 50) { nodes { name } } }", json!({})).await;
    let nodes = names.data()["products"]["nodes"].as_array().unwrap().clone();
    let name = nodes
        .iter()
        .filter_map(|n| n["name"].as_str())
        .find(|name| !name.is_ascii())
        .expect("a Japanese name");
    let found = japanese.execute(SEARCH, json!({ "query": name })).await;
    let hits = found.data()["search"]["nodes"].as_array().unwrap();
    assert!(hits.iter().any(|hit| hit["name"] == name), "`{name}` is found");

    let nodes = whole["nodes"].as_array().unwrap();
    let offer = nodes.iter().map(|n| &n["bestOffer"]).find(|offer| offer["available"].as_i64() >= Some(5));
    offer.expect("an offer with stock")["id"].as_str().unwrap().to_owned()
}

/// Check 24: the same key gives the same order, another payload is refused.
async fn place_once(buyer: &Client, total: &Value) -> Value {
    let input = |city: &str| {
        json!({ "input": {
            "idempotencyKey": "journey-key-1",
            "shippingAddress": {
                "recipient": "Jo Journey", "line1": "Marktgasse 1", "city": city, "postalCode": "10115", "country": "DE",
            },
            "payment": { "gateway": "sandbox", "token": "tok_challenge" },
            "expectedTotal": total,
        } })
    };
    let placed = buyer.execute(PLACE, input("Berlin")).await;
    let order = placed.data()["placeOrder"]["order"].clone();
    assert_eq!(order["status"], "AWAITING_PAYMENT", "{:#}", placed.0);
    assert_eq!(&order["total"], total);
    let again = buyer.execute(PLACE, input("Berlin")).await;
    assert_eq!(again.data()["placeOrder"]["order"], order, "one key, one order");
    let other = buyer.execute(PLACE, input("Hamburg")).await;
    assert_eq!(other.codes(), ["IDEMPOTENCY_KEY_REUSED"]);
    order
}

async fn refund_part(buyer: &Client, admin: &Client, order_id: &str) {
    const REFUND: &str = "mutation Refund($input: RefundPaymentInput!) {
        refundPayment(input: $input) {
            __typename
            ... on RefundPayload { refund { status } }
            ... on RefundTooLarge { refundable { amount } }
        }
    }";
    let order = admin.execute(ORDER, json!({ "id": order_id })).await.data()["order"].clone();
    assert_eq!(order["payments"][0]["status"], "CAPTURED");
    let refund = |amount: &str, key: &str| {
        json!({ "input": {
            "paymentId": order["payments"][0]["id"], "amount": { "amount": amount, "currency": "EUR" },
            "reason": "one piece was damaged", "idempotencyKey": key,
        } })
    };
    let made = admin.execute(REFUND, refund("1.23", "refund-1")).await;
    assert_eq!(made.data()["refundPayment"]["refund"]["status"], "SUCCEEDED");
    let again = admin.execute(REFUND, refund("1.23", "refund-1")).await;
    assert_eq!(again.data()["refundPayment"]["__typename"], "RefundPayload", "the same refund");
    let more = admin.execute(REFUND, refund("999999.00", "refund-2")).await;
    assert_eq!(more.data()["refundPayment"]["__typename"], "RefundTooLarge");
    eventually("the order knows its refund", || async {
        let order = buyer.execute(ORDER, json!({ "id": order_id })).await;
        (order.data()["order"]["refunded"]["amount"] == "1.23").then_some(())
    })
    .await;
    let denied = buyer.execute(REFUND, refund("1.00", "refund-3")).await;
    assert_eq!(denied.codes(), ["FORBIDDEN"]);
}

/// Check 28: debits equal credits in every currency.
async fn assert_ledger_balances(admin: &Client) {
    let answer = admin.execute(LEDGER, json!({})).await;
    let mut sums = std::collections::BTreeMap::<String, i64>::new();
    for balance in answer.data()["ledgerBalances"].as_array().unwrap() {
        let amount: String =
            balance["amount"]["amount"].as_str().unwrap().chars().filter(|c| *c != '.').collect();
        *sums.entry(balance["amount"]["currency"].as_str().unwrap().to_owned()).or_default() +=
            amount.parse::<i64>().unwrap();
    }
    assert!(!sums.is_empty() && sums.values().all(|sum| *sum == 0), "{sums:?}");
}

async fn a_stranger_sees_nothing(anyone: &Client, order_id: &str) {
    let stranger = anyone.log_in("buyer@demo.souk.example", PASSWORD).await;
    let seen = stranger.execute(ORDER, json!({ "id": order_id })).await;
    assert_eq!(seen.0["data"]["order"], Value::Null, "{:#}", seen.0);
    let denied = stranger.execute(LEDGER, json!({})).await;
    assert_eq!(denied.codes(), ["FORBIDDEN"]);
}
