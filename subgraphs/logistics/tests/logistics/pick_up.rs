//! Points where buyers fetch their parcels.

use serde_json::{Value, json};

use crate::support::{App, City, Part, Purchase, builder, dispatcher};
use crate::zones::{self, around_city, rate, zone};

const SET: &str =
    "mutation ($input: SetPickUpPointInput!) { setPickUpPoint(input: $input) { pickUpPoint { id name position { latitude }
    hours { weekdays opens closes } address { recipient line1 } isActive } } }";
const NEAR: &str =
    "query ($near: DeliveryAddressInput, $first: Int!) { pickUpPoints(near: $near, first: $first) { name } }";

fn address(house: u64) -> Value {
    let lines = City::address(house);
    json!({ "line1": lines["line1"], "city": lines["city"], "postalCode": lines["postalCode"], "country": lines["country"] })
}

fn point(name: &str, house: u64) -> Value {
    json!({ "name": name, "timeZone": "Europe/Berlin", "address": address(house),
        "hours": [{ "weekdays": ["MONDAY", "SATURDAY"], "opens": "08:00", "closes": "20:30" }] })
}

async fn set(app: &App, input: Value) -> Value {
    let set = dispatcher(app).execute(SET, json!({ "input": input })).await;
    set.at("setPickUpPoint.pickUpPoint").clone()
}

async fn near(app: &App, house: Option<u64>) -> Value {
    let found = app.as_guest().execute(NEAR, json!({ "near": house.map(address), "first": 10 })).await;
    found.at("pickUpPoints").clone()
}

#[tokio::test]
async fn the_closest_points_are_first_and_those_out_of_use_are_not_listed() {
    let app = builder().start().await;
    for (name, house) in [("Far", 20_000), ("Near", 8), ("Other", 5_000)] {
        let made = set(&app, point(name, house)).await;
        assert!(made["position"]["latitude"].is_number(), "{made}");
        assert_eq!(made["address"]["recipient"], name);
    }
    assert_eq!(near(&app, Some(7)).await[0]["name"], "Near");
    assert_eq!(near(&app, Some(20_001)).await[0]["name"], "Far");
    assert_eq!(near(&app, None).await, json!([{ "name": "Far" }, { "name": "Near" }, { "name": "Other" }]));
    let mut abroad = point("Abroad", 9);
    abroad["address"]["country"] = json!("FR");
    set(&app, abroad).await;
    assert_eq!(near(&app, Some(7)).await.as_array().unwrap().len(), 3, "those of the country");
    let mut closed = point("Gone", 7);
    closed["isActive"] = json!(false);
    let closed = set(&app, closed).await;
    assert_eq!(near(&app, Some(7)).await[0]["name"], "Near");
    let one = "query ($id: ID!) { pickUpPoint(id: $id) { name hours { weekdays opens closes } } }";
    let seen = app.as_guest().execute(one, json!({ "id": closed["id"] })).await;
    let hours = json!([{ "weekdays": ["MONDAY", "SATURDAY"], "opens": "08:00", "closes": "20:30" }]);
    assert_eq!(seen.at("pickUpPoint"), &json!({ "name": "Gone", "hours": hours }));
    for first in [0, 51] {
        assert_eq!(
            app.as_guest().execute(NEAR, json!({ "first": first })).await.codes(),
            ["BAD_USER_INPUT"],
            "{first}"
        );
    }
}

#[tokio::test]
async fn a_point_that_makes_no_sense_is_refused() {
    let app = builder().start().await;
    let with = |field: &str, value: Value| {
        let mut input = point("Kiosk", 7);
        input[field] = value;
        input
    };
    let hours = |weekdays: Value, opens: &str, closes: &str| json!([{ "weekdays": weekdays, "opens": opens, "closes": closes }]);
    for input in [
        with("timeZone", json!("Nowhere")),
        with("hours", json!([])),
        with("hours", hours(json!([]), "08:00", "20:00")),
        with("hours", hours(json!(["MONDAY"]), "20:00", "08:00")),
        with("hours", hours(json!(["MONDAY"]), "8", "20:00")),
        with("name", json!(" ")),
        with("position", json!({ "latitude": 91, "longitude": 0 })),
    ] {
        let refused = dispatcher(&app).execute(SET, json!({ "input": input })).await;
        assert_eq!(refused.codes(), ["BAD_USER_INPUT"], "{input}: {}", refused.body);
    }
    let unknown = with("id", json!("01900000-0000-7000-8000-0000000000e2"));
    assert_eq!(dispatcher(&app).execute(SET, json!({ "input": unknown })).await.codes(), ["NOT_FOUND"]);
    assert_eq!(
        app.as_guest().execute(SET, json!({ "input": point("Kiosk", 7) })).await.codes(),
        ["UNAUTHENTICATED"]
    );
}

/// It goes to the point in its buyer's name, and the buyer sees where.
#[tokio::test]
async fn an_order_to_a_point_goes_there() {
    let app = builder().start().await;
    let point = set(&app, point("Kiosk", 8)).await;
    let part = Part::new(&app, app.ids().next());
    let service = json!({ "id": "01900000-0000-7000-8000-0000000000e2", "kind": "PICK_UP", "name": "At a shop",
        "timeZone": "Europe/Berlin", "pickUpPointId": point["id"] });
    let purchase = Purchase {
        service,
        address: City::address(20_000),
        ..Purchase::of(&app, vec![part.parcel(&app, None, 1)])
    };
    purchase.ship(&app).await;
    let query = "query ($of: [_Any!]!) { _entities(representations: $of) { ... on Order {
        delivery { kind pickUpPoint { name } } shipments { destination { recipient company line1 } } } } }";
    let of = json!([{ "__typename": "Order", "id": purchase.order }]);
    let seen = purchase.buyer(&app).execute(query, json!({ "of": of })).await;
    assert_eq!(
        seen.at("_entities.0.delivery"),
        &json!({ "kind": "PICK_UP", "pickUpPoint": { "name": "Kiosk" } })
    );
    let line1 = address(8)["line1"].clone();
    // The point moves: what is on its way goes where it was agreed, and its buyer is told of that.
    let mut moved = self::point("Kiosk", 5_000);
    moved["id"] = point["id"].clone();
    set(&app, moved).await;
    let where_to = "query ($of: [_Any!]!) { _entities(representations: $of) { ... on Order {
        delivery { pickUpPoint { address { recipient line1 } } } } } }";
    let told = purchase.buyer(&app).execute(where_to, json!({ "of": of })).await;
    let agreed = json!({ "recipient": "Kiosk", "line1": line1 });
    assert_eq!(told.at("_entities.0.delivery.pickUpPoint.address"), &agreed);
    let destination = json!({ "recipient": "Ann", "company": "Kiosk", "line1": line1 });
    assert_eq!(seen.at("_entities.0.shipments.0.destination"), &destination);
}

/// A point is had at the fee of the zone that it is in.
#[tokio::test]
async fn a_point_of_another_zone_is_not_offered() {
    let app = builder().start().await;
    let service = json!({ "name": "At a shop", "kind": "PICK_UP", "rates": [rate("0")] });
    let made = zones::set(&app, zone("Town", 10, Some(around_city()), service)).await;
    let inside = set(&app, point("Kiosk", 8)).await;
    let mut outside = point("Far", 8);
    outside["position"] = json!({ "latitude": 48.1, "longitude": 11.6 });
    let outside = set(&app, outside).await;
    let problem = async |point: &Value| {
        let query = "query ($input: DeliveryOptionsInput!) { deliveryOptions(input: $input) { problem } }";
        let choice = json!({ "serviceId": made["services"][0]["id"], "pickUpPointId": point["id"] });
        let input = json!({ "address": address(7), "currency": "EUR", "parcels": [], "choice": choice });
        let asked = app.as_service("orders").execute_internal(query, json!({ "input": input })).await;
        asked.at("deliveryOptions.problem").clone()
    };
    assert_eq!(problem(&inside).await, Value::Null);
    assert_eq!(problem(&outside).await, "UNKNOWN_PICK_UP_POINT");
}
