//! Slots: what can be chosen, places that are held for checkouts, and orders whose place is lost or changed.

use chrono::{DateTime, Utc};
use futures::future::join_all;
use platform_core::Clock;
use platform_core::id::{OrderId, UserId};
use platform_testkit::{Answer, TestClient, eventually};
use serde_json::{Value, json};

use crate::support::{App, City, Crew, Part, Purchase, builder, dispatcher, go_to, handle, record, seller};
use crate::zones::{around_city, rate, set, zone};

const SLOTS: &str = "query ($address: DeliveryAddressInput!, $from: DateTime!, $to: DateTime!) {
    deliverySlots(address: $address, from: $from, to: $to) { id begins ends closes isAvailable placesLeft service { id name } } }";
const HOLD: &str = "mutation ($input: HoldSlotInput!) { holdSlot(input: $input) {
    __typename ... on SlotNotOpen { isClosed } } }";
const CONFIRM: &str = "mutation ($key: String!) { confirmSlot(input: { key: $key }) { hasPlace } }";
const RELEASE: &str = "mutation ($key: String!) { releaseSlot(input: { key: $key }) { status } }";
const CHOOSE: &str = "mutation ($input: ChooseDeliverySlotInput!) { chooseDeliverySlot(input: $input) {
    __typename ... on ChooseDeliverySlotPayload { delivery { needsSlot slot { begins } } }
    ... on DeliverySlotNotOpen { isClosed } } }";
const DELIVERY: &str = "query ($of: [_Any!]!) { _entities(representations: $of) { ... on Order { delivery {
    kind name needsSlot arrivesFrom slot { begins ends } } } } }";

/// A shop that delivers in the city from 10:00 to 12:00 and from 18:00 to 20:00, to so many each.
struct Evening {
    app: App,
    service: Value,
}

impl Evening {
    async fn of(capacity: i32) -> Self {
        let app = builder().start().await;
        Self::at(app, capacity).await
    }

    async fn at(app: App, capacity: i32) -> Self {
        let days = json!(["MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY"]);
        let window = |begins: &str, ends: &str| json!({ "weekdays": days, "begins": begins, "ends": ends, "capacity": capacity });
        let service = json!({ "name": "When you are home", "kind": "SLOT", "rates": [rate("5")], "closesMinutesBefore": 60,
            "windows": [window("10:00", "12:00"), window("18:00", "20:00")] });
        let mut input = zone("Town", 10, Some(around_city()), service);
        input["timeZone"] = json!("UTC");
        let zone = set(&app, input).await;
        Self { app, service: zone["services"][0]["id"].clone() }
    }

    /// The slots of the next days that can be chosen.
    async fn slots(&self) -> Vec<Value> {
        let now = self.app.clock().now();
        let lines = City::address(7);
        let address = json!({ "line1": lines["line1"], "city": lines["city"], "postalCode": lines["postalCode"], "country": lines["country"] });
        let variables = json!({ "address": address, "from": now, "to": now + chrono::TimeDelta::days(4) });
        let found = self.app.as_guest().execute(SLOTS, variables).await;
        found.at("deliverySlots").as_array().unwrap().clone()
    }

    async fn hold_for(&self, key: &str, slot: &Value, minutes: i64) -> Answer {
        let expires_at = self.app.clock().now() + chrono::TimeDelta::minutes(minutes);
        let input = json!({ "key": key, "slotId": slot["id"], "expiresAt": expires_at });
        self.orders().execute_internal(HOLD, json!({ "input": input })).await
    }

    /// The name of the outcome's type.
    async fn hold(&self, key: &str, slot: &Value) -> String {
        self.hold_for(key, slot, 15).await.text("holdSlot.__typename")
    }

    async fn confirm(&self, key: &str) -> bool {
        let confirmed = self.orders().execute_internal(CONFIRM, json!({ "key": key })).await;
        confirmed.at("confirmSlot.hasPlace").as_bool().unwrap()
    }

    fn orders(&self) -> TestClient {
        self.app.as_service("orders")
    }

    async fn left(&self, slot: &Value) -> i64 {
        let slots = self.slots().await;
        slots.iter().find(|other| other["id"] == slot["id"]).unwrap()["placesLeft"].as_i64().unwrap()
    }

    /// An order whose place is held, and whose delivery is planned.
    async fn ordered(&self, slot: &Value) -> Purchase {
        let part = Part::new(&self.app, self.app.ids().next());
        let service = json!({ "id": self.service, "kind": "SLOT", "name": "When you are home", "timeZone": "UTC",
            "arrivesFrom": slot["begins"], "arrivesBy": slot["ends"] });
        let parcels = vec![part.parcel(&self.app, None, 1)];
        let purchase = Purchase { address: City::address(7), service, ..Purchase::of(&self.app, parcels) };
        assert_eq!(self.hold(&purchase.key(), slot).await, "SlotPlaceHeld");
        assert_eq!(purchase.plan(&self.app).await.text("planDelivery.__typename"), "DeliveryPlanned");
        purchase
    }

    async fn choose(&self, client: &TestClient, order: OrderId, slot: &Value) -> Answer {
        client.execute(CHOOSE, json!({ "input": { "orderId": order, "slotId": slot["id"] } })).await
    }

    async fn delivery(&self, purchase: &Purchase) -> Value {
        let of = json!([{ "__typename": "Order", "id": purchase.order }]);
        let seen = purchase.buyer(&self.app).execute(DELIVERY, json!({ "of": of })).await;
        seen.at("_entities.0.delivery").clone()
    }
}

#[tokio::test]
async fn the_slots_of_an_address_are_those_that_can_be_chosen_still() {
    let evening = Evening::of(3).await;
    go_to(&evening.app, "2036-05-06T09:00:00Z");
    let slots = evening.slots().await;
    // That of today at 10:00 has closed just now.
    assert_eq!(slots[0]["begins"], "2036-05-06T18:00:00+00:00");
    assert_eq!(
        (&slots[0]["ends"], &slots[0]["closes"]),
        (&json!("2036-05-06T20:00:00+00:00"), &json!("2036-05-06T17:00:00+00:00"))
    );
    assert_eq!(slots.len(), 7, "two a day: {slots:?}");
    assert_eq!(slots[0]["placesLeft"], 3);
    let elsewhere = json!({ "country": "DE" });
    let variables =
        json!({ "address": elsewhere, "from": "2036-05-06T00:00:00Z", "to": "2036-05-07T00:00:00Z" });
    let none = evening.app.as_guest().execute(SLOTS, variables).await;
    assert_eq!(none.at("deliverySlots"), &json!([]), "nobody comes there in slots");
    for (from, to) in
        [("2036-05-06T00:00:00Z", "2036-05-05T00:00:00Z"), ("2036-05-06T00:00:00Z", "2036-05-21T00:00:01Z")]
    {
        let refused = evening
            .app
            .as_guest()
            .execute(SLOTS, json!({ "address": elsewhere, "from": from, "to": to }))
            .await;
        assert_eq!(refused.codes(), ["BAD_USER_INPUT"], "{from} to {to}");
    }
}

/// Check 29, of slots: of ten places exactly ten are given, whoever races for them.
#[tokio::test(flavor = "multi_thread")]
async fn two_hundred_who_race_for_a_slot_of_ten_get_exactly_ten_places() {
    let evening = Evening::of(10).await;
    let slot = evening.slots().await.pop().unwrap();
    let racing = (0..200).map(|number| {
        let (evening, slot) = (&evening, &slot);
        async move { evening.hold(&format!("order:racer-{number}"), slot).await }
    });
    let outcomes = join_all(racing).await;
    let count = |name: &str| outcomes.iter().filter(|outcome| *outcome == name).count();
    assert_eq!((count("SlotPlaceHeld"), count("SlotFull")), (10, 190));
    assert_eq!(evening.left(&slot).await, 0);
    assert_eq!(evening.slots().await.pop().unwrap()["isAvailable"], false);
}

#[tokio::test]
async fn a_key_means_one_place_for_ever() {
    let evening = Evening::of(2).await;
    let slots = evening.slots().await;
    let (slot, other) = (&slots[slots.len() - 1], &slots[slots.len() - 2]);
    assert_eq!(evening.hold("order:one", slot).await, "SlotPlaceHeld");
    assert_eq!(evening.hold("order:one", slot).await, "SlotPlaceHeld");
    assert_eq!(evening.left(slot).await, 1);
    assert_eq!(evening.hold_for("order:one", other, 15).await.codes(), ["IDEMPOTENCY_KEY_REUSED"]);
    let release = async |key: &str| {
        evening.orders().execute_internal(RELEASE, json!({ "key": key })).await.text("releaseSlot.status")
    };
    assert_eq!(release("order:one").await, "RELEASED");
    assert_eq!(evening.left(slot).await, 2);
    assert_eq!(evening.hold("order:one", slot).await, "SlotHoldClosed");
    // Released before it was held: what is on its way holds nothing.
    assert_eq!(release("order:two").await, "RELEASED");
    assert_eq!(evening.hold("order:two", slot).await, "SlotHoldClosed");
    assert_eq!(evening.left(slot).await, 2);
}

#[tokio::test]
async fn a_slot_that_there_is_not_or_that_has_closed_is_not_held() {
    let evening = Evening::of(2).await;
    go_to(&evening.app, "2036-05-06T12:00:00Z");
    let slots = evening.slots().await;
    let service = slots[0]["service"]["id"].as_str().unwrap();
    let begin = |text: &str| text.parse::<DateTime<Utc>>().unwrap().timestamp();
    let named = |text: &str| json!({ "id": format!("{service}~{}", begin(text)) });
    let at = async |slot: Value| evening.hold_for("order:one", &slot, 15).await.at("holdSlot").clone();
    assert_eq!(
        at(named("2036-05-06T10:00:00Z")).await,
        json!({ "__typename": "SlotNotOpen", "isClosed": true })
    );
    for unknown in ["2036-05-07T11:00:00Z", "2036-07-07T10:00:00Z"] {
        assert_eq!(
            at(named(unknown)).await,
            json!({ "__typename": "SlotNotOpen", "isClosed": false }),
            "{unknown}"
        );
    }
    for id in [
        "",
        "evening",
        "01900000-0000-7000-8000-0000000000e2~x",
        "~1",
        "01900000-0000-7000-8000-0000000000e2~99999999999999",
    ] {
        assert_eq!(
            evening.hold_for("order:one", &json!({ "id": id }), 15).await.codes(),
            ["BAD_USER_INPUT"],
            "{id}"
        );
    }
}

/// The last place falls to others while the payment waits: who pays late has no place, and chooses another slot.
#[tokio::test]
async fn a_place_that_lapsed_and_was_taken_is_not_given_twice_and_its_buyer_chooses_another() {
    let evening = Evening::of(1).await;
    let slots = evening.slots().await;
    let (slot, later) = (&slots[slots.len() - 2], &slots[slots.len() - 1]);
    let late = evening.ordered(slot).await;
    evening.app.clock().advance(std::time::Duration::from_secs(16 * 60));
    eventually(|| async { evening.left(slot).await == 1 }).await;
    let quick = evening.ordered(slot).await;
    assert!(evening.confirm(&quick.key()).await);
    assert!(!evening.confirm(&late.key()).await);
    assert!(!evening.confirm(&late.key()).await, "asked again");
    assert_eq!(evening.left(slot).await, 0);
    let seen = evening.delivery(&late).await;
    assert_eq!(
        (&seen["needsSlot"], &seen["slot"], &seen["arrivesFrom"]),
        (&json!(true), &Value::Null, &Value::Null)
    );
    assert_eq!(evening.delivery(&quick).await["needsSlot"], false);
    let buyer = late.buyer(&evening.app);
    let full = evening.choose(&buyer, late.order, slot).await;
    assert_eq!(full.text("chooseDeliverySlot.__typename"), "DeliverySlotFull");
    let chosen = evening.choose(&buyer, late.order, later).await;
    assert_eq!(
        chosen.at("chooseDeliverySlot.delivery"),
        &json!({ "needsSlot": false, "slot": { "begins": later["begins"] } })
    );
    assert_eq!(evening.left(later).await, 0);
    // Called off after all, it gives its place back.
    assert_eq!(late.stop(&evening.app).await, "DeliveryStopped");
    assert_eq!(evening.left(later).await, 1);
}

#[tokio::test]
async fn a_place_that_lapsed_is_the_orders_still_where_the_slot_has_one_left() {
    let evening = Evening::of(1).await;
    let slot = evening.slots().await.pop().unwrap();
    let late = evening.ordered(&slot).await;
    evening.app.clock().advance(std::time::Duration::from_secs(16 * 60));
    eventually(|| async { evening.left(&slot).await == 1 }).await;
    assert!(evening.confirm(&late.key()).await);
    assert!(evening.confirm(&late.key()).await, "asked again");
    assert_eq!(evening.left(&slot).await, 0);
    assert_eq!(evening.delivery(&late).await["slot"]["begins"], slot["begins"]);
    assert_eq!(late.stop(&evening.app).await, "DeliveryStopped");
    assert_eq!(evening.left(&slot).await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_buyer_changes_the_slot_and_keeps_the_old_place_until_the_new_is_there() {
    let evening = Evening::of(1).await;
    let slots = evening.slots().await;
    let (one, two) = (&slots[slots.len() - 2], &slots[slots.len() - 1]);
    let purchase = evening.ordered(one).await;
    let buyer = purchase.buyer(&evening.app);
    assert_eq!(evening.choose(&buyer, purchase.order, two).await.codes(), ["CONFLICT"], "it is not paid");
    assert!(evening.confirm(&purchase.key()).await);
    purchase.ship(&evening.app).await;
    // Both ways at once, over and over: one place is taken in the end.
    for _ in 0..5 {
        let (first, second) = tokio::join!(
            evening.choose(&buyer, purchase.order, two),
            evening.choose(&buyer, purchase.order, one)
        );
        first.data();
        second.data();
    }
    assert_eq!(evening.left(one).await + evening.left(two).await, 1);
    let other = evening.ordered(if evening.left(one).await == 1 { one } else { two }).await;
    assert!(evening.confirm(&other.key()).await);
    let full = evening.choose(&buyer, purchase.order, one).await.text("chooseDeliverySlot.__typename");
    let same = evening.choose(&buyer, purchase.order, two).await.text("chooseDeliverySlot.__typename");
    let mut outcomes = [full, same];
    outcomes.sort();
    assert_eq!(outcomes, ["ChooseDeliverySlotPayload", "DeliverySlotFull"], "its own, and the other's");
}

#[tokio::test]
async fn a_slot_is_changed_by_its_buyer_or_staff_alone_and_not_once_a_courier_has_it() {
    let app = builder().start().await;
    let evening = Evening::at(app, 3).await;
    let slots = evening.slots().await;
    let slot = slots.last().unwrap();
    let purchase = evening.ordered(&slots[0]).await;
    assert!(evening.confirm(&purchase.key()).await);
    let shipment = purchase.ship(&evening.app).await.pop().unwrap();
    let stranger = evening.app.as_user(evening.app.ids().next::<UserId>());
    for client in [&stranger, &evening.app.as_guest()] {
        assert_eq!(evening.choose(client, purchase.order, slot).await.codes(), ["NOT_FOUND"]);
    }
    let buyer = purchase.buyer(&evening.app);
    let service = json!({ "name": "By night", "kind": "SLOT", "rates": [rate("5")],
        "windows": [{ "weekdays": ["MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY"], "begins": "22:00", "ends": "23:00", "capacity": 5 }] });
    let other = set(&evening.app, zone("Elsewhere", 1, None, service)).await["services"][0]["id"].clone();
    let begin =
        (evening.app.clock().now() + chrono::TimeDelta::days(2)).date_naive().and_hms_opt(21, 0, 0).unwrap();
    let of_other = |hour: i64| json!({ "id": format!("{}~{}", other.as_str().unwrap(), begin.and_utc().timestamp() + hour * 3_600) });
    let berlin = [of_other(0), of_other(-1)];
    let codes = [
        evening.choose(&buyer, purchase.order, &berlin[0]).await,
        evening.choose(&buyer, purchase.order, &berlin[1]).await,
    ];
    assert!(
        codes.iter().any(|answer| answer
            .errors()
            .first()
            .is_some_and(|error| error["extensions"]["code"] == "BAD_USER_INPUT")),
        "another service's"
    );
    let staff = evening.choose(&dispatcher(&evening.app), purchase.order, slot).await;
    assert_eq!(staff.text("chooseDeliverySlot.__typename"), "ChooseDeliverySlotPayload");
    handle(&seller(&evening.app, purchase.vendor()), "handOverShipment", &shipment).await;
    assert_eq!(
        evening.choose(&buyer, purchase.order, &slots[0]).await.text("chooseDeliverySlot.__typename"),
        "ChooseDeliverySlotPayload"
    );
    record(&dispatcher(&evening.app), &shipment, "OUT_FOR_DELIVERY").await;
    assert_eq!(evening.choose(&buyer, purchase.order, slot).await.codes(), ["CONFLICT"]);
}

/// The courier is given a parcel half an hour before its slot, and the plan keeps to the slot.
#[tokio::test]
async fn a_parcel_in_a_slot_is_planned_for_its_slot_and_not_before() {
    let evening = Evening::of(3).await;
    go_to(&evening.app, "2036-05-06T08:00:00Z");
    let slot = evening.slots().await.remove(0);
    assert_eq!(slot["begins"], "2036-05-06T10:00:00+00:00");
    let purchase = evening.ordered(&slot).await;
    assert!(evening.confirm(&purchase.key()).await);
    let shipment = purchase.ship(&evening.app).await.pop().unwrap();
    handle(&seller(&evening.app, purchase.vendor()), "handOverShipment", &shipment).await;
    Crew::of(&evening.app, 1, 10).await;
    let plan = "mutation { planRoutes(input: {}) { routes { startsAt stops { arrivesAt } } left { id } } }";
    let early = dispatcher(&evening.app).execute(plan, json!({})).await;
    assert_eq!(early.at("planRoutes.routes"), &json!([]), "{}", early.body);
    go_to(&evening.app, "2036-05-06T09:31:00Z");
    let planned = dispatcher(&evening.app).execute(plan, json!({})).await;
    let moment = |path: &str| planned.text(path).parse::<DateTime<Utc>>().unwrap();
    let arrival = moment("planRoutes.routes.0.stops.0.arrivesAt");
    let begin: DateTime<Utc> = "2036-05-06T10:00:00Z".parse().unwrap();
    assert!((begin..begin + chrono::TimeDelta::hours(2)).contains(&arrival), "{}", planned.body);
    assert!(
        moment("planRoutes.routes.0.startsAt") > begin - chrono::TimeDelta::minutes(29),
        "{}",
        planned.body
    );
}

#[tokio::test]
async fn staff_sees_how_much_of_each_slot_is_taken() {
    let evening = Evening::of(4).await;
    let slot = evening.slots().await.pop().unwrap();
    for key in ["order:one", "order:two"] {
        assert_eq!(evening.hold(key, &slot).await, "SlotPlaceHeld");
    }
    let usage = "query ($service: ID!, $at: DateTime!) { deliverySlotUsage(serviceId: $service, from: $at, to: $at) { id capacity taken } }";
    let variables = json!({ "service": evening.service, "at": slot["begins"] });
    let seen = dispatcher(&evening.app).execute(usage, variables.clone()).await;
    assert_eq!(seen.at("deliverySlotUsage"), &json!([{ "id": slot["id"], "capacity": 4, "taken": 2 }]));
    assert_eq!(evening.app.as_guest().execute(usage, variables).await.codes(), ["UNAUTHENTICATED"]);
}

/// Staff finds shipments by how they are delivered: by zone, service and slot, those that are late, and those that no courier has.
#[tokio::test]
async fn staff_finds_what_is_late_what_no_courier_has_and_what_comes_in_a_slot() {
    let evening = Evening::of(3).await;
    go_to(&evening.app, "2036-05-06T08:00:00Z");
    let slots = evening.slots().await;
    let (morning, night) = (evening.ordered(&slots[0]).await, evening.ordered(&slots[1]).await);
    let mut ids = Vec::new();
    for purchase in [&morning, &night] {
        let shipment = purchase.ship(&evening.app).await.pop().unwrap();
        ids.push(shipment["id"].clone());
    }
    let of_another = Purchase::of(
        &evening.app,
        vec![Part::new(&evening.app, evening.app.ids().next()).parcel(&evening.app, None, 1)],
    );
    ids.push(of_another.ship(&evening.app).await.pop().unwrap()["id"].clone());
    let staff = dispatcher(&evening.app);
    let found = async |filter: Value| {
        let query = "query ($filter: ShipmentFilter) { shipments(filter: $filter) { nodes { id } } deliveryZones { nodes { id name } } }";
        let answer = staff.execute(query, json!({ "filter": filter })).await;
        let nodes = answer.at("shipments.nodes").as_array().unwrap().clone();
        let mut found: Vec<usize> =
            nodes.iter().map(|node| ids.iter().position(|id| *id == node["id"]).unwrap()).collect();
        found.sort_unstable();
        found
    };
    assert_eq!(found(json!({ "serviceId": evening.service })).await, [0, 1]);
    assert_eq!(found(json!({ "slotBegins": "2036-05-06T18:00:00Z" })).await, [1]);
    let zones = staff.execute("{ deliveryZones { nodes { id name } } }", json!({})).await;
    let zones = zones.at("deliveryZones.nodes").as_array().unwrap().clone();
    let town = zones.iter().find(|zone| zone["name"] == "Town").unwrap();
    assert_eq!(found(json!({ "zoneId": town["id"] })).await, [0, 1]);
    assert_eq!(found(json!({ "isLate": true })).await, Vec::<usize>::new());
    go_to(&evening.app, "2036-05-06T12:00:01Z");
    assert_eq!(found(json!({ "isLate": true })).await, [0]);
    assert_eq!(found(json!({ "isLate": false })).await, [1, 2]);
    assert_eq!(found(json!({ "isUnassigned": true })).await, Vec::<usize>::new(), "all are at their sellers");
    handle(&seller(&evening.app, morning.vendor()), "handOverShipment", &json!({ "id": ids[0] })).await;
    assert_eq!(found(json!({ "isUnassigned": true })).await, [0]);
    Crew::of(&evening.app, 1, 10).await;
    staff.execute("mutation { planRoutes(input: {}) { routes { id } } }", json!({})).await.data();
    assert_eq!(found(json!({ "isUnassigned": true })).await, Vec::<usize>::new());
    assert_eq!(found(json!({ "isLate": true, "statuses": ["HANDED_OVER"] })).await, [0]);
}

/// Places that orders have are seen whatever becomes of the window, the service and the zone, and a service that was left out
/// comes back with them.
#[tokio::test]
async fn places_of_orders_stay_seen_when_their_window_service_or_zone_goes() {
    let evening = Evening::of(4).await;
    let slot = evening.slots().await.pop().unwrap();
    let purchase = evening.ordered(&slot).await;
    assert!(evening.confirm(&purchase.key()).await);
    let staff = dispatcher(&evening.app);
    let zones = "{ deliveryZones { nodes { id name } } }";
    let zones = staff.execute(zones, json!({})).await.at("deliveryZones.nodes").as_array().unwrap().clone();
    let town = zones.iter().find(|zone| zone["name"] == "Town").unwrap()["id"].clone();
    let taken = async || {
        let usage = "query ($service: ID!, $at: DateTime!) { deliverySlotUsage(serviceId: $service, from: $at, to: $at) { taken } }";
        let variables = json!({ "service": evening.service, "at": slot["begins"] });
        staff.execute(usage, variables).await.at("deliverySlotUsage.0.taken").clone()
    };
    let write = async |services: Value, is_active: bool| {
        let mut input = zone("Town", 10, Some(around_city()), Value::Null);
        input["id"] = town.clone();
        input["services"] = services;
        input["isActive"] = json!(is_active);
        set(&evening.app, input).await
    };
    let with = |begins: &str| {
        json!([{ "id": evening.service, "name": "When you are home", "kind": "SLOT", "rates": [rate("5")],
        "windows": [{ "weekdays": ["MONDAY"], "begins": begins, "ends": "23:00", "capacity": 1 }] }])
    };
    write(with("03:00"), true).await;
    assert_eq!(taken().await, 1, "another window");
    write(with("03:00"), false).await;
    assert_eq!(taken().await, 1, "a zone out of use");
    write(json!([]), true).await;
    assert_eq!(taken().await, 1, "left out");
    let back = write(with("03:00"), true).await;
    assert_eq!(back["services"][0]["id"], evening.service);
}

/// Whoever packs sees by when, and a buyer which slot it is.
#[tokio::test]
async fn a_seller_and_a_buyer_see_the_slot_of_a_shipment() {
    let evening = Evening::of(3).await;
    let slot = evening.slots().await.pop().unwrap();
    let purchase = evening.ordered(&slot).await;
    assert!(evening.confirm(&purchase.key()).await);
    let shipment = purchase.ship(&evening.app).await.pop().unwrap();
    let query = "query ($id: ID!) { shipment(id: $id) { delivery { serviceId slot { id begins } } } }";
    let agreed =
        json!({ "serviceId": evening.service, "slot": { "id": slot["id"], "begins": slot["begins"] } });
    for client in [seller(&evening.app, purchase.vendor()), purchase.buyer(&evening.app)] {
        let seen = client.execute(query, json!({ "id": shipment["id"] })).await;
        assert_eq!(seen.at("shipment.delivery"), &agreed);
    }
}

/// Of one network half of a slot waits for payments at most, and of one holder; what is paid at once is not limited.
#[tokio::test]
async fn one_network_keeps_half_of_a_slot_waiting_at_most() {
    let evening = Evening::of(10).await;
    let slot = evening.slots().await.pop().unwrap();
    let until = evening.app.clock().now() + chrono::TimeDelta::minutes(15);
    let extend = "mutation ($input: ExtendSlotInput!) { extendSlot(input: $input) { __typename } }";
    let mut outcomes = Vec::new();
    for number in 0..7 {
        let key = format!("order:{number}");
        let input = json!({ "key": key, "slotId": slot["id"], "expiresAt": until, "holder": format!("guest:{number}"), "network": "203.0.113.7" });
        let held = evening.orders().execute_internal(HOLD, json!({ "input": input })).await;
        assert_eq!(held.text("holdSlot.__typename"), "SlotPlaceHeld");
        let input = json!({ "key": key, "expiresAt": until });
        let waits = evening.orders().execute_internal(extend, json!({ "input": input })).await;
        outcomes.push(waits.text("extendSlot.__typename"));
    }
    assert!(outcomes[..5].iter().all(|outcome| outcome == "SlotPlaceHeld"), "{outcomes:?}");
    assert!(outcomes[5..].iter().all(|outcome| outcome == "SlotHoldLimitReached"), "{outcomes:?}");
}
