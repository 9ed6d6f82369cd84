//! Photos as proof of a delivery: taken by the courier, seen by whose the shipment is, and kept for a while.

use std::time::Duration;

use platform_identity::Role;
use platform_testkit::pictures::{Metadata, jpeg, tells_place};
use platform_testkit::{TestClient, eventually};
use serde_json::{Value, json};

use crate::support::{App, City, Crew, Purchase, SHIPMENTS, builder, dispatcher, one_shipment_to, seller};

const PROOF: &str =
    "query ($id: ID) { shipment(id: $id) { proof { kind receivedBy at photo { url expiresAt } } } }";
const FOLLOW: &str = "subscription ($token: String, $number: String) { deliveryTracking(token: $token, trackingNumber: $number) {
    status proof { kind photo { url } } } }";

/// A courier who is on the road with a shipment.
struct Round {
    purchase: Purchase,
    shipment: Value,
    courier: TestClient,
    route: Value,
}

impl Round {
    /// One whose route is planned.
    async fn plan(app: &App) -> Self {
        let courier = Crew::of(app, 1, 5).await.couriers.pop().unwrap();
        let (purchase, shipment) = one_shipment_to(app, City::address(7)).await;
        let plan = "mutation { planRoutes(input: {}) { routes { id } } }";
        let planned = dispatcher(app).execute(plan, json!({})).await;
        let route = planned.at("planRoutes.routes.0.id").clone();
        Self { purchase, shipment, courier, route }
    }

    async fn start(app: &App) -> Self {
        let round = Self::plan(app).await;
        round.courier.mutate("startRoute", json!({ "routeId": round.route })).await.data();
        round
    }

    fn id(&self) -> &Value {
        &self.shipment["id"]
    }

    /// Sends a photo; the id of its upload.
    async fn send(&self, app: &App) -> Value {
        let ask =
            "mutation ($id: ID!) { createProofUpload(input: { shipmentId: $id }) { upload { id url } } }";
        let asked = self.courier.execute(ask, json!({ "id": self.id() })).await;
        let url = app.url(&asked.text("createProofUpload.upload.url"));
        let photo = jpeg(16, 8, &[Metadata::Exif(1), Metadata::Xmp]);
        assert_eq!(app.http().put(url).body(photo).send().await.unwrap().status(), 200);
        asked.at("createProofUpload.upload.id").clone()
    }

    async fn deliver(&self, upload: &Value) -> Result<String, Vec<String>> {
        let input = json!({ "shipmentId": self.id(), "proof": "SAFE_PLACE", "receivedBy": "Porch",
            "photoUploadId": upload });
        let done = self.courier.mutate("markDelivered", input).await;
        match done.codes().is_empty() {
            true => Ok(done.text("markDelivered.__typename")),
            false => Err(done.codes().into_iter().map(str::to_owned).collect()),
        }
    }

    /// The proof as a client sees it.
    async fn proof(&self, client: &TestClient) -> Value {
        client.execute(PROOF, json!({ "id": self.id() })).await.at("shipment").clone()
    }
}

fn codes(refused: Result<String, Vec<String>>) -> Vec<String> {
    refused.unwrap_err()
}

#[tokio::test]
async fn a_photo_is_seen_by_whose_the_shipment_is_and_by_no_one_else() {
    let app = builder().start().await;
    let round = Round::start(&app).await;
    let (buyer, staff) = (round.purchase.buyer(&app), dispatcher(&app));
    assert_eq!(round.proof(&buyer).await["proof"], Value::Null);
    let upload = round.send(&app).await;
    for _ in 0..2 {
        assert_eq!(round.deliver(&upload).await.as_deref(), Ok("StopPayload"), "also when it is said again");
    }
    for client in [&buyer, &seller(&app, round.purchase.vendor()), &staff, &round.courier] {
        let proof = round.proof(client).await["proof"].clone();
        assert_eq!((&proof["kind"], &proof["receivedBy"]), (&json!("SAFE_PLACE"), &json!("Porch")));
        let url = app.url(proof["photo"]["url"].as_str().unwrap());
        let read = app.http().get(&url).send().await.unwrap();
        assert_eq!(
            (read.status().as_u16(), &read.headers()["content-type"]),
            (200, &"image/jpeg".parse().unwrap())
        );
        assert!(!tells_place(&read.bytes().await.unwrap()));
        let bare = app.http().get(url.split_once('?').unwrap().0).send().await.unwrap();
        assert_eq!(bare.status(), 403);
    }
    let strangers = [
        app.as_guest(),
        app.as_user(app.ids().next()),
        app.as_user(app.ids().next()).with_roles([Role::Courier]),
        seller(&app, app.ids().next()),
    ];
    for stranger in &strangers {
        assert_eq!(round.proof(stranger).await, Value::Null);
    }

    let of = json!([{ "__typename": "Order", "id": round.purchase.order }]);
    let seen = buyer.execute(SHIPMENTS, json!({ "of": of })).await;
    let token = seen.at("_entities.0.shipments.0.trackingToken").clone();
    let by_link = app.as_guest().subscribe(FOLLOW, json!({ "token": token })).await.next().await;
    assert_eq!(by_link.at("deliveryTracking.proof"), &json!({ "kind": "SAFE_PLACE", "photo": null }));
    let number = round.shipment["trackingNumber"].clone();
    let by_buyer = buyer.subscribe(FOLLOW, json!({ "number": number })).await.next().await;
    assert!(by_buyer.at("deliveryTracking.proof.photo.url").is_string());
}

#[tokio::test]
async fn a_photo_is_sent_by_the_courier_who_is_on_the_road_with_the_shipment() {
    let app = builder().start().await;
    let round = Round::plan(&app).await;
    let ask = async |client: &TestClient| {
        let asked = client.mutate("createProofUpload", json!({ "shipmentId": round.id() })).await;
        asked.codes().first().map(|code| (*code).to_owned())
    };
    assert_eq!(ask(&round.courier).await.as_deref(), Some("CONFLICT"), "the van is at the depot");
    round.courier.mutate("startRoute", json!({ "routeId": round.route })).await.data();
    let rival = app.as_user(app.ids().next()).with_roles([Role::Courier]);
    assert_eq!(ask(&rival).await.as_deref(), Some("NOT_FOUND"));
    for other in [round.purchase.buyer(&app), dispatcher(&app), seller(&app, round.purchase.vendor())] {
        assert_eq!(ask(&other).await.as_deref(), Some("FORBIDDEN"));
    }
    assert_eq!(ask(&round.courier).await, None);
    let unknown = round.courier.mutate("createProofUpload", json!({ "shipmentId": round.route })).await;
    assert_eq!(unknown.codes(), ["NOT_FOUND"]);

    let open = "mutation ($id: ID!) { createProofUpload(input: { shipmentId: $id }) { upload { id } } }";
    let open = round.courier.execute(open, json!({ "id": round.id() })).await;
    let not_sent = open.at("createProofUpload.upload.id").clone();
    assert_eq!(codes(round.deliver(&not_sent).await), ["CONFLICT"]);
    assert_eq!(codes(round.deliver(round.id()).await), ["NOT_FOUND"]);
    let upload = round.send(&app).await;
    let by_rival = json!({ "shipmentId": round.id(), "photoUploadId": upload });
    assert_eq!(rival.mutate("markDelivered", by_rival).await.codes(), ["NOT_FOUND"]);
    assert_eq!(round.deliver(&upload).await.as_deref(), Ok("StopPayload"));
    assert_eq!(ask(&round.courier).await.as_deref(), Some("NOT_FOUND"), "it is delivered");
}

#[tokio::test]
async fn photos_are_kept_as_long_as_the_configuration_says() {
    let app = builder().configure(|config| config.fulfilment.proof_days = 30).start().await;
    let round = Round::start(&app).await;
    let upload = round.send(&app).await;
    round.deliver(&upload).await.unwrap();
    let buyer = round.purchase.buyer(&app);
    let folder = app.data_dir().join("logistics/proofs");
    let photos = || {
        let entries = std::fs::read_dir(&folder).unwrap().map(Result::unwrap);
        entries.filter(|entry| entry.path().is_file()).count()
    };
    app.clock().advance(Duration::from_secs(29 * 86_400));
    assert!(round.proof(&buyer).await["proof"]["photo"]["url"].is_string());
    assert_eq!(photos(), 1);
    app.clock().advance(Duration::from_secs(2 * 86_400));
    eventually(|| async {
        app.clock().advance(Duration::from_secs(700));
        round.proof(&buyer).await["proof"]["photo"].is_null() && photos() == 0
    })
    .await;
    assert_eq!(round.proof(&buyer).await["proof"]["kind"], "SAFE_PLACE");
}
