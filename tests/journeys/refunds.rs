//! Pieces of an order of two sellers come back: each seller's balance is as if those pieces had not been sold.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::support::{Client, Installation, Shape, fresh_id, until_demo_rests};

const ADD: &str = "mutation Add($input: AddToCartInput!) { addToCart(input: $input) { cart { id } } }";
const PLACE: &str = "mutation Place($input: PlaceOrderInput!) {
    placeOrder(input: $input) { __typename ... on PlaceOrderPayload { order { id status shipping { amount }
        lines { id quantity vendor { id } tax { amount } total { amount } } } } }
}";
const REFUND: &str = "mutation Refund($input: RefundOrderLinesInput!) {
    refundOrderLines(input: $input) {
        __typename
        ... on RefundOrderLinesPayload { refund { status amount { amount } } order { status vendorOrders { status vendor { id } } } }
    }
}";

fn minor(amount: &Value) -> i64 {
    amount["amount"].as_str().unwrap().replace('.', "").parse().unwrap()
}

/// The balances in euros, by account and owner.
async fn balances(admin: &Client) -> BTreeMap<(String, String), i64> {
    let query = "{ ledgerBalances { account owner amount { amount currency } } }";
    let answer = admin.execute(query, json!({})).await;
    let rows = answer.data()["ledgerBalances"].as_array().unwrap().iter();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    rows.filter(|row| row["amount"]["currency"] == "EUR")
        .map(|row| ((text(&row["account"]), text(&row["owner"])), minor(&row["amount"])))
        .filter(|(_, balance)| *balance != 0)
        .collect()
}

/// Offers of two sellers.
async fn offers(anyone: &Client) -> [String; 2] {
    let query = "{ products(first: 60) { nodes { bestOffer { id available vendor { id } } } } }";
    let found = anyone.execute(query, json!({})).await;
    let mut by_vendor = BTreeMap::new();
    for node in found.data()["products"]["nodes"].as_array().unwrap() {
        let offer = &node["bestOffer"];
        if offer["available"].as_i64().is_some_and(|available| available > 5) {
            by_vendor.insert(offer["vendor"]["id"].to_string(), offer["id"].as_str().unwrap().to_owned());
        }
    }
    let mut offers = by_vendor.into_values();
    [offers.next().unwrap(), offers.next().unwrap()]
}

#[tokio::test(flavor = "multi_thread")]
async fn pieces_that_come_back_cost_their_seller_alone() {
    let shop = Installation::start(Shape::Whole).await;
    let anyone = shop.client();
    let admin = anyone.log_in("admin@demo.souk.example", "souk-demo-2026").await;
    until_demo_rests(&admin).await;
    let before = balances(&admin).await;
    let guest = anyone.as_guest(&format!("guest-{}", fresh_id()));
    for (quantity, offer) in (2..).zip(offers(&anyone).await) {
        guest.execute(ADD, json!({ "input": { "offerId": offer, "quantity": quantity } })).await.data();
    }
    let address = json!({
        "recipient": "Jo Journey", "line1": "Marktgasse 1", "city": "Berlin", "postalCode": "10115", "country": "DE",
    });
    let input = json!({
        "idempotencyKey": fresh_id(), "email": "jo@example.org", "shippingAddress": address,
        "payment": { "gateway": "sandbox", "token": "tok_approve" },
    });
    let placed = guest.execute(PLACE, json!({ "input": input })).await;
    let order = placed.data()["placeOrder"]["order"].clone();
    assert_eq!(order["status"], "PAID", "{placed:?}");
    let sold = balances(&admin).await;
    let refund = async |lines: Value, shipping: Value| {
        let mut input = json!({ "orderId": order["id"], "lines": lines, "reason": "returned",
            "idempotencyKey": fresh_id(), "restock": true });
        if shipping.is_object() {
            input["shipping"] = shipping;
        }
        let answer = admin.execute(REFUND, json!({ "input": input })).await;
        let made = answer.data()["refundOrderLines"].clone();
        assert_eq!(made["refund"]["status"], "SUCCEEDED", "{answer:?}");
        made
    };
    let (first, second) = (&order["lines"][0], &order["lines"][1]);
    let pieces = |line: &Value, quantity: i64| json!([{ "lineId": line["id"], "quantity": quantity }]);
    // Piece by piece, and the last of this seller's on their own.
    refund(pieces(first, 1), Value::Null).await;
    let made = refund(pieces(first, first["quantity"].as_i64().unwrap() - 1), Value::Null).await;
    for part in made["order"]["vendorOrders"].as_array().unwrap() {
        let expected = if part["vendor"]["id"] == first["vendor"]["id"] { "CANCELLED" } else { "OPEN" };
        assert_eq!(part["status"], expected, "{made}");
    }
    let now = balances(&admin).await;
    let of = |books: &BTreeMap<(String, String), i64>, account: &str, owner: &Value| {
        let owner = owner.as_str().unwrap_or_default().to_owned();
        books.get(&(account.to_owned(), owner)).copied().unwrap_or(0)
    };
    let (own, other) = (&first["vendor"]["id"], &second["vendor"]["id"]);
    assert_eq!(of(&now, "VENDOR_PAYABLE", own), of(&before, "VENDOR_PAYABLE", own), "as if nothing was sold");
    assert_eq!(
        of(&now, "VENDOR_PAYABLE", other),
        of(&sold, "VENDOR_PAYABLE", other),
        "nothing of it came back"
    );
    assert_eq!(of(&now, "SHIPPING", &Value::Null), of(&sold, "SHIPPING", &Value::Null));
    let tax = of(&now, "TAX_PAYABLE", &Value::Null) - of(&sold, "TAX_PAYABLE", &Value::Null);
    assert_eq!(tax, minor(&first["tax"]), "the tax of its pieces");
    refund(pieces(second, second["quantity"].as_i64().unwrap()), Value::Null).await;
    let shipping = json!({ "amount": order["shipping"]["amount"], "currency": "EUR" });
    let last = refund(json!([]), shipping).await;
    assert_eq!(last["order"]["status"], "REFUNDED", "{last}");
    assert_eq!(balances(&admin).await, before);
}
