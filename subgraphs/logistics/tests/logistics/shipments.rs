//! What shipments go through, from their sellers to their recipients.

use contracts::logistics::{ShipmentCreated, ShipmentStatus, ShipmentStatusChanged};
use contracts::orders::{OrderPiecesRefunded, RefundedPieces};
use platform_core::Clock;
use platform_core::id::WarehouseId;
use platform_testkit::{eventually, eventually_some};
use serde_json::{Value, json};

use crate::support::{App, Part, Purchase, dispatcher, handle, one_shipment, record, seller};

const SPLIT: &str = "mutation ($input: SplitShipmentInput!) { splitShipment(input: $input) { __typename
    ... on SplitShipmentPayload { shipment { items { quantity } } created { id status items { lineId quantity } } } } }";

fn statuses(shipments: &[Value]) -> Vec<&str> {
    shipments.iter().map(|shipment| shipment["status"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn a_paid_order_has_a_shipment_for_each_vendor_and_warehouse() {
    let app = App::start().await;
    let [one, other] = [(); 2].map(|()| Part::new(&app, app.ids().next()));
    let [here, there] = [(); 2].map(|()| Some(app.ids().next::<WarehouseId>()));
    let parcels = vec![one.parcel(&app, here, 2), other.parcel(&app, here, 1), other.parcel(&app, there, 2)];
    let purchase = Purchase::of(&app, parcels);
    assert_eq!(purchase.shipments(&app).await, [] as [Value; 0], "nothing was planned");
    let shipments = purchase.ship(&app).await;
    assert_eq!(statuses(&shipments), ["CREATED"; 3]);
    let quantities: Vec<_> =
        shipments.iter().map(|shipment| shipment["items"][0]["quantity"].clone()).collect();
    assert_eq!(quantities, [2, 1, 2]);
    // Told again, there are no more of them.
    app.redeliver_last("orders");
    purchase.pay(&app);
    let (sentinel, ..) = one_shipment(&app, app.ids().next()).await;
    assert_ne!(sentinel.order, purchase.order);
    assert_eq!(purchase.shipments(&app).await.len(), 3);
    let published = app.published_of::<ShipmentCreated>().await;
    let of_order: Vec<_> = published.iter().filter(|event| event.order_id == purchase.order).collect();
    assert_eq!(of_order.len(), 3);
    assert_eq!(of_order[1].items[0].line_id, other.line);
}

#[tokio::test]
async fn a_shipment_goes_from_its_seller_to_its_recipient() {
    let app = App::start().await;
    let vendor = app.ids().next();
    let (purchase, _, shipment) = one_shipment(&app, vendor).await;
    let (seller, staff) = (seller(&app, vendor), dispatcher(&app));
    for (mutation, twice) in [("packShipment", true), ("handOverShipment", false)] {
        assert_eq!(handle(&seller, mutation, &shipment).await, "ShipmentPayload");
        if twice {
            assert_eq!(handle(&seller, mutation, &shipment).await, "ShipmentPayload", "as before");
        }
    }
    assert_eq!(handle(&seller, "packShipment", &shipment).await, "ShipmentStatusRefused", "it has left");
    for kind in ["IN_TRANSIT", "OUT_FOR_DELIVERY", "ATTEMPTED", "OUT_FOR_DELIVERY", "DELIVERED"] {
        assert_eq!(record(&staff, &shipment, kind).await, "ShipmentPayload", "{kind}");
    }
    for kind in ["RETURNED", "LOST", "OUT_FOR_DELIVERY"] {
        assert_eq!(record(&staff, &shipment, kind).await, "ShipmentStatusRefused", "{kind} after the end");
    }
    let seen = purchase.shipments(&app).await.pop().unwrap();
    assert_eq!(
        (&seen["status"], &seen["attempts"], &seen["version"]),
        (&json!("DELIVERED"), &json!(1), &json!(8))
    );
    let events: Vec<_> =
        seen["events"].as_array().unwrap().iter().map(|e| e["status"].as_str().unwrap()).collect();
    let course = [
        "CREATED",
        "PACKED",
        "HANDED_OVER",
        "IN_TRANSIT",
        "OUT_FOR_DELIVERY",
        "ATTEMPTED",
        "OUT_FOR_DELIVERY",
        "DELIVERED",
    ];
    assert_eq!(events, course);
    assert_eq!(seen["events"][1]["source"], "SELLER");
    assert_eq!(seen["events"][7]["source"], "STAFF");
    let published = app.published_of::<ShipmentStatusChanged>().await;
    let told: Vec<_> = published.iter().map(|event| (event.status, event.version)).collect();
    assert_eq!(told[0], (ShipmentStatus::Packed, 2));
    assert_eq!((told.len(), told[6]), (7, (ShipmentStatus::Delivered, 8)), "each change once: {told:?}");
}

#[tokio::test]
async fn a_scan_at_another_place_is_told_without_another_status() {
    let app = App::start().await;
    let vendor = app.ids().next();
    let (purchase, _, shipment) = one_shipment(&app, vendor).await;
    handle(&seller(&app, vendor), "handOverShipment", &shipment).await;
    let staff = dispatcher(&app);
    for place in ["Köln", "Bonn"] {
        let at = app.clock().now();
        let input = json!({ "shipmentId": shipment["id"], "kind": "IN_TRANSIT", "place": place, "at": at });
        staff.mutate("recordShipmentEvent", input).await.data();
    }
    let seen = purchase.shipments(&app).await.pop().unwrap();
    let places: Vec<_> =
        seen["events"].as_array().unwrap().iter().map(|event| event["place"].clone()).collect();
    assert_eq!(places, [json!(null), json!(null), json!("Köln"), json!("Bonn")]);
    assert_eq!(app.published_of::<ShipmentStatusChanged>().await.len(), 2, "handed over, in transit");
    for (field, value) in [
        ("at", json!("2999-01-01T00:00:00Z")),
        ("at", json!("2001-01-01T00:00:00Z")),
        ("place", json!("a\u{0}b")),
        ("note", json!("n".repeat(301))),
    ] {
        let mut input = json!({ "shipmentId": shipment["id"], "kind": "IN_TRANSIT" });
        input[field] = value;
        let refused = staff.mutate("recordShipmentEvent", input).await;
        assert_eq!(refused.codes(), ["BAD_USER_INPUT"], "{field}");
        assert_eq!(refused.errors()[0]["extensions"]["field"], field);
    }
}

#[tokio::test]
async fn a_split_takes_some_pieces_into_a_parcel_of_their_own() {
    let app = App::start().await;
    let vendor = app.ids().next();
    let (purchase, part, shipment) = one_shipment(&app, vendor).await;
    let seller = seller(&app, vendor);
    let split = async |items: Value| {
        let input = json!({ "input": { "shipmentId": shipment["id"], "items": items } });
        seller.execute(SPLIT, input).await
    };
    for wrong in [
        json!([]),
        json!([{ "lineId": part.line, "quantity": 0 }]),
        json!([{ "lineId": part.line, "quantity": -1 }]),
        json!([{ "lineId": part.line, "quantity": 2 }]),
        json!([{ "lineId": part.line, "quantity": 3 }]),
        json!([{ "lineId": part.line, "quantity": 1 }, { "lineId": part.line, "quantity": 1 }]),
        json!([{ "lineId": purchase.order, "quantity": 1 }]),
    ] {
        assert_eq!(split(wrong.clone()).await.codes(), ["BAD_USER_INPUT"], "{wrong}");
    }
    let made = split(json!([{ "lineId": part.line, "quantity": 1 }])).await;
    assert_eq!(made.at("splitShipment.shipment.items"), &json!([{ "quantity": 1 }]), "{}", made.body);
    let created = made.at("splitShipment.created");
    assert_eq!(created["items"], json!([{ "lineId": part.line, "quantity": 1 }]));
    assert_eq!(created["status"], "CREATED");
    assert_eq!(purchase.shipments(&app).await.len(), 2);
    assert_eq!(app.published_of::<ShipmentCreated>().await.len(), 2);
    handle(&seller, "packShipment", &shipment).await;
    let late = split(json!([{ "lineId": part.line, "quantity": 1 }])).await;
    assert_eq!(late.text("splitShipment.__typename"), "ShipmentStatusRefused");
}

#[tokio::test]
async fn a_vendors_part_is_split_into_so_many_parcels_and_no_more() {
    let app = App::start().await;
    let vendor = app.ids().next();
    let part = Part::new(&app, vendor);
    let purchase = Purchase::of(&app, vec![part.parcel(&app, None, 60)]);
    let shipment = purchase.ship(&app).await.pop().unwrap();
    let seller = seller(&app, vendor);
    let input = json!({ "shipmentId": shipment["id"], "items": [{ "lineId": part.line, "quantity": 1 }] });
    for _ in 1..50 {
        seller.mutate("splitShipment", input.clone()).await.data();
    }
    assert_eq!(seller.mutate("splitShipment", input).await.codes(), ["LIMIT_EXCEEDED"]);
    assert_eq!(purchase.shipments(&app).await.len(), 50);
}

/// What was said before is not said again; what was scanned late stands where it happened.
#[tokio::test]
async fn what_ended_is_said_once_and_events_stand_by_their_time() {
    let app = App::start().await;
    let vendor = app.ids().next();
    let (purchase, _, shipment) = one_shipment(&app, vendor).await;
    let early = app.clock().now();
    app.clock().advance(std::time::Duration::from_secs(600));
    handle(&seller(&app, vendor), "handOverShipment", &shipment).await;
    let staff = dispatcher(&app);
    let report = async |kind: &str, place: &str, at: Option<chrono::DateTime<chrono::Utc>>| {
        let input = json!({ "shipmentId": shipment["id"], "kind": kind, "place": place, "at": at });
        staff.mutate("recordShipmentEvent", input).await.data();
    };
    report("IN_TRANSIT", "Köln", Some(early)).await;
    report("DELIVERED", "Bonn", None).await;
    report("DELIVERED", "Berlin", None).await;
    let seen = purchase.shipments(&app).await.pop().unwrap();
    let events: Vec<_> =
        seen["events"].as_array().unwrap().iter().map(|event| event["status"].clone()).collect();
    assert_eq!(events, ["CREATED", "IN_TRANSIT", "HANDED_OVER", "DELIVERED"]);
}

#[tokio::test]
async fn refunded_pieces_leave_what_has_not_left() {
    let app = App::start().await;
    let vendor = app.ids().next();
    let part = Part::new(&app, vendor);
    let purchase = Purchase::of(&app, vec![part.parcel(&app, None, 1), part.parcel(&app, None, 2)]);
    let shipments = purchase.ship(&app).await;
    handle(&seller(&app, vendor), "handOverShipment", &shipments[0]).await;
    let refund = |quantity| {
        let lines = vec![RefundedPieces { line_id: part.line, quantity }];
        app.publish(&OrderPiecesRefunded { order_id: purchase.order, refund_id: app.ids().next(), lines });
    };
    refund(1);
    let quantities = || async {
        let shipments = purchase.shipments(&app).await;
        shipments.iter().map(|shipment| shipment["items"][0]["quantity"].clone()).collect::<Vec<_>>()
    };
    eventually(|| async { quantities().await == [json!(1), json!(1)] }).await;
    // Of two more one is there to be taken out; the other has left.
    refund(2);
    let seen = eventually_some(|| async {
        Some(purchase.shipments(&app).await).filter(|seen| seen[1]["status"] == "CANCELLED")
    })
    .await;
    assert_eq!(statuses(&seen), ["HANDED_OVER", "CANCELLED"]);
    assert_eq!(seen[0]["items"][0]["quantity"], 1);
    assert_eq!(seen[1]["items"], json!([]));
}
