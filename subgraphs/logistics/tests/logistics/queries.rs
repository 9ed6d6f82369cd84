//! What is asked for many is as many queries as for one.

use platform_core::id::OrderId;
use serde_json::{Value, json};

use crate::support::{App, Part, Purchase, dispatcher, one_shipment};

const ORDERS: &str = "query ($of: [_Any!]!) { _entities(representations: $of) { ... on Order { shipments {
    id items { quantity } events { status } destination { city } proof { photo { url } } } } } }";
const SHIPMENTS: &str = "query ($of: [_Any!]!) { _entities(representations: $of) { ... on Shipment {
    id items { quantity } events { status } } } }";

#[tokio::test]
async fn shipments_of_many_orders_are_as_many_queries_as_of_one() {
    let app = App::start().await;
    let mut orders: Vec<OrderId> = Vec::new();
    let mut shipments: Vec<Value> = Vec::new();
    for _ in 0..3 {
        let (purchase, _, shipment) = one_shipment(&app, app.ids().next()).await;
        orders.push(purchase.order);
        shipments.push(json!({ "__typename": "Shipment", "id": shipment["id"] }));
    }
    let part = Part::new(&app, app.ids().next());
    let two = Purchase::of(&app, vec![part.parcel(&app, None, 1), part.parcel(&app, None, 1)]);
    two.ship(&app).await;
    orders.push(two.order);
    let app = app.restart_with(crate::support::builder().without_workers()).await;
    let staff = dispatcher(&app).with_scopes([platform_identity::Scope::CustomersRead]);
    let of: Vec<Value> = orders.iter().map(|id| json!({ "__typename": "Order", "id": id })).collect();
    let (one, many) = (json!({ "of": [of[0]] }), json!({ "of": of }));
    app.assert_queries_do_not_grow(&staff, ORDERS, one, many).await;
    let (one, many) = (json!({ "of": [shipments[0]] }), json!({ "of": shipments }));
    app.assert_queries_do_not_grow(&staff, SHIPMENTS, one, many).await;
}
