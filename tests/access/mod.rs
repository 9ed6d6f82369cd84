//! Who may do what, as clients see it through the router.

mod matrix;
mod nodes;
mod ownership;
mod revocation;
mod rules;
mod watchers;

use serde_json::{Value, json};

use crate::support::{Client, eventually, fresh_id};

const PASSWORD: &str = "a long enough password";

/// A user who has just registered.
struct Account {
    client: Client,
    id: String,
    session: String,
    email: String,
}

impl Account {
    async fn register(anyone: &Client) -> Self {
        let email = format!("access-{}@example.org", fresh_id());
        let made = anyone.register(&email, PASSWORD, "Ada Access").await;
        let id = text(&made["user"]["id"]);
        let mut account = Self { client: anyone.clone(), id, session: String::new(), email };
        account.log_in(anyone).await;
        account
    }

    /// In a new session, with the rights that the user has by now.
    async fn log_in(&mut self, anyone: &Client) {
        self.client = anyone.log_in(&self.email, PASSWORD).await;
        let answer = self.client.execute("{ sessions { nodes { id current } } }", json!({})).await;
        let sessions = answer.data()["sessions"]["nodes"].as_array().unwrap().clone();
        self.session = text(&sessions.iter().find(|session| session["current"] == true).unwrap()["id"]);
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("a text: {value}")).to_owned()
}

const ADD: &str =
    "mutation Add($input: AddToCartInput!) { addToCart(input: $input) { cart { id lines { id } } } }";

/// Puts one of `offer` into the caller's cart; returns the line.
async fn add_to_cart(client: &Client, offer: &Value) -> String {
    let added = client.execute(ADD, json!({ "input": { "offerId": offer, "quantity": 1 } })).await;
    text(&added.data()["addToCart"]["cart"]["lines"][0]["id"])
}

/// Orders one of an offer, paid by `token`.
async fn place_order(client: &Client, offer: &Value, token: &str) -> Value {
    const PLACE: &str = "mutation Place($input: PlaceOrderInput!) {
        placeOrder(input: $input) {
            __typename
            ... on PlaceOrderPayload { order { id number status paymentActionUrl payments { id } } }
        }
    }";
    add_to_cart(client, offer).await;
    let input = json!({
        "idempotencyKey": fresh_id(),
        "shippingAddress": {
            "recipient": "Ada Access", "line1": "Marktgasse 1", "city": "Berlin", "postalCode": "10115", "country": "DE",
        },
        "payment": { "gateway": "sandbox", "token": token },
    });
    let placed = client.execute(PLACE, json!({ "input": input })).await;
    placed.data()["placeOrder"]["order"].clone()
}

/// The first shipment of an order, once it is there.
async fn shipment_of(buyer: &Client, order: &Value) -> Value {
    const SHIPMENTS: &str =
        "query($id: ID!) { order(id: $id) { shipments { id trackingNumber items { lineId } } } }";
    eventually("a paid order has a shipment", || async {
        let seen = buyer.execute(SHIPMENTS, json!({ "id": order["id"] })).await;
        let shipment = seen.data()["order"]["shipments"][0].clone();
        (!shipment.is_null()).then_some(shipment)
    })
    .await
}

/// An offer with stock, and its vendor.
async fn plentiful_offer(client: &Client) -> (Value, Value) {
    let query = "{ products(first: 40) { nodes { bestOffer { id available vendor { id } } } } }";
    let answer = client.execute(query, json!({})).await;
    let nodes = answer.data()["products"]["nodes"].as_array().unwrap().clone();
    let offers = nodes.iter().map(|node| &node["bestOffer"]);
    let offer = offers.max_by_key(|offer| offer["available"].as_i64()).unwrap();
    (offer["id"].clone(), offer["vendor"]["id"].clone())
}
