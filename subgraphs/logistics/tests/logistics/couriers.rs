//! Couriers on the road: routes are planned, accepted, started and driven.

use platform_testkit::{Answer, TestClient, eventually_some};
use serde_json::{Value, json};

use crate::support::{City, Crew, SHIPMENTS, builder, dispatcher, one_shipment_to, record, seller};

const ROUTE: &str = "query ($id: ID!) { route(id: $id) { status version courier { name }
    stops { number status reason proof { kind receivedBy } destination { line1 } position { latitude } arrivesAt
        shipment { id status attempts } } } }";

async fn route(client: &TestClient, id: &Value) -> Value {
    client.execute(ROUTE, json!({ "id": id })).await.at("route").clone()
}

/// What a courier does; the name of the outcome's type.
async fn drive(courier: &TestClient, mutation: &str, input: Value) -> String {
    courier.mutate(mutation, input).await.text(&format!("{mutation}.__typename"))
}

async fn plan(staff: &TestClient) -> Answer {
    let plan = "mutation { planRoutes(input: {}) { routes { id stops { shipment { id } } } left { id } } }";
    staff.execute(plan, json!({})).await
}

#[tokio::test]
async fn a_route_is_planned_driven_and_ends_with_its_last_stop() {
    let app = builder().start().await;
    let crew = Crew::of(&app, 1, 5).await;
    let (courier, staff) = (&crew.couriers[0], dispatcher(&app));
    one_shipment_to(&app, City::address(7)).await;
    one_shipment_to(&app, City::address(1_234)).await;
    let planned = plan(&staff).await;
    let id = planned.at("planRoutes.routes.0.id").clone();
    assert_eq!(planned.at("planRoutes.left"), &json!([]));
    let seen = route(courier, &id).await;
    assert_eq!((&seen["status"], &seen["stops"][0]["status"]), (&json!("PLANNED"), &json!("PENDING")));
    assert!(
        seen["stops"][0]["destination"]["line1"].is_string() && seen["stops"][1]["arrivesAt"].is_string()
    );
    let ids: Vec<Value> = (0..2).map(|n| seen["stops"][n]["shipment"]["id"].clone()).collect();

    let too_early = drive(courier, "markDelivered", json!({ "shipmentId": ids[0] })).await;
    assert_eq!(too_early, "RouteStatusRefused");
    for mutation in ["acceptRoute", "startRoute", "startRoute"] {
        assert_eq!(drive(courier, mutation, json!({ "routeId": id })).await, "RoutePayload");
    }
    assert_eq!(route(courier, &id).await["stops"][1]["shipment"]["status"], "OUT_FOR_DELIVERY");
    for _ in 0..2 {
        let delivered = drive(courier, "markDelivered", json!({ "shipmentId": ids[0] })).await;
        assert_eq!(delivered, "StopPayload", "also when it is said again");
    }
    let attempted = json!({ "shipmentId": ids[1], "reason": "NOBODY_HOME" });
    assert_eq!(drive(courier, "markAttempted", attempted).await, "StopPayload");
    assert_eq!(drive(courier, "markDelivered", json!({ "shipmentId": ids[1] })).await, "StopEnded");

    let seen = route(courier, &id).await;
    assert_eq!(seen["status"], "FINISHED");
    assert_eq!(seen["stops"][0]["shipment"]["status"], "DELIVERED");
    assert_eq!(seen["stops"][0]["proof"], json!({ "kind": "RECIPIENT", "receivedBy": null }));
    assert_eq!(seen["stops"][1]["reason"], "NOBODY_HOME");
    assert_eq!(seen["stops"][1]["destination"], Value::Null, "nobody has to know it any more");

    let again = plan(&staff).await;
    assert_eq!(again.at("planRoutes.routes.0.stops.0.shipment.id"), &ids[1], "it is brought again");
}

#[tokio::test]
async fn what_fails_three_times_waits_for_staff() {
    let app = builder().start().await;
    let crew = Crew::of(&app, 1, 5).await;
    let (courier, staff) = (&crew.couriers[0], dispatcher(&app));
    let (_, shipment) = one_shipment_to(&app, City::address(99)).await;
    for _ in 0..3 {
        let id = plan(&staff).await.at("planRoutes.routes.0.id").clone();
        drive(courier, "startRoute", json!({ "routeId": id })).await;
        let attempted = json!({ "shipmentId": shipment["id"], "reason": "REFUSED" });
        assert_eq!(drive(courier, "markAttempted", attempted).await, "StopPayload");
    }
    let last = plan(&staff).await;
    assert_eq!((last.at("planRoutes.routes"), last.at("planRoutes.left")), (&json!([]), &json!([])));
    assert_eq!(record(&staff, &shipment, "RETURNED").await, "ShipmentPayload");
}

#[tokio::test]
async fn a_courier_takes_no_more_than_the_van_holds_and_an_unknown_address_is_left() {
    let app = builder().start().await;
    Crew::of(&app, 2, 2).await;
    let staff = dispatcher(&app);
    for n in 0..5 {
        one_shipment_to(&app, City::address(n * 301)).await;
    }
    let (_, unknown) = one_shipment_to(&app, City::elsewhere()).await;
    let planned = plan(&staff).await;
    let routes = planned.at("planRoutes.routes").as_array().unwrap().clone();
    let mut loads: Vec<usize> = routes.iter().map(|route| route["stops"].as_array().unwrap().len()).collect();
    loads.sort_unstable();
    assert_eq!(loads, [2, 2]);
    let left = planned.at("planRoutes.left").as_array().unwrap().clone();
    assert_eq!(left.len(), 2);
    assert!(left.iter().any(|shipment| shipment["id"] == unknown["id"]));
}

/// Check 17: of a courier's route nobody else learns anything.
#[tokio::test]
async fn a_route_is_its_couriers_and_staffs_alone() {
    let app = builder().start().await;
    let crew = Crew::of(&app, 2, 5).await;
    let staff = dispatcher(&app);
    let (purchase, shipment) = one_shipment_to(&app, City::address(5)).await;
    let planned = plan(&staff).await;
    let id = planned.at("planRoutes.routes.0.id").clone();
    let is_first = !route(&crew.couriers[0], &id).await.is_null();
    let (own, stranger) = match is_first {
        true => (&crew.couriers[0], &crew.couriers[1]),
        false => (&crew.couriers[1], &crew.couriers[0]),
    };
    let see = "query ($id: ID) { shipment(id: $id) { trackingNumber } }";
    for (client, sees_route, sees_shipment) in [
        (own, true, true),
        (&staff, true, true),
        (stranger, false, false),
        (&purchase.buyer(&app), false, true),
        (&seller(&app, purchase.vendor()), false, true),
    ] {
        assert_eq!(!route(client, &id).await.is_null(), sees_route);
        let seen = client.execute(see, json!({ "id": shipment["id"] })).await;
        assert_eq!(!seen.at("shipment").is_null(), sees_shipment);
    }
    for (mutation, input) in [
        ("acceptRoute", json!({ "routeId": id })),
        ("startRoute", json!({ "routeId": id })),
        ("markDelivered", json!({ "shipmentId": shipment["id"] })),
        ("markAttempted", json!({ "shipmentId": shipment["id"], "reason": "REFUSED" })),
    ] {
        assert_eq!(stranger.mutate(mutation, input.clone()).await.codes(), ["NOT_FOUND"], "{mutation}");
        assert_eq!(purchase.buyer(&app).mutate(mutation, input).await.codes(), ["FORBIDDEN"], "{mutation}");
    }
    for mutation in ["planRoutes", "cancelRoute"] {
        let input = if mutation == "planRoutes" { json!({}) } else { json!({ "routeId": id }) };
        assert_eq!(stranger.mutate(mutation, input).await.codes(), ["FORBIDDEN"], "{mutation}");
    }
}

#[tokio::test]
async fn a_route_that_is_called_off_gives_its_shipments_back() {
    let app = builder().start().await;
    let crew = Crew::of(&app, 1, 5).await;
    let (courier, staff) = (&crew.couriers[0], dispatcher(&app));
    let (purchase, shipment) = one_shipment_to(&app, City::address(5)).await;
    let id = plan(&staff).await.at("planRoutes.routes.0.id").clone();
    drive(courier, "startRoute", json!({ "routeId": id })).await;
    for _ in 0..2 {
        assert_eq!(drive(&staff, "cancelRoute", json!({ "routeId": id })).await, "RoutePayload");
    }
    assert_eq!(drive(courier, "startRoute", json!({ "routeId": id })).await, "RouteStatusRefused");
    let of = json!({ "of": [{ "__typename": "Order", "id": purchase.order }] });
    let seen = purchase.buyer(&app).execute(SHIPMENTS, of).await;
    assert_eq!(seen.at("_entities.0.shipments.0.status"), "IN_TRANSIT");
    assert_eq!(plan(&staff).await.at("planRoutes.routes.0.stops.0.shipment.id"), &shipment["id"]);
}

/// What staff writes down of a shipment on a route is known to its courier.
#[tokio::test]
async fn a_stop_follows_what_staff_says_of_its_shipment() {
    let app = builder().start().await;
    let crew = Crew::of(&app, 1, 5).await;
    let (courier, staff) = (&crew.couriers[0], dispatcher(&app));
    let (_, shipment) = one_shipment_to(&app, City::address(5)).await;
    let id = plan(&staff).await.at("planRoutes.routes.0.id").clone();
    drive(courier, "startRoute", json!({ "routeId": id })).await;
    assert_eq!(record(&staff, &shipment, "DELIVERED").await, "ShipmentPayload");
    let seen = route(courier, &id).await;
    assert_eq!((&seen["status"], &seen["stops"][0]["status"]), (&json!("FINISHED"), &json!("DELIVERED")));
}

#[tokio::test]
async fn two_plans_at_the_same_time_give_no_shipment_twice() {
    let app = builder().start().await;
    Crew::of(&app, 4, 3).await;
    let staff = dispatcher(&app);
    for n in 0..8 {
        one_shipment_to(&app, City::address(n * 77)).await;
    }
    let (a, b, c) = tokio::join!(plan(&staff), plan(&staff), plan(&staff));
    let mut planned: Vec<String> = Vec::new();
    for answer in [a, b, c, plan(&staff).await] {
        for route in answer.at("planRoutes.routes").as_array().unwrap() {
            let ids =
                route["stops"].as_array().unwrap().iter().map(|stop| stop["shipment"]["id"].to_string());
            planned.extend(ids);
        }
    }
    planned.sort_unstable();
    let all = planned.len();
    planned.dedup();
    assert_eq!((planned.len(), all), (8, 8));
}

#[tokio::test]
async fn a_courier_hears_of_a_route_and_of_its_end() {
    let app = builder().start().await;
    let crew = Crew::of(&app, 1, 5).await;
    let (courier, staff) = (&crew.couriers[0], dispatcher(&app));
    let mut assignments =
        courier.subscribe("subscription { courierAssignments { route { id status } } }", json!({})).await;
    assert_eq!(assignments.next().await.at("courierAssignments.route"), &Value::Null);
    let (_, shipment) = one_shipment_to(&app, City::address(5)).await;
    let id = plan(&staff).await.at("planRoutes.routes.0.id").clone();
    assert_eq!(assignments.next().await.at("courierAssignments.route.id"), &id);
    drive(courier, "startRoute", json!({ "routeId": id })).await;
    assert_eq!(assignments.next().await.text("courierAssignments.route.status"), "STARTED");
    drive(courier, "markDelivered", json!({ "shipmentId": shipment["id"] })).await;
    assert_eq!(assignments.next().await.at("courierAssignments.route"), &Value::Null);
}

/// Without a dispatcher what waits is planned by itself.
#[tokio::test]
async fn what_waits_is_planned_by_the_clock() {
    let app = builder().configure(|config| config.fulfilment.plan_routes = true).start().await;
    let crew = Crew::of(&app, 1, 5).await;
    let (_, shipment) = one_shipment_to(&app, City::address(5)).await;
    let own = "{ myRoutes(first: 1) { nodes { status stops { shipment { id } } } } }";
    let found = eventually_some(|| async {
        app.clock().advance(std::time::Duration::from_secs(10));
        let seen = crew.couriers[0].execute(own, json!({})).await;
        Some(seen.at("myRoutes.nodes.0").clone()).filter(|route| !route.is_null())
    })
    .await;
    assert_eq!(found["stops"][0]["shipment"]["id"], shipment["id"]);
}
