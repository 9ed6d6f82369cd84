//! Deliveries that are followed.

use contracts::orders::OrderClaimed;
use platform_testkit::{TestClient, TestSubscription};
use serde_json::{Value, json};

use crate::support::{App, Part, Purchase, dispatcher, handle, one_shipment, record, seller};

const TRACK: &str = "subscription ($order: ID, $number: String, $token: String) {
    deliveryTracking(orderId: $order, trackingNumber: $number, token: $token) {
        version trackingNumber status items { name quantity } shipment { id } events { status place note } } }";

async fn track(client: &TestClient, by: Value) -> TestSubscription {
    client.subscribe(TRACK, by).await
}

async fn next_status(events: &mut TestSubscription) -> String {
    events.next().await.text("deliveryTracking.status")
}

#[tokio::test]
async fn who_follows_a_delivery_hears_every_status_in_order() {
    let app = App::start().await;
    let vendor = app.ids().next();
    let (purchase, _, shipment) = one_shipment(&app, vendor).await;
    let (buyer, seller, staff) = (purchase.buyer(&app), seller(&app, vendor), dispatcher(&app));
    let mut by_order = track(&buyer, json!({ "order": purchase.order })).await;
    let typed = shipment["trackingNumber"].as_str().unwrap().to_lowercase();
    let mut by_number = track(&seller, json!({ "number": typed })).await;
    let mut by_link = track(&app.as_guest(), json!({ "token": shipment["trackingToken"] })).await;
    for events in [&mut by_order, &mut by_number, &mut by_link] {
        assert_eq!(next_status(events).await, "CREATED");
    }
    let course = ["PACKED", "HANDED_OVER", "OUT_FOR_DELIVERY", "DELIVERED"];
    for status in course {
        let done = match status {
            "PACKED" => handle(&seller, "packShipment", &shipment).await,
            "HANDED_OVER" => handle(&seller, "handOverShipment", &shipment).await,
            kind => record(&staff, &shipment, kind).await,
        };
        assert_eq!(done, "ShipmentPayload");
        for events in [&mut by_order, &mut by_number, &mut by_link] {
            assert_eq!(next_status(events).await, status);
        }
    }
    // Who comes back later begins where it stands.
    let mut late = track(&buyer, json!({ "order": purchase.order })).await;
    let now = late.next().await;
    assert_eq!(now.get::<i64>("deliveryTracking.version"), 5);
    assert_eq!(now.text("deliveryTracking.shipment.id"), shipment["id"].as_str().unwrap());
}

/// What stands on the parcel, and no more.
#[tokio::test]
async fn a_tracking_link_shows_neither_contents_nor_notes() {
    let app = App::start().await;
    let vendor = app.ids().next();
    let (_, _, shipment) = one_shipment(&app, vendor).await;
    handle(&seller(&app, vendor), "handOverShipment", &shipment).await;
    let note = json!({ "shipmentId": shipment["id"], "kind": "IN_TRANSIT", "place": "Bonn", "note": "for Mrs Example" });
    dispatcher(&app).mutate("recordShipmentEvent", note).await.data();
    let mut by_link = track(&app.as_guest(), json!({ "token": shipment["trackingToken"] })).await;
    let seen = by_link.next().await;
    let tracking = seen.at("deliveryTracking");
    assert_eq!((&tracking["items"], &tracking["shipment"]), (&Value::Null, &Value::Null));
    assert_eq!(tracking["events"][2], json!({ "status": "IN_TRANSIT", "place": "Bonn", "note": null }));
}

#[tokio::test]
async fn a_revoked_link_ends_and_shows_nothing() {
    let app = App::start().await;
    let (purchase, _, shipment) = one_shipment(&app, app.ids().next()).await;
    let old = json!({ "token": shipment["trackingToken"] });
    let mut by_link = track(&app.as_guest(), old.clone()).await;
    by_link.next().await.data();
    for stranger in [app.as_guest(), app.as_user(app.ids().next()), seller(&app, app.ids().next())] {
        let refused = stranger.mutate("revokeTrackingLink", json!({ "shipmentId": shipment["id"] })).await;
        assert_eq!(refused.codes(), ["NOT_FOUND"]);
    }
    let revoke = "mutation ($id: ID!) { revokeTrackingLink(input: { shipmentId: $id }) { shipment { trackingToken } } }";
    let revoked = purchase.buyer(&app).execute(revoke, json!({ "id": shipment["id"] })).await;
    let fresh = revoked.text("revokeTrackingLink.shipment.trackingToken");
    assert!(by_link.try_next().await.is_none(), "it ends");
    assert_eq!(track(&app.as_guest(), old).await.next().await.codes(), ["NOT_FOUND"]);
    track(&app.as_guest(), json!({ "token": fresh })).await.next().await.data();
}

#[tokio::test]
async fn strangers_follow_nothing() {
    let app = App::start().await;
    let vendor = app.ids().next();
    let (purchase, _, shipment) = one_shipment(&app, vendor).await;
    let strangers = [
        app.as_guest(),
        app.as_guest().with_guest("guest-of-another-device"),
        app.as_user(app.ids().next()),
        seller(&app, app.ids().next()),
    ];
    for stranger in &strangers {
        for by in [
            json!({ "order": purchase.order }),
            json!({ "number": shipment["trackingNumber"] }),
            json!({ "token": "0".repeat(32) }),
            json!({ "token": "" }),
            json!({ "order": "no id" }),
            json!({ "number": "SK1" }),
        ] {
            assert_eq!(track(stranger, by.clone()).await.next().await.codes(), ["NOT_FOUND"], "{by}");
        }
    }
    for by in [json!({}), json!({ "order": purchase.order, "token": shipment["trackingToken"] })] {
        assert_eq!(track(&purchase.buyer(&app), by).await.next().await.codes(), ["BAD_USER_INPUT"]);
    }
}

/// All parcels of an order, those that are split off while it is followed too; until somebody else has it.
#[tokio::test]
async fn an_order_is_followed_with_all_its_parcels() {
    let app = App::start().await;
    let vendor = app.ids().next();
    let part = Part::new(&app, vendor);
    let purchase = Purchase {
        user: None,
        guest: Some(crate::support::GUEST),
        ..Purchase::of(&app, vec![part.parcel(&app, None, 2)])
    };
    assert_eq!(purchase.plan(&app).await.text("planDelivery.__typename"), "DeliveryPlanned");
    let mut events = track(&purchase.buyer(&app), json!({ "order": purchase.order })).await;
    purchase.pay(&app);
    let first = events.next().await.text("deliveryTracking.shipment.id");
    let input = json!({ "shipmentId": first, "items": [{ "lineId": part.line, "quantity": 1 }] });
    seller(&app, vendor).mutate("splitShipment", input).await.data();
    events.until(|event| event.text("deliveryTracking.shipment.id") != first).await;
    app.publish(&OrderClaimed { order_id: purchase.order, user_id: app.ids().next() });
    while let Some(event) = events.try_next().await {
        event.data();
    }
}
