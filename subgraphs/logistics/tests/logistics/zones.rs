//! Zones: which services come to an address, what they cost, and what staff can write.

use serde_json::{Value, json};

use crate::support::{App, City, builder, dispatcher, go_to};

const SET: &str = "mutation ($input: SetDeliveryZoneInput!) { setDeliveryZone(input: $input) { deliveryZone {
    id name priority timeZone countries area isActive
    services { id name kind cutOff minDays maxDays weekdays closesMinutesBefore windows { weekdays begins ends capacity }
        rates { fee { amount currency } perKilogram { amount } includedGrams freeFrom { amount } maxGrams } } } } }";
const OPTIONS: &str = "query ($input: DeliveryOptionsInput!) { deliveryOptions(input: $input) {
    options { serviceId kind name fees { fee { amount } } arrivesFrom arrivesBy } chosenId problem arrivesFrom arrivesBy } }";

/// The rectangle around the bundled city, as GeoJSON.
pub fn around_city() -> Value {
    let bounds = platform_geo::City::bundled().unwrap().bounds();
    let (low, high) = (bounds.south_west, bounds.north_east);
    json!({ "type": "Polygon", "coordinates": [[
        [low.longitude(), low.latitude()], [high.longitude(), low.latitude()],
        [high.longitude(), high.latitude()], [low.longitude(), high.latitude()],
        [low.longitude(), low.latitude()],
    ]] })
}

pub fn rate(amount: &str) -> Value {
    json!({ "fee": { "amount": amount, "currency": "EUR" } })
}

/// A zone of one service.
pub fn zone(name: &str, priority: i32, area: Option<Value>, service: Value) -> Value {
    json!({ "name": name, "priority": priority, "timeZone": "Europe/Berlin", "area": area, "services": [service] })
}

pub async fn set(app: &App, input: Value) -> Value {
    let set = dispatcher(app).execute(SET, json!({ "input": input })).await;
    set.at("setDeliveryZone.deliveryZone").clone()
}

/// What is asked about a parcel of a vendor to an address.
async fn options(app: &App, address: &Value, grams: i64, value: i64) -> Value {
    let parcel = json!({ "vendorId": app.ids().next::<platform_core::id::VendorId>(), "grams": grams, "valueMinor": value });
    let lines = ["line1", "city", "postalCode", "country"];
    let address: Value = lines
        .iter()
        .map(|line| ((*line).to_owned(), address[*line].clone()))
        .collect::<serde_json::Map<_, _>>()
        .into();
    let input = json!({ "address": address, "currency": "EUR", "parcels": [parcel] });
    let asked = app.as_service("orders").execute_internal(OPTIONS, json!({ "input": input })).await;
    asked.at("deliveryOptions").clone()
}

/// Names and fees.
fn offered(options: &Value) -> Vec<(String, String)> {
    let options = options["options"].as_array().unwrap();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    options.iter().map(|option| (text(&option["name"]), text(&option["fees"][0]["fee"]["amount"]))).collect()
}

fn names(all: &[(&str, &str)]) -> Vec<(String, String)> {
    all.iter().map(|(name, fee)| ((*name).to_owned(), (*fee).to_owned())).collect()
}

#[tokio::test]
async fn a_new_shop_delivers_everywhere_for_a_flat_fee() {
    let app = builder().start().await;
    let asked = options(&app, &City::elsewhere(), 90_000, 4_999).await;
    assert_eq!(offered(&asked), names(&[("Standard delivery", "4.99")]));
    assert_eq!(asked["problem"], Value::Null);
    let free = options(&app, &City::elsewhere(), 0, 5_000).await;
    assert_eq!(offered(&free), names(&[("Standard delivery", "0.00")]));
}

#[tokio::test]
async fn the_zone_of_the_highest_priority_that_an_address_is_in_counts() {
    let app = builder().start().await;
    let service =
        |name: &str, amount: &str| json!({ "name": name, "kind": "STANDARD", "rates": [rate(amount)] });
    set(&app, zone("Town", 10, Some(around_city()), service("By van", "2.50"))).await;
    let town = options(&app, &City::address(7), 0, 0).await;
    assert_eq!(offered(&town), names(&[("By van", "2.50")]));
    assert_eq!(
        offered(&options(&app, &City::elsewhere(), 0, 0).await),
        names(&[("Standard delivery", "4.99")])
    );
    // A hole where the house is leaves it to the next zone.
    let city = platform_geo::City::bundled().unwrap();
    let at = city.address(7).unwrap().position;
    let (x, y, d) = (at.longitude(), at.latitude(), 0.000_5);
    let mut holed = around_city();
    holed["coordinates"].as_array_mut().unwrap().push(json!([
        [x - d, y - d],
        [x + d, y - d],
        [x + d, y + d],
        [x - d, y + d],
        [x - d, y - d],
    ]));
    set(&app, zone("Town without the house", 20, Some(holed), service("By bike", "1.00"))).await;
    assert_eq!(offered(&options(&app, &City::address(7), 0, 0).await), names(&[("By van", "2.50")]));
    assert_eq!(offered(&options(&app, &City::address(20_000), 0, 0).await), names(&[("By bike", "1.00")]));
}

#[tokio::test]
async fn a_fee_follows_weight_and_value_and_too_heavy_a_parcel_is_not_delivered() {
    let app = builder().start().await;
    let rate = json!({ "fee": { "amount": "3.00", "currency": "EUR" }, "perKilogram": { "amount": "0.50", "currency": "EUR" },
        "includedGrams": 1_000, "freeFrom": { "amount": "80", "currency": "EUR" }, "maxGrams": 20_000 });
    set(&app, zone("All", 1, None, json!({ "name": "By post", "kind": "STANDARD", "rates": [rate] }))).await;
    let fee = async |grams, value| offered(&options(&app, &City::elsewhere(), grams, value).await);
    assert_eq!(fee(1_000, 0).await, names(&[("By post", "3.00")]));
    assert_eq!(fee(2_001, 0).await, names(&[("By post", "4.00")]));
    assert_eq!(fee(2_001, 8_000).await, names(&[("By post", "0.00")]));
    let heavy = options(&app, &City::elsewhere(), 20_001, 8_000).await;
    assert_eq!((offered(&heavy), &heavy["problem"]), (names(&[]), &json!("NOT_DELIVERED")));
}

/// On the day of the order until the cut-off time in the zone's time zone, right across both changes of the clock: at 14:00 in
/// Berlin it is 12:00 in summer, 13:00 in winter.
#[tokio::test]
async fn same_day_delivery_ends_at_the_cut_off_of_the_zone_across_both_changes_of_the_clock() {
    let days = json!(["MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY"]);
    for (now, is_offered) in [
        ("2036-03-29T12:59:59Z", true),
        ("2036-03-29T13:00:00Z", false),
        ("2036-03-30T11:59:59Z", true),
        ("2036-03-30T12:00:00Z", false),
        ("2036-10-25T11:59:59Z", true),
        ("2036-10-25T12:00:00Z", false),
        ("2036-10-26T12:59:59Z", true),
        ("2036-10-26T13:00:00Z", false),
    ] {
        let app = builder().start().await;
        go_to(&app, now);
        let service = json!({ "name": "Today", "kind": "SAME_DAY", "rates": [rate("6")], "cutOff": "14:00", "weekdays": days });
        set(&app, zone("All", 1, None, service)).await;
        let asked = options(&app, &City::elsewhere(), 0, 0).await;
        assert_eq!(!offered(&asked).is_empty(), is_offered, "{now}: {asked}");
        if is_offered {
            let by: chrono::DateTime<chrono::Utc> = asked["arrivesBy"].as_str().unwrap().parse().unwrap();
            let local = by.with_timezone(&chrono_tz::Europe::Berlin);
            assert_eq!(local.format("%H:%M").to_string(), "00:00", "{now}: the end of the day there");
        }
    }
}

/// Ordered on a Friday after the cut-off, it counts for Monday, and arrives one to two days of delivery later.
#[tokio::test]
async fn an_estimate_counts_days_of_delivery_alone() {
    let app = builder().start().await;
    go_to(&app, "2036-06-06T16:00:00Z");
    let days = json!(["MONDAY", "TUESDAY", "THURSDAY", "FRIDAY"]);
    let service = json!({ "name": "By post", "kind": "STANDARD", "rates": [rate("3")], "cutOff": "18:00",
        "minDays": 1, "maxDays": 2, "weekdays": days });
    set(&app, zone("All", 1, None, service)).await;
    let asked = options(&app, &City::elsewhere(), 0, 0).await;
    // Tuesday 10 June, and Thursday 12 June to its end, in Berlin.
    assert_eq!(asked["arrivesFrom"], "2036-06-09T22:00:00+00:00");
    assert_eq!(asked["arrivesBy"], "2036-06-12T22:00:00+00:00");
}

#[tokio::test]
async fn a_zone_can_be_read_and_written_again_as_it_is() {
    let app = builder().start().await;
    let service = json!({ "name": "Evening", "kind": "SLOT", "rates": [rate("6.50")], "closesMinutesBefore": 90,
        "windows": [{ "weekdays": ["MONDAY", "SUNDAY"], "begins": "18:00", "ends": "24:00", "capacity": 12 }] });
    let made = set(&app, zone("Town", 5, Some(around_city()), service)).await;
    assert_eq!(made["area"]["type"], "Polygon");
    assert_eq!(
        made["services"][0]["windows"][0],
        json!({ "weekdays": ["MONDAY", "SUNDAY"], "begins": "18:00", "ends": "24:00", "capacity": 12 })
    );
    let read =
        "query ($id: ID!) { deliveryZone(id: $id) { name services { id } } deliveryZones { nodes { id } } }";
    let read = dispatcher(&app).execute(read, json!({ "id": made["id"] })).await;
    assert_eq!(read.at("deliveryZone.services.0.id"), &made["services"][0]["id"]);
    assert_eq!(read.at("deliveryZones.nodes").as_array().unwrap().len(), 2);
    let mut again = zone(
        "Town",
        6,
        None,
        json!({ "id": made["services"][0]["id"], "name": "Night", "kind": "STANDARD", "rates": [rate("1")] }),
    );
    again["id"] = made["id"].clone();
    let written = set(&app, again).await;
    assert_eq!((&written["id"], &written["area"]), (&made["id"], &Value::Null));
    assert_eq!(written["services"][0]["id"], made["services"][0]["id"]);
    assert_eq!(written["services"][0]["name"], "Night");
}

/// The area is at fault, and which ring of it is said.
#[tokio::test]
async fn an_area_that_is_none_is_refused_with_the_ring_at_fault() {
    let app = builder().start().await;
    let square = |x: f64, y: f64, d: f64| json!([[x, y], [x + d, y], [x + d, y + d], [x, y + d], [x, y]]);
    let open = json!([[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 1.0]]);
    let bow = json!([[0.0, 0.0], [1.0, 1.0], [1.0, 0.0], [0.0, 1.0], [0.0, 0.0]]);
    let polygon = |rings: Vec<Value>| json!({ "type": "Polygon", "coordinates": rings });
    let long: Vec<Value> = (0..10_001).map(|n| json!([f64::from(n) / 1e4, 0.0])).collect();
    for (area, words) in [
        (json!({ "type": "Point", "coordinates": [1.0, 2.0] }), "Polygon or MultiPolygon"),
        (json!("town"), "Polygon or MultiPolygon"),
        (polygon(vec![]), "the outer ring of polygon 0 has too few points"),
        (polygon(vec![open.clone()]), "the outer ring of polygon 0 is not closed"),
        (polygon(vec![bow.clone()]), "the outer ring of polygon 0 crosses or touches itself"),
        (polygon(vec![square(0.0, 0.0, 9.0), square(1.0, 1.0, 1.0), bow]), "hole 1 of polygon 0 crosses"),
        (polygon(vec![square(0.0, 0.0, 9.0), square(20.0, 1.0, 1.0)]), "hole 0 of polygon 0 is not inside"),
        (polygon(vec![square(0.0, 0.0, 9.0), open]), "hole 0 of polygon 0 is not closed"),
        (
            polygon(vec![json!([[0.0, 0.0], [999.0, 0.0], [1.0, 1.0], [0.0, 0.0]])]),
            "point 1 of the outer ring",
        ),
        (
            json!({ "type": "MultiPolygon", "coordinates": [[square(0.0, 0.0, 2.0)], [square(1.0, 1.0, 2.0)]] }),
            "polygons 0 and 1 overlap",
        ),
        (polygon(vec![Value::Array(long)]), "at most 10000 points"),
    ] {
        let service = json!({ "name": "By van", "kind": "STANDARD", "rates": [rate("1")] });
        let input = zone("Town", 1, Some(area.clone()), service);
        let refused = dispatcher(&app).execute(SET, json!({ "input": input })).await;
        assert_eq!(refused.codes(), ["BAD_USER_INPUT"], "{words}: {}", refused.body);
        let message = refused.errors()[0]["message"].as_str().unwrap();
        assert!(message.contains(words), "{words}: {message}");
        assert_eq!(refused.errors()[0]["extensions"]["field"], "area", "{message}");
    }
}

#[tokio::test]
async fn a_service_that_makes_no_sense_is_refused_by_its_name() {
    let app = builder().start().await;
    let window = json!({ "weekdays": ["MONDAY"], "begins": "10:00", "ends": "12:00", "capacity": 1 });
    let with = |changes: Value| {
        let mut service = json!({ "name": "By van", "kind": "STANDARD", "rates": [rate("1")] });
        service.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
        service
    };
    let slot = |window: Value| with(json!({ "kind": "SLOT", "windows": [window] }));
    let mut late = window.clone();
    late["begins"] = json!("12:00");
    let mut none = window.clone();
    none["capacity"] = json!(0);
    let pounds = json!({ "fee": { "amount": "1", "currency": "EUR" }, "freeFrom": { "amount": "9", "currency": "GBP" } });
    for (service, words) in [
        (with(json!({ "rates": [] })), "rates"),
        (with(json!({ "rates": [rate("1"), rate("2")] })), "one for each currency"),
        (with(json!({ "rates": [rate("-1")] })), "not negative"),
        (with(json!({ "rates": [pounds] })), "in one currency"),
        (with(json!({ "weekdays": [] })), "one day of the week"),
        (with(json!({ "cutOff": "25:00" })), "HH:MM"),
        (with(json!({ "minDays": 3, "maxDays": 2 })), "days"),
        (with(json!({ "windows": [window] })), "not delivered in slots"),
        (with(json!({ "kind": "SLOT" })), "windows"),
        (slot(late), "begin before its end"),
        (slot(none), "capacity"),
        (with(json!({ "kind": "SLOT", "windows": [window, window] })), "no two begin together"),
        (with(json!({ "id": "01900000-0000-7000-8000-0000000000e2" })), "does not belong to this zone"),
    ] {
        let refused =
            dispatcher(&app).execute(SET, json!({ "input": zone("Town", 1, None, service.clone()) })).await;
        assert_eq!(refused.codes(), ["BAD_USER_INPUT"], "{service}: {}", refused.body);
        let message = refused.errors()[0]["message"].as_str().unwrap();
        assert!(message.contains(words), "{service}: {message}");
    }
    let read = "{ deliveryZones { nodes { name } } }";
    assert_eq!(
        dispatcher(&app).execute(read, json!({})).await.at("deliveryZones.nodes"),
        &json!([{ "name": "Everywhere" }])
    );
}

/// What was chosen is looked at again whenever a cart is priced.
#[tokio::test]
async fn what_cannot_be_chosen_is_said() {
    let app = builder().start().await;
    let window = json!({ "weekdays": ["MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY"],
        "begins": "10:00", "ends": "12:00", "capacity": 1 });
    let services = json!([
        { "name": "When you are home", "kind": "SLOT", "rates": [rate("5")], "windows": [window] },
        { "name": "At a shop", "kind": "PICK_UP", "rates": [rate("2")] },
    ]);
    let mut input = zone("All", 1, None, Value::Null);
    input["services"] = services;
    let made = set(&app, input).await;
    let (slots, shop) = (&made["services"][0]["id"], &made["services"][1]["id"]);
    let problem = async |choice: Value| {
        let input =
            json!({ "address": { "country": "DE" }, "currency": "EUR", "parcels": [], "choice": choice });
        let asked = app.as_service("orders").execute_internal(OPTIONS, json!({ "input": input })).await;
        asked.at("deliveryOptions.problem").clone()
    };
    assert_eq!(problem(Value::Null).await, "SLOT_NEEDED", "all need something chosen");
    assert_eq!(problem(json!({ "serviceId": slots })).await, "SLOT_NEEDED");
    for unknown in ["an-evening", "01900000-0000-7000-8000-0000000000e2~1780000000"] {
        assert_eq!(
            problem(json!({ "serviceId": slots, "slotId": unknown })).await,
            "UNKNOWN_SLOT",
            "{unknown}"
        );
    }
    let past = format!("{}~{}", slots.as_str().unwrap(), 1_780_000_000);
    assert_ne!(problem(json!({ "serviceId": slots, "slotId": past })).await, Value::Null);
    let nowhere = "01900000-0000-7000-8000-0000000000e2";
    assert_eq!(problem(json!({ "serviceId": nowhere })).await, "NOT_OFFERED");
    // Nobody can fetch anything where there is no point.
    assert_eq!(problem(json!({ "serviceId": shop })).await, "NOT_OFFERED");
    let point = json!({ "name": "Kiosk", "timeZone": "Europe/Berlin",
        "address": { "line1": "Street 1", "city": "Bonn", "postalCode": "53111", "country": "DE" },
        "hours": [{ "weekdays": ["MONDAY"], "opens": "08:00", "closes": "20:00" }] });
    let set_point =
        "mutation ($input: SetPickUpPointInput!) { setPickUpPoint(input: $input) { pickUpPoint { id } } }";
    let made = dispatcher(&app).execute(set_point, json!({ "input": point })).await;
    let point = made.at("setPickUpPoint.pickUpPoint.id").clone();
    assert_eq!(problem(json!({ "serviceId": shop })).await, "PICK_UP_POINT_NEEDED");
    assert_eq!(
        problem(json!({ "serviceId": shop, "pickUpPointId": nowhere })).await,
        "UNKNOWN_PICK_UP_POINT"
    );
    assert_eq!(problem(json!({ "serviceId": shop, "pickUpPointId": point })).await, Value::Null);
}

/// By weight and place: the service that is at the door first counts.
#[tokio::test]
async fn a_product_is_estimated_by_the_service_that_is_there_first() {
    let app = builder().start().await;
    go_to(&app, "2036-06-03T08:00:00Z");
    let days = json!(["MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY"]);
    let light = json!({ "fee": { "amount": "9", "currency": "EUR" }, "maxGrams": 5_000 });
    let mut input = zone("Town", 1, Some(around_city()), Value::Null);
    input["services"] = json!([
        { "name": "By post", "kind": "STANDARD", "rates": [rate("3")], "minDays": 1, "maxDays": 3, "weekdays": days },
        { "name": "Today", "kind": "SAME_DAY", "rates": [light], "cutOff": "14:00", "weekdays": days },
    ]);
    set(&app, input).await;
    let estimate = async |grams: i32, house: Option<u64>| {
        let lines = house.map_or_else(City::elsewhere, City::address);
        let address = json!({ "line1": lines["line1"], "city": lines["city"], "postalCode": lines["postalCode"], "country": lines["country"] });
        let of = json!([{ "__typename": "Product", "id": "01900000-0000-7000-8000-0000000000aa", "weightGrams": grams }]);
        let query = "query ($of: [_Any!]!, $address: DeliveryAddressInput!) { _entities(representations: $of) { ... on Product {
            deliveryEstimate(address: $address) { name kind arrivesBy } } } }";
        let found = app.as_guest().execute(query, json!({ "of": of, "address": address })).await;
        found.at("_entities.0.deliveryEstimate").clone()
    };
    let today = json!({ "name": "Today", "kind": "SAME_DAY", "arrivesBy": "2036-06-03T22:00:00+00:00" });
    assert_eq!(estimate(5_000, Some(7)).await, today);
    assert_eq!(estimate(5_001, Some(7)).await["name"], "By post");
    assert_eq!(estimate(0, None).await["name"], "Standard delivery");
}

/// As text an area is one value, however many points it has.
#[tokio::test]
async fn an_area_can_be_given_as_text() {
    let app = builder().start().await;
    let service = json!({ "name": "By van", "kind": "STANDARD", "rates": [rate("2.50")] });
    set(&app, zone("Town", 10, Some(json!(around_city().to_string())), service.clone())).await;
    assert_eq!(offered(&options(&app, &City::address(7), 0, 0).await), names(&[("By van", "2.50")]));
    let input = zone("Town", 10, Some(json!("no geometry")), service);
    let refused = dispatcher(&app).execute(SET, json!({ "input": input })).await;
    assert_eq!(refused.errors()[0]["extensions"]["field"], "area", "{}", refused.body);
}
