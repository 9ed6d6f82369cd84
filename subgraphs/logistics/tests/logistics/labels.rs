//! Labels: who has the link to one, for how long it is good, and what the PDF says.

use std::time::Duration;

use platform_identity::{Role, Scope};
use platform_testkit::TestClient;
use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::pdf::{Pdf, Place};
use crate::support::{
    App, City, Crew, Part, Purchase, builder, dispatcher, handle, one_shipment, one_shipment_to, record,
    seller,
};

const URL: &str = "query ($id: ID) { shipment(id: $id) { labelUrl } }";

async fn url(client: &TestClient, shipment: &Value) -> Option<String> {
    let seen = client.execute(URL, json!({ "id": shipment["id"] })).await;
    seen.data()["shipment"]["labelUrl"].as_str().map(str::to_owned)
}

async fn get(app: &App, path: &str) -> reqwest::Response {
    app.http().get(app.url(path)).send().await.unwrap()
}

async fn status(app: &App, path: &str) -> StatusCode {
    get(app, path).await.status()
}

/// The label of an order to an address, as its seller has it.
async fn label_to(app: &App, address: Value) -> (Value, Pdf) {
    let part = Part::new(app, app.ids().next());
    let purchase = Purchase { address, ..Purchase::of(app, vec![part.parcel(app, None, 1)]) };
    let shipment = purchase.ship(app).await.pop().unwrap();
    let path = url(&seller(app, part.vendor), &shipment).await.unwrap();
    let answer = get(app, &path).await;
    assert_eq!(answer.status(), 200);
    assert_eq!(answer.headers()["content-type"], "application/pdf");
    assert_eq!(answer.headers()["cache-control"], "private, no-store");
    let bytes = answer.bytes().await.unwrap();
    (shipment, Pdf::read(&bytes))
}

#[tokio::test]
async fn a_label_is_for_who_handles_the_parcel_and_may_know_its_address() {
    let app = App::start().await;
    let vendor = app.ids().next();
    let (purchase, _, shipment) = one_shipment(&app, vendor).await;
    let knowing = dispatcher(&app).with_scopes([Scope::CustomersRead]);
    for client in [seller(&app, vendor), knowing] {
        let path = url(&client, &shipment).await.unwrap();
        assert_eq!(status(&app, &path).await, 200);
        assert!(!path.contains("Street") && path.starts_with("/logistics/labels/"), "{path}");
    }
    let partner = app.as_partner(app.ids().next());
    let others = [
        purchase.buyer(&app),
        dispatcher(&app),
        seller(&app, app.ids().next()),
        app.as_user(app.ids().next()).with_roles([Role::Courier]),
        partner.with_scopes([Scope::Vendor(vendor), Scope::ShipmentsRead, Scope::ShipmentsPack]),
        app.as_guest(),
    ];
    for (n, client) in others.iter().enumerate() {
        assert_eq!(url(client, &shipment).await, None, "{n}");
    }
}

#[tokio::test]
async fn a_courier_has_a_label_while_out_for_delivery() {
    let app = builder().start().await;
    let crew = Crew::of(&app, 1, 5).await;
    let courier = &crew.couriers[0];
    let (_, shipment) = one_shipment_to(&app, City::address(7)).await;
    let plan = "mutation { planRoutes(input: {}) { routes { id } } }";
    let planned = dispatcher(&app).execute(plan, json!({})).await;
    assert_eq!(url(courier, &shipment).await, None, "not before the van leaves");
    courier.mutate("startRoute", json!({ "routeId": planned.at("planRoutes.routes.0.id") })).await.data();
    let path = url(courier, &shipment).await.unwrap();
    assert_eq!(status(&app, &path).await, 200);
    courier.mutate("markDelivered", json!({ "shipmentId": shipment["id"] })).await.data();
    assert_eq!(url(courier, &shipment).await, None);
    assert_eq!(status(&app, &path).await, 404, "nobody needs it any more");
}

#[tokio::test]
async fn a_link_to_a_label_is_good_for_a_quarter_of_an_hour_and_for_one_shipment() {
    let app = App::start().await;
    let vendor = app.ids().next();
    let (_, _, shipment) = one_shipment(&app, vendor).await;
    let (_, _, other) = one_shipment(&app, vendor).await;
    let seller = seller(&app, vendor);
    let path = url(&seller, &shipment).await.unwrap();
    let (route, query) = path.split_once('?').unwrap();
    let later = query.replace("expires=1", "expires=2");
    let bad = [
        format!("/logistics/labels/{}?{query}", other["id"].as_str().unwrap()),
        format!("{route}?{later}"),
        format!("{route}?{}", query.replace("signature=", "signature=AA")),
        format!("{route}?{}", query.split_once('&').unwrap().0),
        format!("{route}?expires=x&signature=x"),
        format!("/logistics/labels/x?{query}"),
        route.to_owned(),
    ];
    for path in bad {
        assert_eq!(status(&app, &path).await, 403, "{path}");
    }
    app.clock().advance(Duration::from_secs(890));
    assert_eq!(status(&app, &path).await, 200);
    app.clock().advance(Duration::from_secs(11));
    assert_eq!(status(&app, &path).await, 403);
    let fresh = url(&seller, &shipment).await.unwrap();
    assert_eq!(status(&app, &fresh).await, 200, "as often as need be");
}

#[tokio::test]
async fn a_parcel_that_nobody_delivers_any_more_has_no_label() {
    let app = App::start().await;
    let vendor = app.ids().next();
    let (purchase, _, called_off) = one_shipment(&app, vendor).await;
    let (_, _, returned) = one_shipment(&app, vendor).await;
    let seller = seller(&app, vendor);
    let old = url(&seller, &called_off).await.unwrap();
    assert_eq!(purchase.stop(&app).await, "DeliveryStopped");
    handle(&seller, "handOverShipment", &returned).await;
    assert!(url(&seller, &returned).await.is_some());
    record(&dispatcher(&app), &returned, "RETURNED").await;
    for shipment in [&called_off, &returned] {
        assert_eq!(url(&seller, shipment).await, None);
    }
    assert_eq!(status(&app, &old).await, 404);
}

#[tokio::test]
async fn a_label_says_who_sends_what_to_whom() {
    let app = builder()
        .configure(|config| {
            config.fulfilment.label_sender =
                vec!["Souk GmbH".to_owned(), "Hafen 1, 28991 Soukhaven".to_owned()];
            config.fulfilment.tracking_url = "https://shop.example.com/track/".to_owned();
        })
        .start()
        .await;
    let address = json!({
        "recipient": "Łukasz Żółć", "company": "Ελληνικά & Söhne", "line1": "Straße des 17. Juni 135",
        "line2": "Этаж 3", "city": "Berlin", "postalCode": "10623", "country": "DE", "phone": "+4930901820",
    });
    let (shipment, pdf) = label_to(&app, address).await;
    assert_eq!(pdf.size(), (297.64, 419.53), "A6");
    let text = pdf.text();
    let number = shipment["trackingNumber"].as_str().unwrap();
    for line in [
        "Souk GmbH",
        "Hafen 1, 28991 Soukhaven",
        "Łukasz Żółć",
        "Ελληνικά & Söhne",
        "Straße des 17. Juni 135",
        "Этаж 3",
        "10623 Berlin",
        "GERMANY",
        "+4930901820",
        "Order K7QF-2M9X",
        "Parcel 1",
        number,
    ] {
        assert!(text.contains(line), "{line} is not in {text}");
    }
    let token = shipment["trackingToken"].as_str().unwrap();
    let link = qrcode::QrCode::new(format!("https://shop.example.com/track/{token}")).unwrap();
    let dark: Vec<bool> = link.to_colors().iter().map(|color| *color == qrcode::Color::Dark).collect();
    assert_eq!(square(&pdf, link.width()), dark);
    let barcode = code_128(number);
    assert_eq!(bars(&pdf, barcode.len()), barcode);
}

/// The modules of the QR code, row by row, of which there are so many.
fn square(pdf: &Pdf, width: usize) -> Vec<bool> {
    let places = pdf.filled_in(260.0, 340.0);
    let (left, right) = edges(&places);
    let (top, width) = (places[0].1, u16::try_from(width).unwrap());
    let module = (right - left) / f32::from(width);
    let middle = |index: u16| (f32::from(index) + 0.5) * module;
    let of_row = |row| (0..width).map(move |column| (left + middle(column), top + middle(row)));
    (0..width).flat_map(of_row).map(|point| is_filled(&places, point)).collect()
}

/// The modules of the barcode, of which there are so many.
fn bars(pdf: &Pdf, count: usize) -> Vec<u8> {
    let places = pdf.filled_in(350.0, 390.0);
    let (left, right) = edges(&places);
    let count = u16::try_from(count).unwrap();
    let module = (right - left) / f32::from(count);
    assert!(left + 0.01 >= 20.0 + 10.0 * module, "ten modules are white before it");
    let middle = |index: u16| (left + (f32::from(index) + 0.5) * module, 370.0);
    (0..count).map(|index| u8::from(is_filled(&places, middle(index)))).collect()
}

fn edges(places: &[Place]) -> (f32, f32) {
    let left = places.iter().map(|place| place.0).fold(f32::INFINITY, f32::min);
    (left, places.iter().map(|place| place.0 + place.2).fold(0.0, f32::max))
}

fn is_filled(places: &[Place], (x, y): (f32, f32)) -> bool {
    let has = |place: &Place| {
        (place.0..place.0 + place.2).contains(&x) && (place.1..place.1 + place.3).contains(&y)
    };
    places.iter().any(has)
}

fn code_128(number: &str) -> Vec<u8> {
    let written = format!("\u{181}SK\u{106}{}", &number[2..]);
    barcoders::sym::code128::Code128::new(written).unwrap().encode()
}

/// From right to left with a number in between, too long, and of a script that no font has: a label all the same.
#[tokio::test]
async fn a_label_is_printed_whatever_its_address_is_written_in() {
    let app = App::start().await;
    let address = |recipient: &str, line1: &str| {
        let mut address = City::elsewhere();
        address["recipient"] = json!(recipient);
        address["line1"] = json!(line1);
        address
    };
    let (_, hebrew) = label_to(&app, address("שלום", "רחוב 12")).await;
    assert!(hebrew.text().contains("12") && hebrew.text().contains('ש'), "{}", hebrew.text());
    assert!(hebrew.filled_in(260.0, 340.0).is_empty(), "no link is set up");
    let long = "Donaudampfschifffahrtsgesellschaft ".repeat(2);
    let (shipment, wide) = label_to(&app, address(long.trim(), &"W".repeat(100))).await;
    assert!(wide.text().contains(&"W".repeat(100)), "{}", wide.text());
    let barcode = code_128(shipment["trackingNumber"].as_str().unwrap());
    assert_eq!(bars(&wide, barcode.len()), barcode);
    let (_, boxes) = label_to(&app, address("東京", "\u{1f600} 1")).await;
    assert!(boxes.text().contains("53111 Bonn"), "{}", boxes.text());
}
