//! Outside carriers: the sandbox's, which another instance of the subgraph serves, and a double that fails in every way.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{delete, get, post};
use axum::{Json, Router};
use chrono::{DateTime, TimeDelta, Utc};
use platform_config::CarrierConfig;
use platform_core::Clock;
use platform_core::id::VendorId;
use platform_testkit::{Answer, TestClient, eventually, eventually_some};
use platform_webhooks::Secret;
use serde_json::{Value, json};
use tempfile::NamedTempFile;
use tokio::net::TcpListener;

use crate::support::{
    App, City, Crew, Purchase, builder, dispatcher, handle, one_shipment, one_shipment_to, record, seller,
};

const SHIPMENT: &str = "query ($id: ID) { shipment(id: $id) { status version labelUrl
    carrier { name service trackingNumber }
    events { status source at place carrierCode carrierWords } } }";
const RATES: &str =
    "query ($id: ID!) { carrierRates(shipmentId: $id) { carrier service name price { amount currency } } }";
const HAND_OVER: &str =
    "mutation ($input: HandOverShipmentInput!) { handOverShipment(input: $input) { __typename
    ... on CarrierDeclined { message } ... on ShipmentPayload { shipment { status } } } }";

/// A file with a secret in it, which is there as long as this is.
fn file(text: &str) -> NamedTempFile {
    let file = NamedTempFile::new().unwrap();
    std::fs::write(file.path(), text).unwrap();
    file
}

fn entry(name: &str, url: String, token: &NamedTempFile, secret: Option<&NamedTempFile>) -> CarrierConfig {
    let path = |file: &NamedTempFile| file.path().to_str().unwrap().to_owned();
    CarrierConfig {
        name: name.to_owned(),
        url,
        token_file: path(token),
        webhook_secret_file: secret.map(path).unwrap_or_default(),
    }
}

async fn hand_over(client: &TestClient, shipment: &Value, carrier: &str, service: &str) -> Answer {
    let carrier = json!({ "name": carrier, "service": service });
    let input = json!({ "shipmentId": shipment["id"], "carrier": carrier });
    client.execute(HAND_OVER, json!({ "input": input })).await
}

async fn seen(client: &TestClient, shipment: &Value) -> Value {
    client.execute(SHIPMENT, json!({ "id": shipment["id"] })).await.at("shipment").clone()
}

/// The same without the link to the label, which is another in every second.
async fn state(client: &TestClient, shipment: &Value) -> Value {
    let mut seen = seen(client, shipment).await;
    seen["labelUrl"] = Value::Null;
    seen
}

fn codes(seen: &Value) -> Vec<&str> {
    seen["events"].as_array().unwrap().iter().filter_map(|event| event["carrierCode"].as_str()).collect()
}

/// The sandbox's carrier, and an instance that gives parcels to it.
async fn with_sandbox() -> (App, App) {
    let carrier = App::builder().configure(|config| config.fulfilment.sandbox_carrier = true).start().await;
    let token = file(&signed(&carrier, "token of the sandbox's carrier"));
    let entry = entry("parcels", carrier.url("/logistics/sandbox-carrier"), &token, None);
    let app = builder().configure(|config| config.fulfilment.carriers.push(entry)).start().await;
    (app, carrier)
}

/// What only the processes of an installation have.
fn signed(app: &App, text: &str) -> String {
    app.keys().url_key("logistics").unwrap().sign(text)
}

#[tokio::test]
async fn a_shipment_goes_with_the_sandboxs_carrier_to_its_recipient() {
    let (app, carrier) = with_sandbox().await;
    let vendor = app.ids().next();
    let (purchase, _, shipment) = one_shipment(&app, vendor).await;
    let seller = seller(&app, vendor);
    let rates = seller.execute(RATES, json!({ "id": shipment["id"] })).await;
    assert_eq!(
        rates.at("carrierRates.0"),
        &json!({
            "carrier": "parcels", "service": "standard", "name": "Standard parcel",
            "price": { "amount": "5.90", "currency": "EUR" },
        })
    );
    let rival = crate::support::seller(&app, app.ids().next());
    assert!(rival.execute(RATES, json!({ "id": shipment["id"] })).await.at("carrierRates").is_null());

    for _ in 0..2 {
        let handed = hand_over(&seller, &shipment, "parcels", "express").await;
        assert_eq!(
            handed.text("handOverShipment.__typename"),
            "ShipmentPayload",
            "also when it is said again"
        );
    }
    let state = seen(&seller, &shipment).await;
    assert_eq!((&state["status"], &state["carrier"]["service"]), (&json!("HANDED_OVER"), &json!("express")));
    assert!(state["carrier"]["trackingNumber"].as_str().unwrap().starts_with("SB"), "{state}");
    let label = app.http().get(app.url(state["labelUrl"].as_str().unwrap())).send().await.unwrap();
    assert_eq!(label.status(), 200);
    let text = crate::pdf::Pdf::read(&label.bytes().await.unwrap()).text().to_owned();
    assert!(text.contains(state["carrier"]["trackingNumber"].as_str().unwrap()), "the carrier's own: {text}");
    assert_eq!(purchase.stop(&app).await, "DeliveryUnderway");

    // No webhook comes here: the carrier is asked.
    carrier.clock().advance(Duration::from_secs(35));
    app.clock().advance(Duration::from_secs(16 * 60));
    let on_its_way = eventually_some(|| async {
        Some(seen(&seller, &shipment).await).filter(|seen| seen["status"] == "IN_TRANSIT")
    })
    .await;
    assert_eq!(codes(&on_its_way), ["ACCEPTED", "IN_TRANSIT", "WEIGHED"]);
    let weighed = on_its_way["events"].as_array().unwrap().last().unwrap();
    assert_eq!(
        (&weighed["source"], &weighed["carrierWords"], &weighed["status"]),
        (&json!("CARRIER"), &json!("Weighed anew"), &json!("IN_TRANSIT"))
    );
    carrier.clock().advance(Duration::from_secs(60));
    app.clock().advance(Duration::from_secs(16 * 60));
    eventually(|| async { seen(&seller, &shipment).await["status"] == "DELIVERED" }).await;
}

#[tokio::test]
async fn a_shipment_with_a_carrier_is_on_no_couriers_route() {
    let (app, _carrier) = with_sandbox().await;
    Crew::of(&app, 1, 5).await;
    let part = crate::support::Part::new(&app, app.ids().next());
    let purchase =
        Purchase { address: City::address(7), ..Purchase::of(&app, vec![part.parcel(&app, None, 1)]) };
    let shipment = purchase.ship(&app).await.pop().unwrap();
    hand_over(&seller(&app, part.vendor), &shipment, "parcels", "standard").await.data();
    let (_, own) = one_shipment_to(&app, City::address(1_234)).await;
    let plan = "mutation { planRoutes(input: {}) { routes { stops { shipment { id } } } left { id } } }";
    let planned = dispatcher(&app).execute(plan, json!({})).await;
    assert_eq!(planned.at("planRoutes.routes.0.stops"), &json!([{ "shipment": { "id": own["id"] } }]));
    assert_eq!(planned.at("planRoutes.left"), &json!([]));
}

#[tokio::test]
async fn the_sandboxs_carrier_keeps_to_the_api() {
    let carrier = App::builder().configure(|config| config.fulfilment.sandbox_carrier = true).start().await;
    let token = signed(&carrier, "token of the sandbox's carrier");
    let url = |path: &str| carrier.url(&format!("/logistics/sandbox-carrier/{path}"));
    let parcel = json!({
        "service": "standard", "sender": ["Souk"], "reference": "SK1",
        "recipient": { "recipient": "Ann", "line1": "Street 1", "city": "Bonn", "country": "DE" },
    });
    let order = || carrier.http().post(url("shipments")).json(&parcel);
    let status = async |request: reqwest::RequestBuilder| request.send().await.unwrap().status().as_u16();
    assert_eq!(status(order().header("idempotency-key", "k")).await, 401);
    assert_eq!(status(order().header("idempotency-key", "k").bearer_auth("0").bearer_auth("1")).await, 401);
    assert_eq!(status(order().bearer_auth(&token)).await, 400, "no key");
    let mut bought = Vec::new();
    for _ in 0..2 {
        let order = order().bearer_auth(&token).header("idempotency-key", "k");
        bought.push(order.send().await.unwrap().json::<Value>().await.unwrap());
    }
    assert_eq!(bought[0], bought[1], "one key, one parcel");
    let id = bought[0]["id"].as_str().unwrap();
    let cancel = |id: &str| carrier.http().delete(url(&format!("shipments/{id}"))).bearer_auth(&token);
    assert_eq!(status(cancel("sbx_unknown")).await, 404);
    assert_eq!(status(cancel(id)).await, 204);
    assert_eq!(status(cancel(id)).await, 204, "again is as once");
    let label = carrier.http().get(url(&format!("shipments/{id}/label"))).bearer_auth(&token);
    assert_eq!(status(label).await, 404);
    let other = order().bearer_auth(&token).header("idempotency-key", "other");
    let other = other.send().await.unwrap().json::<Value>().await.unwrap();
    carrier.clock().advance(Duration::from_secs(61));
    assert_eq!(status(cancel(other["id"].as_str().unwrap())).await, 409, "it is under way");
}

/// The webhooks of an installation's own sandbox come in where any carrier's do.
#[tokio::test]
async fn the_sandboxs_webhooks_are_believed() {
    let change = |config: &mut platform_server::PlatformConfig| {
        config.fulfilment.sandbox_carrier = true;
        config.fulfilment.carriers.push(CarrierConfig {
            name: "sandbox".to_owned(),
            url: "http://127.0.0.1:1".to_owned(),
            token_file: String::new(),
            webhook_secret_file: String::new(),
        });
    };
    let app = App::builder().configure(change).start().await;
    let secret = Secret::new(signed(&app, "webhooks of the sandbox's carrier").into_bytes());
    let body = json!({ "data": { "shipment": "sbx_unknown", "events": [] } }).to_string();
    let send = async |secret: &Secret| {
        let headers = secret.sign("msg_1", app.clock().now(), body.as_bytes()).unwrap();
        let request = app.http().post(app.url("/logistics/webhooks/sandbox")).headers(headers);
        request.body(body.clone()).send().await.unwrap().status()
    };
    assert_eq!(send(&secret).await, 404, "believed, of no parcel");
    assert_eq!(send(&Secret::new(b"other".to_vec())).await, 401);
}

/// A carrier that does what a test has it do.
#[derive(Clone)]
struct Double {
    books: Arc<Mutex<Books>>,
    url: Arc<str>,
    secret: Secret,
}

#[derive(Default)]
struct Books {
    /// What is answered to an order after the label was bought, in place of it.
    buys: Option<Say>,
    /// The keys of the labels that were bought.
    keys: BTreeSet<String>,
    orders: usize,
    cancelled: Vec<String>,
    events: Value,
    label: Vec<u8>,
}

#[derive(Clone)]
enum Say {
    Status(u16, Value),
    Text(String),
    Nothing,
}

impl Double {
    async fn start() -> (App, Self) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/v1", listener.local_addr().unwrap()).into();
        let double = Self { books: Arc::default(), url, secret: Secret::parse(SECRET).unwrap() };
        let routes = Router::new()
            .route("/v1/rates", post(|| async { Json(json!({ "rates": [] })) }))
            .route("/v1/shipments", post(buy).get(find))
            .route("/v1/shipments/{id}", delete(cancel))
            .route("/v1/shipments/{id}/events", get(events))
            .route("/v1/shipments/{id}/label", get(label))
            .with_state(double.clone());
        tokio::spawn(async move { axum::serve(listener, routes).await.unwrap() });
        let (token, secret) = (file("the-token\n"), file(SECRET));
        let entry = entry("double", double.url.to_string(), &token, Some(&secret));
        let app = builder().configure(|config| config.fulfilment.carriers.push(entry)).start().await;
        (app, double)
    }

    fn does<T>(&self, change: impl FnOnce(&mut Books) -> T) -> T {
        change(&mut self.books.lock().unwrap())
    }

    /// A webhook with events; the status of the answer.
    async fn tells(&self, app: &App, id: &str, reference: &str, events: Value) -> StatusCode {
        let body = json!({ "type": "shipment.updated", "data": { "shipment": reference, "events": events } });
        self.sends(app, id, app.clock().now(), body.to_string()).await
    }

    async fn sends(&self, app: &App, id: &str, at: DateTime<Utc>, body: String) -> StatusCode {
        let headers = self.secret.sign(id, at, body.as_bytes()).unwrap();
        let request = app.http().post(app.url("/logistics/webhooks/double")).headers(headers).body(body);
        request.send().await.unwrap().status()
    }
}

const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

async fn buy(State(double): State<Double>, headers: HeaderMap, Json(order): Json<Value>) -> Response {
    assert_eq!(headers["authorization"], "Bearer the-token");
    assert_eq!(order["recipient"]["line1"], "Street 1");
    let key = headers["idempotency-key"].to_str().unwrap().to_owned();
    let said = double.does(|books| {
        books.orders += 1;
        if !matches!(books.buys, Some(Say::Status(422, _))) {
            books.keys.insert(key.clone());
        }
        books.buys.clone()
    });
    match said {
        None => Json(parcel(&key)).into_response(),
        Some(Say::Status(status, body)) => {
            (StatusCode::from_u16(status).unwrap(), Json(body)).into_response()
        }
        Some(Say::Text(text)) => text.into_response(),
        Some(Say::Nothing) => std::future::pending().await,
    }
}

fn parcel(key: &str) -> Value {
    let price = json!({ "amount": "4.20", "currency": "EUR" });
    json!({ "id": format!("id-{key}"), "trackingNumber": "DB1", "price": price })
}

#[derive(serde::Deserialize)]
struct Wanted {
    key: String,
}

async fn find(State(double): State<Double>, Query(Wanted { key }): Query<Wanted>) -> Json<Value> {
    let is_bought = double.does(|books| books.keys.contains(&key));
    Json(json!({ "shipments": is_bought.then(|| parcel(&key)).into_iter().collect::<Vec<_>>() }))
}

async fn cancel(State(double): State<Double>, Path(id): Path<String>) -> StatusCode {
    double.does(|books| books.cancelled.push(id));
    StatusCode::NO_CONTENT
}

async fn events(State(double): State<Double>) -> Json<Value> {
    Json(json!({ "events": double.does(|books| books.events.clone()) }))
}

async fn label(State(double): State<Double>) -> Vec<u8> {
    double.does(|books| books.label.clone())
}

/// A shipment that the double has, and how the double calls it.
async fn with_double(app: &App) -> (VendorId, Value, String) {
    let vendor = app.ids().next();
    let (_, _, shipment) = one_shipment(app, vendor).await;
    let handed = hand_over(&seller(app, vendor), &shipment, "double", "any").await;
    assert_eq!(handed.text("handOverShipment.__typename"), "ShipmentPayload", "{}", handed.body);
    let reference = format!("id-{}", shipment["id"].as_str().unwrap());
    (vendor, shipment, reference)
}

fn event(id: &str, code: &str, at: DateTime<Utc>) -> Value {
    json!({ "id": id, "code": code, "description": format!("words of {id}"), "place": "Hub", "at": at })
}

/// Check 24: whatever becomes of the answer, one label is bought.
#[tokio::test]
async fn a_label_whose_answer_was_lost_is_bought_once() {
    let lost = [
        Say::Status(500, json!({})),
        Say::Status(429, json!({})),
        Say::Status(401, json!({})),
        Say::Text("<html>".to_owned()),
        Say::Text(String::new()),
        Say::Text(" ".repeat(2 << 20)),
        Say::Status(
            200,
            json!({ "id": "", "trackingNumber": "x", "price": { "amount": "1", "currency": "EUR" } }),
        ),
        Say::Status(
            200,
            json!({ "id": "i", "trackingNumber": "x", "price": { "amount": "-1", "currency": "EUR" } }),
        ),
        Say::Status(200, json!({ "id": "i" })),
    ];
    let (app, double) = Double::start().await;
    for say in lost {
        let vendor = app.ids().next();
        let (_, _, shipment) = one_shipment(&app, vendor).await;
        let seller = seller(&app, vendor);
        let before = double.does(|books| {
            books.buys = Some(say);
            books.keys.len()
        });
        let failed = hand_over(&seller, &shipment, "double", "any").await;
        assert_eq!(failed.codes(), ["UNAVAILABLE"], "{}", failed.body);
        assert_eq!(seen(&seller, &shipment).await["status"], "CREATED");
        double.does(|books| books.buys = None);
        let handed = hand_over(&seller, &shipment, "double", "another").await;
        assert_eq!(handed.at("handOverShipment.shipment.status"), "HANDED_OVER");
        assert_eq!(seen(&seller, &shipment).await["carrier"]["service"], "any", "as it was asked");
        assert_eq!(double.does(|books| books.keys.len()), before + 1);
    }
}

/// A process that dies after the carrier has answered leaves a booking, which the next one finishes under the same key.
#[tokio::test]
async fn what_a_process_has_begun_the_next_one_finishes() {
    let (app, double) = Double::start().await;
    let vendor = app.ids().next();
    let (_, _, shipment) = one_shipment(&app, vendor).await;
    double.does(|books| books.buys = Some(Say::Nothing));
    let seller = seller(&app, vendor);
    let asking = tokio::spawn({
        let (seller, shipment) = (seller.clone(), shipment.clone());
        async move { hand_over(&seller, &shipment, "double", "any").await.body }
    });
    eventually(|| async { double.does(|books| books.orders == 1) }).await;
    asking.abort();
    double.does(|books| books.buys = None);
    app.clock().advance(Duration::from_secs(180));
    eventually(|| async { seen(&seller, &shipment).await["status"] == "HANDED_OVER" }).await;
    assert_eq!(double.does(|books| books.keys.len()), 1);
}

#[tokio::test]
async fn a_label_is_given_back_where_its_order_was_called_off_meanwhile() {
    let (app, double) = Double::start().await;
    let vendor = app.ids().next();
    let (purchase, _, shipment) = one_shipment(&app, vendor).await;
    double.does(|books| books.buys = Some(Say::Status(503, json!({}))));
    let seller = seller(&app, vendor);
    assert_eq!(hand_over(&seller, &shipment, "double", "any").await.codes(), ["UNAVAILABLE"]);
    assert_eq!(purchase.stop(&app).await, "DeliveryStopped");
    double.does(|books| books.buys = None);
    app.clock().advance(Duration::from_secs(180));
    let reference = format!("id-{}", shipment["id"].as_str().unwrap());
    eventually(|| async { double.does(|books| books.cancelled == [reference.clone()]) }).await;
    assert_eq!(seen(&seller, &shipment).await["status"], "CANCELLED");
}

#[tokio::test]
async fn a_shipment_that_a_carrier_declines_stays_with_its_seller() {
    let (app, double) = Double::start().await;
    let vendor = app.ids().next();
    let (_, _, shipment) = one_shipment(&app, vendor).await;
    let seller = seller(&app, vendor);
    double.does(|books| books.buys = Some(Say::Status(422, json!({ "message": "too\u{7} heavy" }))));
    let declined = hand_over(&seller, &shipment, "double", "any").await;
    assert_eq!(declined.at("handOverShipment.message"), "too heavy", "{}", declined.body);
    let unknown = hand_over(&seller, &shipment, "nobody", "any").await;
    assert_eq!(unknown.codes(), ["BAD_USER_INPUT"]);
    assert_eq!(hand_over(&seller, &shipment, "double", "").await.codes(), ["BAD_USER_INPUT"]);
    assert_eq!(
        handle(&seller, "handOverShipment", &shipment).await,
        "ShipmentPayload",
        "to the own couriers"
    );
    let late = hand_over(&seller, &shipment, "double", "any").await;
    assert_eq!(late.text("handOverShipment.__typename"), "ShipmentStatusRefused");
    assert_eq!(seen(&seller, &shipment).await["carrier"], Value::Null);
}

#[tokio::test]
async fn a_webhook_is_taken_once_and_only_as_it_was_signed() {
    let (app, double) = Double::start().await;
    let (vendor, shipment, reference) = with_double(&app).await;
    let seller = seller(&app, vendor);
    let now = app.clock().now();
    for _ in 0..2 {
        let told = double.tells(&app, "msg_1", &reference, json!([event("1", "IN_TRANSIT", now)])).await;
        assert_eq!(told, 200);
    }
    let state = state(&seller, &shipment).await;
    assert_eq!((&state["status"], codes(&state)), (&json!("IN_TRANSIT"), vec!["IN_TRANSIT"]));
    // The same id again changes nothing, whatever else it says; the same event by another webhook neither.
    let other = json!([event("2", "DELIVERED", now)]);
    assert_eq!(double.tells(&app, "msg_1", &reference, other).await, 200);
    assert_eq!(double.tells(&app, "msg_2", &reference, json!([event("1", "LOST", now)])).await, 200);
    assert_eq!(self::state(&seller, &shipment).await, state);

    let body =
        json!({ "data": { "shipment": reference, "events": [event("3", "DELIVERED", now)] } }).to_string();
    for shift in [-301, 301] {
        let at = now + TimeDelta::seconds(shift);
        assert_eq!(double.sends(&app, "msg_3", at, body.clone()).await, 401, "{shift}");
    }
    let forger = Double { secret: Secret::new(b"guess".to_vec()), ..double.clone() };
    assert_eq!(forger.sends(&app, "msg_3", now, body.clone()).await, 401);
    let unsigned = app.http().post(app.url("/logistics/webhooks/double")).body(body.clone());
    assert_eq!(unsigned.send().await.unwrap().status(), 401);
    assert_eq!(double.sends(&app, "msg_4", now, "{}".to_owned()).await, 400);
    assert_eq!(double.tells(&app, "msg_5", "nothing", json!([])).await, 404);
    let headers = double.secret.sign("msg_6", now, body.as_bytes()).unwrap();
    let nobody = app.http().post(app.url("/logistics/webhooks/nobody")).headers(headers).body(body);
    assert_eq!(nobody.send().await.unwrap().status(), 404);
    assert_eq!(self::state(&seller, &shipment).await, state);
}

#[tokio::test]
async fn a_carriers_events_stand_by_their_times_in_whichever_order_they_come() {
    let (app, double) = Double::start().await;
    let (vendor, shipment, reference) = with_double(&app).await;
    let begin = app.clock().now();
    let at = |minutes: i64| begin + TimeDelta::minutes(minutes);
    app.clock().advance(Duration::from_secs(3_600));
    let told = [
        json!([event("4", "OUT_FOR_DELIVERY", at(40)), event("1", "ANNOUNCED", at(10))]),
        // Late: it was seen on its way before it was out for delivery.
        json!([event("2", "IN_TRANSIT", at(20)), event("3", "X-RAYED", at(30))]),
    ];
    for (n, events) in told.into_iter().enumerate() {
        assert_eq!(double.tells(&app, &format!("msg_{n}"), &reference, events).await, 200);
    }
    let seller = seller(&app, vendor);
    let state = seen(&seller, &shipment).await;
    assert_eq!(state["status"], "OUT_FOR_DELIVERY");
    assert_eq!(codes(&state), ["ANNOUNCED", "IN_TRANSIT", "X-RAYED", "OUT_FOR_DELIVERY"]);
    let attempted = json!([event("5", "DELIVERY_ATTEMPTED", at(45)), event("6", "DELIVERED", at(50))]);
    assert_eq!(double.tells(&app, "msg_5", &reference, attempted).await, 200);
    assert_eq!(seen(&seller, &shipment).await["status"], "DELIVERED");
    // Whatever comes later, it was delivered.
    let later =
        json!([event("7", "IN_TRANSIT", at(55)), event("8", "RETURNED", at(56)), event("9", "LOST", at(57))]);
    assert_eq!(double.tells(&app, "msg_6", &reference, later).await, 200);
    let state = seen(&seller, &shipment).await;
    assert_eq!(
        (&state["status"], codes(&state).len()),
        (&json!("DELIVERED"), 9),
        "shown all the same: {state}"
    );
}

/// An end that is told late is an end; staff's word counts as before.
#[tokio::test]
async fn an_end_that_is_told_late_ends_a_shipment() {
    let (app, double) = Double::start().await;
    let (vendor, shipment, reference) = with_double(&app).await;
    let now = app.clock().now();
    app.clock().advance(Duration::from_secs(600));
    let events = json!([event("2", "IN_TRANSIT", now + TimeDelta::minutes(5))]);
    assert_eq!(double.tells(&app, "msg_1", &reference, events).await, 200);
    let events = json!([event("1", "RETURNED", now + TimeDelta::minutes(1))]);
    assert_eq!(double.tells(&app, "msg_2", &reference, events).await, 200);
    assert_eq!(seen(&seller(&app, vendor), &shipment).await["status"], "RETURNED");

    let (vendor, shipment, reference) = with_double(&app).await;
    assert_eq!(record(&dispatcher(&app), &shipment, "DELIVERED").await, "ShipmentPayload");
    let events = json!([event("1", "IN_TRANSIT", app.clock().now())]);
    assert_eq!(double.tells(&app, "msg_3", &reference, events).await, 200);
    assert_eq!(seen(&seller(&app, vendor), &shipment).await["status"], "DELIVERED");
}

#[tokio::test]
async fn what_a_carrier_says_is_cut_to_size() {
    let (app, double) = Double::start().await;
    let (vendor, shipment, reference) = with_double(&app).await;
    let begin = app.clock().now();
    let odd = json!([
        { "id": "far", "code": "IN_TRANSIT", "at": "9999-12-31T23:59:59Z", "description": "a\u{0}\nb".repeat(1_000) },
        { "id": "old", "code": "", "at": "0001-01-01T00:00:00Z", "place": " " },
        { "id": "", "code": "NAMELESS", "at": begin },
    ]);
    assert_eq!(double.tells(&app, "msg_0", &reference, odd).await, 200);
    let seller = seller(&app, vendor);
    let state = seen(&seller, &shipment).await;
    assert_eq!(codes(&state), ["", "IN_TRANSIT"]);
    let told: DateTime<Utc> = serde_json::from_value(state["events"][3]["at"].clone()).unwrap();
    assert!(told <= app.clock().now(), "nothing happens in the future: {state}");
    assert!(state["events"][3]["carrierWords"].as_str().unwrap().len() <= 300);
    for batch in 0..2 {
        let events: Vec<Value> = (0..150)
            .map(|n| event(&format!("{batch}-{n}"), "SCANNED", begin + TimeDelta::seconds(n)))
            .collect();
        assert_eq!(double.tells(&app, &format!("many-{batch}"), &reference, json!(events)).await, 200);
    }
    assert_eq!(codes(&seen(&seller, &shipment).await).len(), 200, "a shipment has so many and no more");
    let end = json!([event("end", "DELIVERED", app.clock().now())]);
    assert_eq!(double.tells(&app, "msg_end", &reference, end).await, 200);
    assert_eq!(seen(&seller, &shipment).await["status"], "DELIVERED", "but for its end");
}

#[tokio::test]
async fn a_carrier_that_is_silent_is_asked() {
    let (app, double) = Double::start().await;
    let (vendor, shipment, _) = with_double(&app).await;
    let seller = seller(&app, vendor);
    double.does(|books| books.events = json!("nonsense"));
    app.clock().advance(Duration::from_secs(16 * 60));
    let now = app.clock().now();
    double.does(|books| books.events = json!([event("1", "IN_TRANSIT", now)]));
    app.clock().advance(Duration::from_secs(16 * 60));
    eventually(|| async { seen(&seller, &shipment).await["status"] == "IN_TRANSIT" }).await;
}

#[tokio::test]
async fn a_carriers_label_that_is_none_is_not_passed_on() {
    let (app, double) = Double::start().await;
    let (vendor, shipment, _) = with_double(&app).await;
    let state = seen(&seller(&app, vendor), &shipment).await;
    let status = async || {
        let request = app.http().get(app.url(state["labelUrl"].as_str().unwrap()));
        request.send().await.unwrap().status()
    };
    for label in [Vec::new(), b"<html>".to_vec(), [b"%PDF-".to_vec(), vec![0; 5 << 20]].concat()] {
        double.does(|books| books.label = label);
        assert_eq!(status().await, 503);
    }
    double.does(|books| books.label = b"%PDF-1.7 of the carrier".to_vec());
    assert_eq!(status().await, 200);
}

#[tokio::test]
async fn carriers_of_many_shipments_are_as_many_queries_as_of_one() {
    let (app, _double) = Double::start().await;
    let mut shipments = Vec::new();
    for _ in 0..3 {
        let (_, shipment, _) = with_double(&app).await;
        shipments.push(json!({ "__typename": "Shipment", "id": shipment["id"] }));
    }
    let app = app.restart_with(builder().without_workers()).await;
    let query =
        "query ($of: [_Any!]!) { _entities(representations: $of) { ... on Shipment { carrier { name } } } }";
    let (one, many) = (json!({ "of": [shipments[0]] }), json!({ "of": shipments }));
    app.assert_queries_do_not_grow(&dispatcher(&app), query, one, many).await;
}
