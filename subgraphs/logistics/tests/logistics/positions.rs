//! Vans that are followed on the map.

use platform_core::Clock;
use platform_testkit::{Answer, TestClient, TestSubscription, eventually_some};
use serde_json::{Value, json};

use crate::support::{App, City, Crew, builder, dispatcher, one_shipment_to};

const TRACK: &str = "subscription ($order: ID, $token: String) { deliveryTracking(orderId: $order, token: $token) {
    version status stopsBefore eta { earliest expected latest } courier { name position { latitude longitude heading
    speed recordedAt } } destination { latitude } pathAhead { latitude longitude } proof { kind receivedBy } timeZone } }";
const ROUTE: &str = "query ($id: ID!) { route(id: $id) { position { latitude recordedAt }
    stops { shipment { id } path { latitude longitude } position { latitude longitude } } } }";

/// A courier on the road with shipments to these houses.
struct Tour {
    courier: TestClient,
    id: Value,
    /// In the order in which the courier goes to them.
    stops: Vec<Value>,
    /// Of the stops' tracking links.
    tokens: Vec<Value>,
}

impl Tour {
    async fn start(app: &App, houses: &[u64]) -> Self {
        let courier = Crew::of(app, 1, 10).await.couriers.pop().unwrap();
        Self::with(app, courier, houses).await
    }

    async fn with(app: &App, courier: TestClient, houses: &[u64]) -> Self {
        for house in houses {
            one_shipment_to(app, City::address(*house)).await;
        }
        let plan = "mutation { planRoutes(input: {}) { routes { id } } }";
        let id = dispatcher(app).execute(plan, json!({})).await.at("planRoutes.routes.0.id").clone();
        let stops = courier.execute(ROUTE, json!({ "id": id })).await.at("route.stops").clone();
        courier.mutate("startRoute", json!({ "routeId": id })).await.data();
        app.clock().advance(std::time::Duration::from_secs(60));
        let mut tour = Self { courier, id, stops: stops.as_array().unwrap().clone(), tokens: Vec::new() };
        for stop in &tour.stops {
            let link = "query ($id: ID) { shipment(id: $id) { trackingToken } }";
            let id = json!({ "id": stop["shipment"]["id"] });
            let seen = dispatcher(app).execute(link, id.clone()).await;
            tour.tokens.push(seen.at("shipment.trackingToken").clone());
            let seen = tour.courier.execute(link, id).await;
            assert_eq!(seen.at("shipment"), &json!({ "trackingToken": null }), "the link outlives the route");
        }
        tour
    }

    /// Follows a stop's shipment by its link.
    async fn follow(&self, app: &App, stop: usize) -> TestSubscription {
        app.as_guest().subscribe(TRACK, json!({ "token": self.tokens[stop] })).await
    }

    /// A point of the way to a stop, counted from its begin.
    fn on_the_way(&self, stop: usize, point: usize) -> Value {
        self.stops[stop]["path"][point].clone()
    }

    async fn report(&self, positions: Vec<Value>) -> Answer {
        let report = "mutation ($input: ReportPositionInput!) { reportPosition(input: $input) { accepted } }";
        let input = json!({ "routeId": self.id, "positions": positions });
        self.courier.execute(report, json!({ "input": input })).await
    }

    async fn mark(&self, mutation: &str, stop: usize, more: Value) {
        let mut input = json!({ "shipmentId": self.stops[stop]["shipment"]["id"] });
        input.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        assert_eq!(
            self.courier.mutate(mutation, input).await.text(&format!("{mutation}.__typename")),
            "StopPayload"
        );
    }
}

/// A position as a phone reports it, so many seconds after half a minute ago.
fn at(app: &App, place: &Value, seconds: i64) -> Value {
    let at = app.clock().now() + chrono::TimeDelta::seconds(seconds - 30);
    json!({
        "latitude": place["latitude"], "longitude": place["longitude"], "heading": 90.4, "speed": 8.25,
        "recordedAt": at,
    })
}

fn time(value: &Value) -> chrono::DateTime<chrono::Utc> {
    serde_json::from_value(value.clone()).unwrap()
}

#[tokio::test]
async fn a_recipient_sees_the_van_come_and_never_where_else_it_goes() {
    let app = builder().start().await;
    let tour = Tour::start(&app, &[7, 20_700]).await;
    let (mut first, mut second) = (tour.follow(&app, 0).await, tour.follow(&app, 1).await);
    let (near, far) = (first.next().await, second.next().await);
    assert_eq!(near.text("deliveryTracking.status"), "OUT_FOR_DELIVERY");
    assert_eq!(
        (near.get::<i64>("deliveryTracking.stopsBefore"), far.get::<i64>("deliveryTracking.stopsBefore")),
        (0, 1)
    );
    assert_eq!(near.at("deliveryTracking.courier.position"), &Value::Null);
    assert_eq!(near.text("deliveryTracking.timeZone"), "Europe/Berlin");

    let middle = tour.stops[0]["path"].as_array().unwrap().len() / 2;
    tour.report(vec![at(&app, &tour.on_the_way(0, middle), 0)]).await.data();
    let (near, far) = (first.next().await, second.next().await);
    for seen in [&near, &far] {
        assert_eq!(
            seen.at("deliveryTracking.courier.position.latitude"),
            &tour.on_the_way(0, middle)["latitude"]
        );
        assert_eq!(seen.get::<f64>("deliveryTracking.courier.position.speed"), 8.25);
        let eta = seen.at("deliveryTracking.eta");
        assert!(
            time(&eta["earliest"]) < time(&eta["expected"]) && time(&eta["expected"]) < time(&eta["latest"])
        );
    }
    let expected = |seen: &Answer| time(seen.at("deliveryTracking.eta.expected"));
    assert!(
        expected(&near) + chrono::TimeDelta::seconds(120) < expected(&far),
        "the first stop takes its time"
    );
    let ahead = near.at("deliveryTracking.pathAhead").as_array().unwrap();
    assert!(ahead.len() > 1 && ahead.len() < tour.stops[0]["path"].as_array().unwrap().len());
    assert_eq!(far.at("deliveryTracking.pathAhead"), &json!([]), "the way to others leads to their doors");

    tour.mark("markDelivered", 0, json!({ "proof": "NEIGHBOUR", "receivedBy": "Ms Next" })).await;
    let delivered = first.until(|seen| seen.text("deliveryTracking.status") == "DELIVERED").await;
    assert_eq!(
        delivered.at("deliveryTracking.proof"),
        &json!({ "kind": "NEIGHBOUR", "receivedBy": "Ms Next" })
    );
    for field in ["eta", "stopsBefore", "courier", "destination"] {
        assert_eq!(delivered.at(&format!("deliveryTracking.{field}")), &Value::Null, "{field}");
    }
    let next = second.until(|seen| seen.get::<i64>("deliveryTracking.stopsBefore") == 0).await;
    assert_eq!(next.text("deliveryTracking.status"), "OUT_FOR_DELIVERY");
}

#[tokio::test]
async fn reports_may_come_late_twice_and_in_any_order() {
    let app = builder().start().await;
    let tour = Tour::start(&app, &[7]).await;
    let mut events = tour.follow(&app, 0).await;
    events.next().await.data();
    let place = |point: usize| tour.on_the_way(0, point);
    let reported =
        tour.report(vec![at(&app, &place(3), 3), at(&app, &place(1), 1), at(&app, &place(3), 3)]).await;
    assert_eq!(reported.get::<i64>("reportPosition.accepted"), 2);
    let seen = events.next().await;
    assert_eq!(seen.at("deliveryTracking.courier.position.latitude"), &place(3)["latitude"]);
    // A phone that is mistaken for a moment moves nothing.
    let elsewhere = json!({ "latitude": 0.0, "longitude": 0.0 });
    let jump = json!({ "latitude": place(3)["latitude"].as_f64().unwrap() + 0.1, "longitude": 8.3 });
    let mistaken = tour.report(vec![at(&app, &elsewhere, 4), at(&app, &jump, 4)]).await;
    assert_eq!(mistaken.get::<i64>("reportPosition.accepted"), 0);
    // What is older moves nothing back.
    let late = tour.report(vec![at(&app, &place(2), 2)]).await;
    assert_eq!(late.get::<i64>("reportPosition.accepted"), 1);
    tour.report(vec![at(&app, &place(5), 5)]).await.data();
    let seen = events.next().await;
    assert_eq!(seen.at("deliveryTracking.courier.position.latitude"), &place(5)["latitude"]);
}

#[tokio::test]
async fn a_position_that_is_none_and_a_report_without_a_route_are_refused() {
    let app = builder().start().await;
    let tour = Tour::start(&app, &[7]).await;
    let place = tour.on_the_way(0, 1);
    let with = |field: &str, value: Value| {
        let mut position = at(&app, &place, 0);
        position[field] = value;
        position
    };
    for (positions, code) in [
        (vec![], "BAD_USER_INPUT"),
        (vec![at(&app, &place, 0); 101], "BAD_USER_INPUT"),
        (vec![with("latitude", json!(90.1))], "BAD_USER_INPUT"),
        (vec![with("longitude", json!(-180.1))], "BAD_USER_INPUT"),
        (vec![with("heading", json!(-1))], "BAD_USER_INPUT"),
        (vec![with("speed", json!(101))], "BAD_USER_INPUT"),
        (vec![at(&app, &place, 600)], "BAD_USER_INPUT"),
    ] {
        assert_eq!(tour.report(positions.clone()).await.codes(), [code], "{positions:?}");
    }
    // From before the tour: nothing of it is told.
    let before = tour.report(vec![at(&app, &place, -3_600)]).await;
    assert_eq!(before.get::<i64>("reportPosition.accepted"), 0);
    tour.mark("markAttempted", 0, json!({ "reason": "NO_ACCESS" })).await;
    assert_eq!(tour.report(vec![at(&app, &place, 1)]).await.codes(), ["CONFLICT"], "the route has ended");
}

/// Positions are written down a little later; whoever comes after a restart sees the last of them.
#[tokio::test]
async fn the_last_position_outlives_the_process() {
    let app = builder().start().await;
    let tour = Tour::start(&app, &[7]).await;
    tour.report(vec![at(&app, &tour.on_the_way(0, 2), 0)]).await.data();
    let count = "SELECT COUNT(*) FROM positions";
    let written =
        eventually_some(|| async { Some(rows(&app, count).await).filter(|count| *count > 0) }).await;
    assert_eq!(written, 1);
    let (token, courier) = (tour.tokens[0].clone(), tour.courier.identity().clone());
    let app = app.restart_with(builder()).await;
    let seen = app.as_guest().subscribe(TRACK, json!({ "token": token })).await.next().await;
    assert_eq!(seen.at("deliveryTracking.courier.position.latitude"), &tour.on_the_way(0, 2)["latitude"]);
    let route = app.as_identity(courier).execute(ROUTE, json!({ "id": tour.id })).await;
    assert!(!route.at("route.position").is_null());
}

async fn rows(app: &App, count: &str) -> i64 {
    use sea_orm::ConnectionTrait;
    let connection = app.database().read();
    let row =
        connection.query_one_raw(sea_orm::Statement::from_string(connection.get_database_backend(), count));
    row.await.unwrap().unwrap().try_get_by_index(0).unwrap()
}

/// A van that has many others to go to is not watched by the last of them.
#[tokio::test]
async fn the_van_is_seen_from_ten_stops_before_on() {
    let app = builder().start().await;
    let houses: Vec<u64> = (0..12).map(|n| n * 3_001).collect();
    let courier = Crew::of(&app, 1, 12).await.couriers.pop().unwrap();
    let tour = Tour::with(&app, courier, &houses).await;
    tour.report(vec![at(&app, &tour.on_the_way(0, 1), 0)]).await.data();
    let seen_by = async |stop: usize| {
        let seen = tour.follow(&app, stop).await.next().await;
        let before = seen.get::<usize>("deliveryTracking.stopsBefore");
        (before, !seen.at("deliveryTracking.courier.position").is_null())
    };
    assert_eq!((seen_by(11).await, seen_by(10).await), ((11, false), (10, true)));
    tour.mark("markDelivered", 0, json!({})).await;
    assert_eq!(seen_by(11).await.0, 10);
}

/// Where a courier was is kept as long as the configuration says, and thinned once the route has ended.
#[tokio::test]
async fn positions_are_thinned_and_then_forgotten() {
    let app = builder().configure(|config| config.fulfilment.position_days = 30).start().await;
    let tour = Tour::start(&app, &[7]).await;
    let place = tour.on_the_way(0, 1);
    tour.report((0..30).map(|second| at(&app, &place, second)).collect()).await.data();
    let count = "SELECT COUNT(*) FROM positions";
    // The job comes again and again.
    let until = async |wanted: std::ops::Range<i64>, step: u64| {
        eventually_some(|| async {
            app.clock().advance(std::time::Duration::from_secs(step));
            Some(rows(&app, count).await).filter(|count| wanted.contains(count))
        })
        .await
    };
    until(30..31, 0).await;
    tour.mark("markDelivered", 0, json!({})).await;
    until(1..4, 700).await;
    app.clock().advance(std::time::Duration::from_secs(31 * 86_400));
    until(0..1, 700).await;
    let of = json!({ "id": tour.id });
    eventually_some(|| async {
        app.clock().advance(std::time::Duration::from_secs(700));
        let seen = dispatcher(&app).execute(ROUTE, of.clone()).await;
        Some(()).filter(|()| seen.at("route.position").is_null())
    })
    .await;
}
