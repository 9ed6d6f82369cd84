//! Couriers on the road: routes are planned, accepted, started and driven.

use platform_core::Clock;
use platform_identity::Role;
use platform_testkit::{Answer, TestClient, eventually_some};
use serde_json::{Value, json};

use crate::support::{City, Crew, SHIPMENTS, builder, dispatcher, one_shipment_to, record, seller};

const ROUTE: &str = "query ($id: ID!) { route(id: $id) { status version courier { name }
    stops { number status reason proof { kind receivedBy } destination { line1 } position { latitude } arrivesAt
        shipment { id status attempts } } } }";

/// By then every van is back.
const BACK: std::time::Duration = std::time::Duration::from_secs(3_600);

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

    let seen = route(courier, &id).await;
    assert_eq!(seen["status"], "FINISHED");
    assert_eq!(seen["stops"][0]["shipment"]["status"], "DELIVERED");
    assert_eq!(seen["stops"][0]["proof"], json!({ "kind": "RECIPIENT", "receivedBy": null }));
    assert_eq!(seen["stops"][1]["reason"], "NOBODY_HOME");
    assert_eq!(seen["stops"][1]["destination"], Value::Null, "nobody has to know it any more");

    assert_eq!(drive(courier, "markDelivered", json!({ "shipmentId": ids[1] })).await, "StopEnded");

    assert_eq!(plan(&staff).await.at("planRoutes.routes"), &json!([]), "the van is on its way back");
    app.clock().advance(BACK);
    let again = plan(&staff).await;
    assert_eq!(again.at("planRoutes.routes.0.stops.0.shipment.id"), &ids[1], "it is brought again");
}

/// What could not be delivered is in its van until that is back: no other courier can bring it, and its own may.
#[tokio::test]
async fn a_parcel_that_failed_stays_with_its_courier_until_the_van_is_back() {
    let app = builder().start().await;
    let crew = Crew::of(&app, 1, 5).await;
    let (courier, staff) = (&crew.couriers[0], dispatcher(&app));
    one_shipment_to(&app, City::address(7)).await;
    one_shipment_to(&app, City::address(1_234)).await;
    let id = plan(&staff).await.at("planRoutes.routes.0.id").clone();
    drive(courier, "startRoute", json!({ "routeId": id })).await;
    let first = route(courier, &id).await["stops"][0]["shipment"]["id"].clone();
    let shut = json!({ "shipmentId": first, "reason": "NOBODY_HOME" });
    assert_eq!(drive(courier, "markAttempted", shut).await, "StopPayload");
    Crew::of(&app, 1, 5).await;
    let planned = plan(&staff).await;
    assert_eq!((planned.at("planRoutes.routes"), planned.at("planRoutes.left")), (&json!([]), &json!([])));
    assert_eq!(drive(courier, "markDelivered", json!({ "shipmentId": first })).await, "StopPayload");
    let seen = route(courier, &id).await;
    assert_eq!(
        (&seen["stops"][0]["status"], &seen["stops"][0]["reason"]),
        (&json!("DELIVERED"), &Value::Null)
    );
}

/// Whoever refused a parcel is not visited again, unless staff says so.
#[tokio::test]
async fn what_was_refused_waits_for_staff() {
    let app = builder().start().await;
    let crew = Crew::of(&app, 1, 5).await;
    let (courier, staff) = (&crew.couriers[0], dispatcher(&app));
    let (_, shipment) = one_shipment_to(&app, City::address(7)).await;
    let id = plan(&staff).await.at("planRoutes.routes.0.id").clone();
    drive(courier, "startRoute", json!({ "routeId": id })).await;
    drive(courier, "markAttempted", json!({ "shipmentId": shipment["id"], "reason": "REFUSED" })).await;
    app.clock().advance(BACK);
    let planned = plan(&staff).await;
    assert_eq!(planned.at("planRoutes.routes"), &json!([]));
    assert_eq!(planned.at("planRoutes.left.0.id"), &shipment["id"]);
    let named = "mutation ($ids: [ID!]) { planRoutes(input: { shipmentIds: $ids }) { routes { id } } }";
    let named = staff.execute(named, json!({ "ids": [shipment["id"]] })).await;
    assert!(named.at("planRoutes.routes.0.id").is_string());
}

/// A later stop that ends first makes nobody before it late in the past.
#[tokio::test]
async fn an_arrival_is_never_in_the_past() {
    let app = builder().start().await;
    let crew = Crew::of(&app, 1, 5).await;
    let (courier, staff) = (&crew.couriers[0], dispatcher(&app));
    for house in [7, 1_234, 20_700] {
        one_shipment_to(&app, City::address(house)).await;
    }
    let id = plan(&staff).await.at("planRoutes.routes.0.id").clone();
    drive(courier, "startRoute", json!({ "routeId": id })).await;
    let last = route(courier, &id).await["stops"][2]["shipment"]["id"].clone();
    drive(courier, "markDelivered", json!({ "shipmentId": last })).await;
    for hours in 0..2 {
        app.clock().advance(std::time::Duration::from_secs(hours * 3_600));
        let now = app.clock().now() - chrono::TimeDelta::seconds(1);
        let seen = route(courier, &id).await;
        let at = |stop: usize| -> chrono::DateTime<chrono::Utc> {
            serde_json::from_value(seen["stops"][stop]["arrivesAt"].clone()).unwrap()
        };
        assert!(now <= at(0) && at(0) < at(1), "{seen:#}");
    }
}

#[tokio::test]
async fn what_fails_three_times_waits_for_staff() {
    let app = builder().start().await;
    let crew = Crew::of(&app, 1, 5).await;
    let (courier, staff) = (&crew.couriers[0], dispatcher(&app));
    let (_, shipment) = one_shipment_to(&app, City::address(99)).await;
    for _ in 0..3 {
        app.clock().advance(BACK);
        let id = plan(&staff).await.at("planRoutes.routes.0.id").clone();
        drive(courier, "startRoute", json!({ "routeId": id })).await;
        let attempted = json!({ "shipmentId": shipment["id"], "reason": "NOBODY_HOME" });
        assert_eq!(drive(courier, "markAttempted", attempted).await, "StopPayload");
    }
    app.clock().advance(BACK);
    let last = plan(&staff).await;
    assert_eq!(last.at("planRoutes.routes"), &json!([]));
    assert_eq!(last.at("planRoutes.left.0.id"), &shipment["id"], "staff decides");
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
    let mut nowhere = City::address(3);
    nowhere["line1"] = json!("Erfundene Gasse 3");
    let (_, unknown) = one_shipment_to(&app, nowhere).await;
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
    app.clock().advance(BACK);
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

/// A courier who does not accept a route gets no other, and what was on it goes to somebody else.
#[tokio::test]
async fn a_route_that_nobody_accepts_lapses() {
    let app = builder().configure(|config| config.fulfilment.plan_routes = true).start().await;
    let first = Crew::of(&app, 1, 5).await;
    let (_, shipment) = one_shipment_to(&app, City::address(5)).await;
    let own = "{ myRoutes(first: 1) { nodes { status stops { shipment { id } } } } }";
    let route_of = async |courier: &TestClient, status: &str| {
        eventually_some(|| async {
            app.clock().advance(std::time::Duration::from_secs(30));
            let seen = courier.execute(own, json!({})).await;
            Some(seen.at("myRoutes.nodes.0").clone()).filter(|route| route["status"] == status)
        })
        .await
    };
    route_of(&first.couriers[0], "PLANNED").await;
    let second = Crew::of(&app, 1, 5).await;
    route_of(&first.couriers[0], "CANCELLED").await;
    let taken = route_of(&second.couriers[0], "PLANNED").await;
    assert_eq!(taken["stops"][0]["shipment"]["id"], shipment["id"]);
    let seen = first.couriers[0].execute(own, json!({})).await;
    assert_eq!(seen.at("myRoutes.nodes.0.stops.0.shipment"), &Value::Null, "another has it");
}

#[tokio::test]
async fn whoever_is_no_courier_any_more_sees_no_route() {
    let app = builder().start().await;
    let crew = Crew::of(&app, 1, 5).await;
    one_shipment_to(&app, City::address(5)).await;
    let id = plan(&dispatcher(&app)).await.at("planRoutes.routes.0.id").clone();
    let dismissed = app.as_user(crew.couriers[0].identity().user.unwrap()).with_roles([Role::Buyer]);
    assert_eq!(route(&dismissed, &id).await, Value::Null);
}

#[tokio::test]
async fn a_depot_away_from_any_street_is_refused() {
    let app = builder().start().await;
    for (latitude, longitude) in [(8.3, 53.95), (-33.9, 151.2), (90.0, 0.0)] {
        let position = json!({ "latitude": latitude, "longitude": longitude });
        let input = json!({ "name": "Depot", "position": position, "timeZone": "Europe/Berlin" });
        let refused = dispatcher(&app).mutate("setDepot", input).await;
        assert_eq!(refused.codes(), ["BAD_USER_INPUT"], "{position}");
    }
}

/// Staff may have said that a parcel is out for delivery before its courier did.
#[tokio::test]
async fn what_was_out_for_delivery_waits_again_once_its_route_is_called_off() {
    let app = builder().start().await;
    Crew::of(&app, 1, 5).await;
    let staff = dispatcher(&app);
    let (_, shipment) = one_shipment_to(&app, City::address(5)).await;
    let id = plan(&staff).await.at("planRoutes.routes.0.id").clone();
    assert_eq!(record(&staff, &shipment, "OUT_FOR_DELIVERY").await, "ShipmentPayload");
    assert_eq!(drive(&staff, "cancelRoute", json!({ "routeId": id })).await, "RoutePayload");
    assert_eq!(plan(&staff).await.at("planRoutes.routes.0.stops.0.shipment.id"), &shipment["id"]);
}

/// Staff finds what a courier has, and on which route it is; the buyer learns nothing of the route.
#[tokio::test]
async fn staff_finds_the_route_of_a_shipment() {
    let app = builder().start().await;
    let crew = Crew::of(&app, 1, 5).await;
    let (courier, staff) = (&crew.couriers[0], dispatcher(&app));
    let (purchase, shipment) = one_shipment_to(&app, City::address(5)).await;
    one_shipment_to(&app, City::elsewhere()).await;
    let id = plan(&staff).await.at("planRoutes.routes.0.id").clone();
    let list =
        "query ($user: ID) { shipments(filter: { courierUserId: $user }) { nodes { id route { id } } } }";
    let found = staff.execute(list, json!({ "user": courier.identity().user })).await;
    assert_eq!(found.at("shipments.nodes"), &json!([{ "id": shipment["id"], "route": { "id": id } }]));
    let see = "query ($id: ID) { shipment(id: $id) { route { id } } }";
    for (client, sees) in
        [(courier, true), (&purchase.buyer(&app), false), (&seller(&app, purchase.vendor()), false)]
    {
        let seen = client.execute(see, json!({ "id": shipment["id"] })).await;
        assert_eq!(!seen.at("shipment.route").is_null(), sees);
    }
}

/// Who has accepted a route has an hour to start it, and who drives no more has none.
#[tokio::test]
async fn a_route_that_is_not_started_is_taken_back() {
    let app = builder().configure(|config| config.fulfilment.plan_routes = true).start().await;
    let crew = Crew::of(&app, 2, 1).await;
    for house in [5, 99] {
        one_shipment_to(&app, City::address(house)).await;
    }
    let own = "{ myRoutes(first: 1) { nodes { id status } } }";
    let route_of = async |courier: &TestClient, status: &str, step: u64| {
        eventually_some(|| async {
            app.clock().advance(std::time::Duration::from_secs(step));
            let seen = courier.execute(own, json!({})).await;
            Some(seen.at("myRoutes.nodes.0").clone()).filter(|route| route["status"] == status)
        })
        .await
    };
    for courier in &crew.couriers {
        let id = route_of(courier, "PLANNED", 6).await["id"].clone();
        assert_eq!(drive(courier, "acceptRoute", json!({ "routeId": id })).await, "RoutePayload");
    }
    let depot = "{ depots { id } }";
    let depot = dispatcher(&app).execute(depot, json!({})).await.at("depots.0.id").clone();
    let resting = json!({
        "userId": crew.couriers[1].identity().user, "name": "Courier", "depotId": depot, "capacity": 1,
        "shift": { "begins": "00:00", "ends": "24:00" }, "isActive": false,
    });
    dispatcher(&app).mutate("setCourier", resting).await.data();
    route_of(&crew.couriers[1], "CANCELLED", 6).await;
    assert_eq!(route_of(&crew.couriers[0], "ACCEPTED", 0).await["status"], "ACCEPTED", "there is time left");
    app.clock().advance(std::time::Duration::from_secs(3_600));
    route_of(&crew.couriers[0], "CANCELLED", 6).await;
}
