//! Checks 17 and 20: shipments are there for their buyer, their vendor and staff; for others they do not exist.

use platform_identity::Scope;
use platform_testkit::TestClient;
use serde_json::{Value, json};

use crate::support::{App, GUEST, Part, Purchase, SHIPMENTS, dispatcher, one_shipment, seller};

const SHIPMENT: &str = "query ($id: ID) { shipment(id: $id) { id order { id } destination { line1 } } }";
const ENTITIES: &str = "query ($of: [_Any!]!) { _entities(representations: $of) {
    ... on Shipment { id } ... on VendorOrder { shipments { id } } ... on Vendor { shipments(first: 1) { nodes { id } } } } }";

async fn entity(client: &TestClient, of: Value) -> Value {
    client.execute(ENTITIES, json!({ "of": [of] })).await.at("_entities.0").clone()
}

#[tokio::test]
async fn a_shipment_is_seen_by_its_buyer_its_vendor_and_staff() {
    let app = App::start().await;
    let vendor = app.ids().next();
    let part = Part::new(&app, vendor);
    let of_user = Purchase::of(&app, vec![part.parcel(&app, None, 1)]);
    let other = Part::new(&app, vendor);
    let of_guest =
        Purchase { user: None, guest: Some(GUEST), ..Purchase::of(&app, vec![other.parcel(&app, None, 1)]) };
    for (purchase, part) in [(&of_user, &part), (&of_guest, &other)] {
        let id = purchase.ship(&app).await[0]["id"].clone();
        let staff = dispatcher(&app);
        let knowing = dispatcher(&app).with_scopes([Scope::CustomersRead]);
        let partner = app.as_partner(app.ids().next());
        let of_vendor = partner.clone().with_scopes([Scope::Vendor(vendor), Scope::ShipmentsRead]);
        for (client, knows_address, sees_order) in [
            (purchase.buyer(&app), true, true),
            (seller(&app, vendor), true, false),
            (staff, false, true),
            (knowing, true, true),
            (of_vendor, false, false),
        ] {
            let seen = client.execute(SHIPMENT, json!({ "id": id })).await;
            assert_eq!(seen.at("shipment.id"), &id);
            assert_eq!(seen.at("shipment.destination").is_object(), knows_address, "{}", seen.body);
            assert_eq!(seen.at("shipment.order").is_object(), sees_order, "{}", seen.body);
            assert_eq!(entity(&client, json!({ "__typename": "Shipment", "id": id })).await["id"], id);
            let of_part = entity(&client, json!({ "__typename": "VendorOrder", "id": part.part })).await;
            assert_eq!(of_part["shipments"][0]["id"], id);
        }
        let strangers = [
            app.as_user(app.ids().next()),
            app.as_guest(),
            app.as_guest().with_guest("guest-of-another-device"),
            seller(&app, app.ids().next()),
            app.as_user(app.ids().next()).with_scopes([Scope::OrdersRead, Scope::CustomersRead]),
            partner.clone().with_scopes([Scope::Vendor(vendor)]),
            partner.with_scopes([Scope::Vendor(app.ids().next()), Scope::ShipmentsRead]),
        ];
        for stranger in &strangers {
            assert!(stranger.execute(SHIPMENT, json!({ "id": id })).await.data()["shipment"].is_null());
            assert!(entity(stranger, json!({ "__typename": "Shipment", "id": id })).await.is_null());
            let of_part = entity(stranger, json!({ "__typename": "VendorOrder", "id": part.part })).await;
            assert!(of_part["shipments"].is_null());
            let order = json!({ "of": [{ "__typename": "Order", "id": purchase.order }] });
            let seen = stranger.execute(SHIPMENTS, order).await;
            assert!(seen.at("_entities.0.shipments").is_null(), "{}", seen.body);
        }
    }
}

/// What is not sent has no address for anybody, though the rest of its order goes there.
#[tokio::test]
async fn a_shipment_that_was_called_off_shows_no_address() {
    let app = App::start().await;
    let [one, other] = [(); 2].map(|()| Part::new(&app, app.ids().next()));
    let purchase = Purchase::of(&app, vec![one.parcel(&app, None, 1), other.parcel(&app, None, 1)]);
    let shipments = purchase.ship(&app).await;
    crate::support::handle(&seller(&app, one.vendor), "handOverShipment", &shipments[0]).await;
    purchase.stop_as(&app, true).await.data();
    for (shipment, vendor, is_shown) in
        [(&shipments[0], one.vendor, true), (&shipments[1], other.vendor, false)]
    {
        let seen = seller(&app, vendor).execute(SHIPMENT, json!({ "id": shipment["id"] })).await;
        assert_eq!(seen.at("shipment.destination").is_object(), is_shown, "{}", seen.body);
    }
}

#[tokio::test]
async fn a_vendors_shipments_are_its_own_to_pack() {
    let app = App::start().await;
    let vendor = app.ids().next();
    let (purchase, _, shipment) = one_shipment(&app, vendor).await;
    let input = json!({ "shipmentId": shipment["id"] });
    let rival = seller(&app, app.ids().next());
    for mutation in ["packShipment", "handOverShipment"] {
        assert_eq!(rival.mutate(mutation, input.clone()).await.codes(), ["NOT_FOUND"]);
        let staff = dispatcher(&app).with_scopes([Scope::ShipmentsPack]);
        assert_eq!(staff.mutate(mutation, input.clone()).await.codes(), ["FORBIDDEN"], "staff does not pack");
        assert_eq!(purchase.buyer(&app).mutate(mutation, input.clone()).await.codes(), ["FORBIDDEN"]);
    }
    let of_vendor = json!({ "__typename": "Vendor", "id": vendor });
    assert!(entity(&rival, of_vendor.clone()).await["shipments"].is_null());
    let own = entity(&seller(&app, vendor), of_vendor).await;
    assert_eq!(own["shipments"]["nodes"], json!([{ "id": shipment["id"] }]));
}

#[tokio::test]
async fn staff_lists_shipments_by_status_vendor_and_order() {
    let app = App::start().await;
    let vendor = app.ids().next();
    let (first, _, one) = one_shipment(&app, vendor).await;
    let (_, _, two) = one_shipment(&app, app.ids().next()).await;
    let (_, _, three) = one_shipment(&app, vendor).await;
    crate::support::handle(&seller(&app, vendor), "packShipment", &three).await;
    let list = "query ($filter: ShipmentFilter, $first: Int, $after: String) {
        shipments(filter: $filter, first: $first, after: $after) { nodes { id } pageInfo { endCursor hasNextPage } } }";
    let staff = dispatcher(&app);
    for (filter, expected) in [
        (json!({}), vec![&three, &two, &one]),
        (json!({ "statuses": ["CREATED", "CREATED"] }), vec![&two, &one]),
        (json!({ "vendorId": vendor }), vec![&three, &one]),
        (json!({ "vendorId": vendor, "statuses": ["PACKED"] }), vec![&three]),
        (json!({ "orderId": first.order }), vec![&one]),
        (json!({ "statuses": [] }), vec![]),
    ] {
        let listed = staff.execute(list, json!({ "filter": filter })).await;
        let ids: Vec<Value> = expected.iter().map(|shipment| json!({ "id": shipment["id"] })).collect();
        assert_eq!(listed.at("shipments.nodes"), &json!(ids), "{filter}");
    }
    let page = staff.execute(list, json!({ "first": 2 })).await;
    let after = page.text("shipments.pageInfo.endCursor");
    let rest = staff.execute(list, json!({ "first": 2, "after": after })).await;
    assert_eq!(rest.at("shipments.nodes"), &json!([{ "id": one["id"] }]));
    assert_eq!(rest.at("shipments.pageInfo.hasNextPage"), &json!(false));
    let bound = app.as_partner(app.ids().next()).with_scopes([Scope::Vendor(vendor), Scope::ShipmentsRead]);
    for refused in [seller(&app, vendor), app.as_user(app.ids().next()), bound] {
        assert_eq!(refused.execute(list, json!({})).await.codes(), ["FORBIDDEN"]);
    }
}
