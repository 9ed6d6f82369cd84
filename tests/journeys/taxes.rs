//! Tax by the address that goods go to: the same in the quote, the order and the ledger, whatever a header says.

use serde_json::{Value, json};

use crate::support::{Client, Installation, Shape};

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

async fn offer_in_stock(client: &Client) -> String {
    let query = "{ products(first: 50) { nodes { bestOffer { id available } } } }";
    let answer = client.execute(query, json!({})).await;
    let nodes = answer.data()["products"]["nodes"].as_array().unwrap().clone();
    let offer = nodes.iter().find(|node| node["bestOffer"]["available"].as_i64() > Some(20)).unwrap();
    offer["bestOffer"]["id"].as_str().unwrap().to_owned()
}

fn order(country: &str, total: &Value) -> Value {
    json!({ "input": {
        "idempotencyKey": format!("taxes-{country}"),
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
    let offer = offer_in_stock(&anyone).await;
    let mut totals = Vec::new();
    for (country, ppm) in [("DE", [190_000, 70_000]), ("US", [72_500, 0])] {
        let guest = anyone.as_guest(&format!("taxed-guest-of-{country}-0001"));
        guest.execute(ADD, json!({ "offer": offer })).await.data();
        let quoted = guest.execute(QUOTE, json!({ "to": { "country": country } })).await;
        let quote = quoted.data()["checkoutQuote"].clone();
        let total = minor(&quote["total"]);
        let taxes = ppm.map(|ppm| (2 * total * ppm + 1_000_000 + ppm) / (2 * (1_000_000 + ppm)));
        assert!(taxes.contains(&minor(&quote["tax"])), "{country}: {quote}");
        let placed = guest.execute(PLACE, order(country, &quote["total"])).await;
        let placed = placed.data()["placeOrder"].clone();
        assert_eq!(placed["order"]["status"], "PAID", "{placed}");
        assert_eq!(placed["order"]["tax"], quote["tax"], "{country}");
        totals.push(total);
    }
    assert_eq!(totals[0], totals[1], "a price with tax is the same wherever it is taxed");

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
