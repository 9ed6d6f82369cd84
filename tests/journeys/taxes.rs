//! Tax by the address that goods go to: the same in the quote, the order and the ledger, whatever a header says.

use serde_json::{Value, json};

use crate::support::{Client, Installation, Shape, fresh_id};

const ADD: &str = "mutation Add($offer: ID!) {
    addToCart(input: { offerId: $offer, quantity: 2 }) { cart { totalQuantity } }
}";

const QUOTE: &str = "query Quote($to: QuoteDestinationInput) {
    checkoutQuote(destination: $to) {
        destinationNotServed { country } subtotal { amount } shipping { amount } tax { amount } total { amount currency }
    }
}";

const PLACE: &str = "mutation Place($input: PlaceOrderInput!) {
    placeOrder(input: $input) {
        __typename
        ... on PlaceOrderPayload { order { status tax { amount } total { amount } } }
        ... on DestinationNotServed { country }
    }
}";

/// In minor units.
fn minor(amount: &Value) -> i64 {
    amount["amount"].as_str().unwrap().replace('.', "").parse().unwrap()
}

/// An offer of goods that are taxed at `rate` in Germany.
async fn offer_in_stock(client: &Client, rate: &str) -> String {
    let query = "{ products(first: 100) { nodes { bestOffer { id available price { taxRate } } } } }";
    let answer = client.execute(query, json!({})).await;
    let nodes = answer.data()["products"]["nodes"].as_array().unwrap().clone();
    let fits = |offer: &Value| offer["available"].as_i64() > Some(20) && offer["price"]["taxRate"] == rate;
    let offer = nodes.iter().map(|node| &node["bestOffer"]).find(|offer| fits(offer)).unwrap();
    offer["id"].as_str().unwrap().to_owned()
}

fn order(country: &str, total: &Value) -> Value {
    json!({ "input": {
        "idempotencyKey": fresh_id(),
        "email": "guest@example.org",
        "shippingAddress": {
            "recipient": "Gus Guest", "line1": "Main St 1", "city": "Springfield", "postalCode": "10115", "country": country,
        },
        "payment": { "gateway": "sandbox", "token": "tok_approve" },
        "expectedTotal": total,
    } })
}

/// Check 46: Germany and the USA tax the same prices each by its own rate, shipping included; a quote for the address is
/// what is charged; where nothing is sold nothing is ordered, by address or by header.
#[tokio::test(flavor = "multi_thread")]
async fn tax_follows_the_address() {
    let shop = Installation::start(Shape::Whole).await;
    let anyone = shop.client();
    let offer = offer_in_stock(&anyone, "0.19").await;
    let food = offer_in_stock(&anyone, "0.07").await;
    // Food is not taxed in the USA, beside goods that are.
    let cases = [(&offer, "DE", 190_000), (&offer, "US", 72_500), (&food, "DE", 70_000), (&food, "US", 0)];
    let mut totals = Vec::new();
    for (number, (offer, country, ppm)) in cases.into_iter().enumerate() {
        let guest = anyone.as_guest(&format!("taxed-guest-of-{country}-000{number}"));
        guest.execute(ADD, json!({ "offer": offer })).await.data();
        let quoted = guest.execute(QUOTE, json!({ "to": { "country": country } })).await;
        let quote = quoted.data()["checkoutQuote"].clone();
        let total = minor(&quote["total"]);
        let tax = (2 * total * ppm + 1_000_000 + ppm) / (2 * (1_000_000 + ppm));
        assert_eq!(minor(&quote["tax"]), tax, "{country}: {quote}");
        let placed = guest.execute(PLACE, order(country, &quote["total"])).await;
        let placed = placed.data()["placeOrder"].clone();
        assert_eq!(placed["order"]["status"], "PAID", "{placed}");
        assert_eq!(placed["order"]["tax"], quote["tax"], "{country}");
        assert_eq!(placed["order"]["total"]["amount"], quote["total"]["amount"], "{country}");
        totals.push(total);
    }
    assert_eq!(totals[0], totals[1], "a price with tax is the same wherever it is taxed");
    let home_tax = (2 * totals[2] * 70_000 + 1_070_000) / (2 * 1_070_000);
    assert_eq!(totals[3], totals[2] - home_tax, "and less the tax at home where its goods are not");

    let guest = anyone.as_guest("taxed-guest-of-nowhere-0001");
    guest.execute(ADD, json!({ "offer": offer })).await.data();
    let quoted = guest.execute(QUOTE, json!({ "to": { "country": "BR" } })).await;
    assert_eq!(quoted.data()["checkoutQuote"]["destinationNotServed"]["country"], "BR");
    let refused = guest.execute(PLACE, order("BR", &Value::Null)).await;
    assert_eq!(
        refused.data()["placeOrder"],
        json!({ "__typename": "DestinationNotServed", "country": "BR" })
    );
    for country in ["AQ", "ZZ"] {
        let elsewhere = guest.in_country(country);
        assert_eq!(elsewhere.execute(PLACE, order("DE", &Value::Null)).await.codes(), ["BAD_USER_INPUT"]);
    }
}
