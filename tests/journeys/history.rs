//! What was bought stays in the buyer's history, and what waits in a cart stays there, whatever became of it since.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::support::{Api, Client, Installation, Shape, eventually, fresh_id};

const PASSWORD: &str = "souk-demo-2026";
const ADD: &str = "mutation Add($input: AddToCartInput!) { addToCart(input: $input) {
    added problem { code } cart { version totalQuantity } } }";
const PLACE: &str = "mutation Place($input: PlaceOrderInput!) { placeOrder(input: $input) {
    __typename ... on PlaceOrderPayload { order { id status } } } }";
const HISTORY: &str = "{ me { orders { nodes { lines { productName sku productSlug imageUrl offer { id status }
        product { slug name } variant { sku } vendor { id } } } }
    cart { lines { productName sku productSlug quantity problem { code } offer { id product { slug } } } } } }";

/// Root fields that anybody may ask for, and those for staff.
const OWN: [&str; 4] = ["me", "cart", "checkoutQuote", "notifications"];
const OF_STAFF: [&str; 3] = ["orders", "users", "auditTrail"];

/// Lists of what can be bought, which are shorter when less can.
const FOR_SALE: [&str; 4] = [".variants", ".offers", ".quote.lines", ".checkoutQuote.lines"];

/// Goods on sale, with what is needed to take them off.
#[derive(Debug, Clone)]
struct Goods {
    product: String,
    variant: String,
    offer: String,
    vendor: String,
}

/// Check 49: products are unpublished, archived and deleted, offers paused, variants deactivated, a buyer blocked: every
/// reference that the schema knows answers, and no list and no parent of one becomes null.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_gone_breaks_nobodys_history() {
    let mut shop = Installation::prepare(Shape::Whole, "[cache]\nlocal_ttl_ms = 100\n");
    shop.seed().await;
    shop.start_all(None).await;
    let anyone = shop.client();
    let admin = anyone.log_in("admin@demo.souk.example", PASSWORD).await;
    let email = format!("history-{}@example.org", fresh_id());
    let (buyer, id) = register(&anyone, &email).await;
    let goods = goods(&anyone, 6).await;
    buy(&buyer, &goods).await;
    fill(&buyer, &goods).await;

    let api = Api::read();
    let own = api.probes(|field| OWN.contains(&field));
    for reference in
        ["CartLine.offer", "OrderLine.product", "OrderLine.variant", "OrderLine.offer", "Payment.order"]
    {
        assert!(own.contains_key(reference), "{reference} is walked: {:?}", own.keys());
    }
    let of_staff = api.probes(|field| OF_STAFF.contains(&field));
    assert!(of_staff.contains_key("Order.buyer") && of_staff.contains_key("AuditEntry.actor"));
    let mut before = Vec::new();
    for (client, probes) in [(&buyer, &own), (&admin, &of_staff)] {
        for (reference, query) in probes {
            let answer = client.execute(query, json!({})).await;
            before.push((client, reference, query, answer.data().clone()));
        }
    }

    let references = api.references().into_iter().filter(|reference| reference.may_be_null);
    let may_be_null: BTreeSet<String> = references.map(|reference| reference.field).collect();
    take_off_sale(&shop, &admin, &goods).await;
    eventually("the deleted product is gone everywhere", || async {
        let problems = problems(&history(&buyer).await);
        (problems.get(4) == Some(&json!("UNKNOWN_OFFER"))).then_some(())
    })
    .await;
    let gone = "NOT_FOR_SALE";
    let history = history(&buyer).await;
    assert_eq!(
        problems(&history),
        [json!(gone), json!(gone), json!(gone), json!(gone), json!("UNKNOWN_OFFER"), Value::Null]
    );
    let lines = history["me"]["orders"]["nodes"][0]["lines"].as_array().unwrap();
    let known: Vec<bool> = lines.iter().map(|line| line["product"]["slug"].is_string()).collect();
    assert_eq!(known, [false, true, true, true, false, true], "a draft and what is deleted are absent");
    for line in lines {
        assert!(
            line["productName"].is_string() && line["sku"].is_string() && line["productSlug"].is_string()
        );
        assert!(line["vendor"]["id"].is_string() && line["imageUrl"].is_string());
    }
    assert_eq!(lines[2]["offer"]["status"], "PAUSED");

    for (client, reference, query, before) in before {
        let answer = client.execute(query, json!({})).await;
        let mut lost = Vec::new();
        missing(&before, answer.data(), "", &mut lost);
        lost.retain(|path| !path.rsplit('.').next().is_some_and(|field| may_be_null.contains(field)));
        assert_eq!(lost, [] as [String; 0], "{reference}: {query}\n{:#}", answer.0);
    }
    refused_additions(&buyer, &goods).await;
    let block = "mutation Block($id: ID!) { blockUser(input: { userId: $id }) { user { id } } }";
    admin.execute(block, json!({ "id": id })).await.data();
    for query in of_staff.values() {
        admin.execute(query, json!({})).await.data();
    }
    shop.store.tamper("users", &[format!("DELETE FROM users WHERE id = {}", shop.store.uuid(&id))]).await;
    for query in of_staff.values() {
        admin.execute(query, json!({})).await.data();
    }
}

async fn register(anyone: &Client, email: &str) -> (Client, String) {
    anyone.register(email, "a long enough password", "Hilda History").await;
    let client = anyone.log_in(email, "a long enough password").await;
    let id = client.execute("{ me { id } }", json!({})).await.data()["me"]["id"].as_str().unwrap().to_owned();
    (client, id)
}

async fn goods(anyone: &Client, count: usize) -> Vec<Goods> {
    let query =
        "{ products(first: 60) { nodes { id bestOffer { id available vendor { id } variant { id } } } } }";
    let answer = anyone.execute(query, json!({})).await;
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let nodes = answer.data()["products"]["nodes"].as_array().unwrap().clone();
    let plentiful = nodes.iter().filter(|node| node["bestOffer"]["available"].as_i64() >= Some(10));
    let goods = plentiful.map(|node| Goods {
        product: text(&node["id"]),
        variant: text(&node["bestOffer"]["variant"]["id"]),
        offer: text(&node["bestOffer"]["id"]),
        vendor: text(&node["bestOffer"]["vendor"]["id"]),
    });
    goods.take(count).collect()
}

async fn fill(buyer: &Client, goods: &[Goods]) {
    for Goods { offer, .. } in goods {
        let added = buyer.execute(ADD, json!({ "input": { "offerId": offer, "quantity": 1 } })).await;
        assert_eq!(added.data()["addToCart"]["added"], true, "{:#}", added.0);
    }
}

async fn buy(buyer: &Client, goods: &[Goods]) {
    fill(buyer, goods).await;
    let placed = buyer
        .execute(
            PLACE,
            json!({ "input": {
                "idempotencyKey": "history-key-1",
                "shippingAddress": { "recipient": "Hilda", "line1": "Marktgasse 1", "city": "Berlin", "postalCode": "10115", "country": "DE" },
                "payment": { "gateway": "sandbox", "token": "tok_approve" },
            } }),
        )
        .await;
    assert_eq!(placed.data()["placeOrder"]["order"]["status"], "PAID", "{:#}", placed.0);
}

/// One product each: unpublished, archived, its offer paused, its variant deactivated, deleted; the last stays.
async fn take_off_sale(shop: &Installation, admin: &Client, goods: &[Goods]) {
    let status = "mutation Set($id: ID!, $status: ProductStatus!) { updateProduct(input: { id: $id, status: $status }) { __typename } }";
    for (goods, status_is) in goods.iter().zip(["DRAFT", "ARCHIVED"]) {
        admin.execute(status, json!({ "id": goods.product, "status": status_is })).await.data();
    }
    let pause =
        "mutation Pause($v: ID!, $of: ID!) { setOffer(input: { variantId: $v, vendorId: $of, status: PAUSED,
        prices: [{ price: { amount: \"9\", currency: \"EUR\" } }] }) { offer { id } } }";
    admin.execute(pause, json!({ "v": goods[2].variant, "of": goods[2].vendor })).await.data();
    let off = "mutation Off($v: ID!) { updateVariant(input: { id: $v, active: false }) { __typename } }";
    admin.execute(off, json!({ "v": goods[3].variant })).await.data();
    let id = shop.store.uuid(&goods[4].product);
    let offers = format!("(SELECT id FROM offer WHERE product_id = {id})");
    let statements = [
        format!("DELETE FROM stock_movement WHERE offer_id IN {offers}"),
        format!("DELETE FROM stock_level WHERE offer_id IN {offers}"),
        format!("DELETE FROM product WHERE id = {id}"),
    ];
    shop.store.tamper("catalog", &statements).await;
}

/// What cannot be bought is a typed problem, and the cart stays as it is.
async fn refused_additions(buyer: &Client, goods: &[Goods]) {
    let cart = "{ cart { version totalQuantity } }";
    let before = buyer.execute(cart, json!({})).await.data()["cart"].clone();
    for (what, id, code) in [
        ("a draft's offer", goods[0].offer.as_str(), "NOT_FOR_SALE"),
        ("an archived product's offer", &goods[1].offer, "NOT_FOR_SALE"),
        ("a paused offer", &goods[2].offer, "NOT_FOR_SALE"),
        ("an inactive variant's offer", &goods[3].offer, "NOT_FOR_SALE"),
        ("a deleted offer", &goods[4].offer, "UNKNOWN_OFFER"),
        ("a variant", &goods[5].variant, "UNKNOWN_OFFER"),
        ("a product", &goods[5].product, "UNKNOWN_OFFER"),
        ("nothing", "01900000-0000-7000-8000-000000000000", "UNKNOWN_OFFER"),
    ] {
        let answer = buyer.execute(ADD, json!({ "input": { "offerId": id, "quantity": 1 } })).await;
        let payload = &answer.data()["addToCart"];
        assert_eq!((&payload["added"], &payload["problem"]["code"]), (&json!(false), &json!(code)), "{what}");
        assert_eq!(payload["cart"], before, "{what}");
    }
}

async fn history(buyer: &Client) -> Value {
    buyer.execute(HISTORY, json!({})).await.data().clone()
}

/// Of the lines of the cart.
fn problems(history: &Value) -> Vec<Value> {
    let lines = history["me"]["cart"]["lines"].as_array().unwrap();
    lines.iter().map(|line| line["problem"]["code"].clone()).collect()
}

/// The paths of what was there before and is null now, and of lists that are shorter.
fn missing(before: &Value, now: &Value, path: &str, lost: &mut Vec<String>) {
    match (before, now) {
        (Value::Object(before), Value::Object(now)) => {
            for (key, value) in before {
                missing(value, &now[key], &format!("{path}.{key}"), lost);
            }
        }
        (Value::Array(before), Value::Array(now)) => {
            if now.len() < before.len() && !FOR_SALE.iter().any(|list| path.ends_with(list)) {
                lost.push(path.to_owned());
            }
            for (value, now) in before.iter().zip(now) {
                missing(value, now, path, lost);
            }
        }
        (before, Value::Null) if !before.is_null() => lost.push(path.to_owned()),
        _ => {}
    }
}
