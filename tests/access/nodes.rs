//! Whatever has an id is found by it alone, by whoever may see it.

use serde_json::{Value, json};

use super::{Account, place_order, plentiful_offer, shipment_of, text};
use crate::support::{Client, Installation, Shape, eventually, fresh_id};

/// Asks for a field of each entity that the subgraph of it answers.
const NODES: &str = "query($ids: [ID!]!) { nodes(ids: $ids) { __typename id
    ... on Product { slug } ... on Variant { sku } ... on Offer { offer: status } ... on Category { slug } ... on Collection { slug }
    ... on Order { number } ... on VendorOrder { part: status } ... on Payment { payment: status } ... on Shipment { trackingNumber } ... on User { email }
    ... on PublicProfile { name } } }";
const NODE: &str =
    "query($id: ID!) { node(id: $id) { __typename id ... on Payment { status } ... on Product { slug } } }";

async fn nodes(client: &Client, ids: &[String]) -> Vec<Value> {
    client.execute(NODES, json!({ "ids": ids })).await.data()["nodes"].as_array().unwrap().clone()
}

fn types(nodes: &[Value]) -> Vec<Option<&str>> {
    nodes.iter().map(|node| node["__typename"].as_str()).collect()
}

/// The ids of one product with all that belongs to it.
async fn on_sale(anyone: &Client) -> Vec<String> {
    const WALK: &str =
        "{ products(first: 1) { nodes { id variants { id } bestOffer { id } category { id } } }
        collections { id } }";
    let answer = anyone.execute(WALK, json!({})).await;
    let product = &answer.data()["products"]["nodes"][0];
    let ids = [
        &product["id"],
        &product["variants"][0]["id"],
        &product["bestOffer"]["id"],
        &product["category"]["id"],
        &answer.data()["collections"][0]["id"],
    ];
    ids.into_iter().map(text).collect()
}

/// The ids of an order with all that belongs to it.
async fn bought(buyer: &Client, offer: &Value) -> Vec<String> {
    let order = place_order(buyer, offer, "tok_approve").await;
    let walk = "query($id: ID!) { order(id: $id) { vendorOrders { id } } }";
    let answer = buyer.execute(walk, json!({ "id": order["id"] })).await;
    let part = &answer.data()["order"]["vendorOrders"][0]["id"];
    let shipment = shipment_of(buyer, &order).await;
    [&order["id"], part, &order["payments"][0]["id"], &shipment["id"]].into_iter().map(text).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_id_alone_finds_every_entity_for_whoever_may_see_it() {
    const GOODS: [Option<&str>; 5] =
        [Some("Product"), Some("Variant"), Some("Offer"), Some("Category"), Some("Collection")];
    const PURCHASE: [Option<&str>; 4] =
        [Some("Order"), Some("VendorOrder"), Some("Payment"), Some("Shipment")];
    let shop = Installation::start(Shape::Whole).await;
    let anyone = shop.client();
    let buyer = Account::register(&anyone).await;
    let (offer, _) = plentiful_offer(&anyone).await;
    let goods = on_sale(&anyone).await;
    let mut own = bought(&buyer.client, &offer).await;
    own.push(buyer.id.clone());

    let found = nodes(&anyone, &goods).await;
    assert_eq!(types(&found), GOODS);
    for (node, id) in found.iter().zip(&goods) {
        let fields = node.as_object().unwrap();
        assert!(fields.len() == 3 && fields.values().all(Value::is_string) && node["id"] == **id, "{node:#}");
    }
    let found = nodes(&buyer.client, &own).await;
    assert_eq!(types(&found), [&PURCHASE[..], &[Some("User")]].concat());
    assert_eq!(found[4]["email"], buyer.email);
    let admin = anyone.log_in("admin@demo.souk.example", "souk-demo-2026").await;
    assert_eq!(types(&nodes(&admin, &own).await), [&PURCHASE[..], &[Some("User")]].concat());

    let stranger = Account::register(&anyone).await.client;
    for stranger in [&anyone, &stranger, &anyone.as_guest("guest-who-is-a-stranger-here")] {
        let found = nodes(stranger, &own).await;
        assert_eq!(types(&found), [None, None, None, None, Some("PublicProfile")], "{found:#?}");
    }
    // In their order, twice as once, and nothing where there is nothing.
    let odd = [goods[1].clone(), fresh_id(), "no id at all".to_owned(), goods[0].clone(), goods[1].clone()];
    let found = nodes(&anyone, &odd).await;
    assert_eq!(types(&found), [Some("Variant"), None, None, Some("Product"), Some("Variant")]);
    let many = vec![goods[0].clone(); 21];
    let refused = anyone.execute(NODES, json!({ "ids": many })).await;
    assert_eq!(refused.codes(), ["LIMIT_EXCEEDED"], "{:#}", refused.0);
}

/// What other subgraphs have is found while one is away; of what nobody else has, nobody knows whether it is there.
#[tokio::test(flavor = "multi_thread")]
async fn an_id_is_not_said_to_be_nothing_while_a_subgraph_is_away() {
    let mut shop = Installation::start(Shape::Apart).await;
    let anyone = shop.client();
    let product = on_sale(&anyone).await.swap_remove(0);
    shop.processes.get_mut("payments").unwrap().kill().await;
    let found = anyone.execute(NODE, json!({ "id": product })).await;
    assert_eq!(found.data()["node"]["__typename"], "Product");
    let unknown = anyone.execute(NODE, json!({ "id": fresh_id() })).await;
    assert_eq!(unknown.codes(), ["SUBGRAPH_UNAVAILABLE"], "{:#}", unknown.0);
    let both = anyone.execute(NODES, json!({ "ids": [fresh_id(), product] })).await;
    assert!(both.0["data"]["nodes"][0].is_null(), "{:#}", both.0);
    assert_eq!(both.0["data"]["nodes"][1]["id"], product, "{:#}", both.0);
    assert_eq!(both.0["errors"][0]["path"], json!(["nodes", 0]));

    shop.start_process("payments", &["serve", "payments"], None).await;
    eventually("payments says that it has nothing of it", || async {
        let answer = anyone.execute(NODE, json!({ "id": fresh_id() })).await;
        (answer.codes().is_empty() && answer.data()["node"].is_null()).then_some(())
    })
    .await;
}
