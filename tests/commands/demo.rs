//! The demo data: what people see first.

use std::collections::BTreeSet;

use chrono::TimeDelta;
use platform_core::{Clock, SystemClock};
use serde_json::{Value, json};
use tokio::process::Command;

use crate::support::{Client, Installation, Shape, eventually, is_under_way};

const ORDERS: &str = "{
    orders(first: 100) {
        nodes {
            status reason points couponCode
            buyer { id } total { amount currency } refunded { amount }
            vendorOrders { id } payments { status refundedAmount { amount } }
        }
    }
}";

#[tokio::test(flavor = "multi_thread")]
async fn demo_data_has_everything_that_people_look_for_and_is_made_once() {
    let mut shop = Installation::prepare(Shape::Whole, "");
    let (_, migrated) = shop.run(&["migrate"]).await;
    let (succeeded, text) = shop.run(&["seed"]).await;
    assert!(succeeded, "{migrated}{text}");
    for role in ["buyer", "seller", "courier", "support", "admin", "partner"] {
        assert!(text.contains(&format!("\n  {role} ")), "a login of the role {role}: {text}");
    }
    assert!(text.contains("300 demo products made") && text.contains("39 demo orders made"), "{text}");
    let (_, again) = shop.run(&["seed"]).await;
    assert!(!again.contains("made in"), "{again}");

    shop.start_all(None).await;
    let anyone = shop.client();
    goods_with_pictures(&anyone).await;
    let admin = anyone.log_in("admin@demo.souk.example", "souk-demo-2026").await;
    let orders = eventually("every order has come to rest", || async {
        let answer = admin.execute(ORDERS, json!({})).await;
        let orders = answer.data()["orders"]["nodes"].as_array().unwrap().clone();
        (!orders.iter().any(is_under_way)).then_some(orders)
    })
    .await;
    orders_of_every_kind(&orders);

    let buyer = anyone.log_in("buyer@demo.souk.example", "souk-demo-2026").await;
    let mine = buyer.execute("{ me { orders(first: 50) { nodes { status } } } }", json!({})).await;
    let mine = mine.data()["me"]["orders"]["nodes"].as_array().unwrap().clone();
    assert_eq!(statuses(&mine), statuses(&orders), "the buyer whose login is shown has one of each");
}

async fn goods_with_pictures(anyone: &Client) {
    let query = "{
        search(query: \"\", first: 1, facets: [\"VENDOR\"]) { totalCount facets { values { value } } }
        products(first: 1) { nodes { media { url } } }
    }";
    let answer = anyone.execute(query, json!({})).await;
    let search = &answer.data()["search"];
    assert_eq!(search["totalCount"], 300);
    assert_eq!(search["facets"][0]["values"].as_array().unwrap().len(), 6, "vendors: {search}");
    let url = answer.data()["products"]["nodes"][0]["media"][0]["url"].as_str().unwrap();
    let picture = anyone.http().get(anyone.url(url)).send().await.unwrap();
    assert_eq!(picture.headers()["content-type"], "image/svg+xml");
    assert!(picture.text().await.unwrap().starts_with("<svg"));
}

fn statuses(orders: &[Value]) -> BTreeSet<&str> {
    orders.iter().filter_map(|order| order["status"].as_str()).collect()
}

fn orders_of_every_kind(orders: &[Value]) {
    assert_eq!(orders.len(), 39);
    assert_eq!(statuses(orders), ["AWAITING_PAYMENT", "CANCELLED", "FAILED", "PAID", "REFUNDED"].into());
    let some = |what: &str, is: &dyn Fn(&Value) -> bool| {
        assert!(orders.iter().any(is), "{what} is among {orders:#?}");
    };
    let amount = |value: &Value| value["amount"].as_str().unwrap().parse::<f64>().unwrap();
    let paid = |order: &Value| order["status"] == "PAID";
    let refunded = |order: &Value| (amount(&order["refunded"]), amount(&order["total"]));
    some("refunded in part", &|o| paid(o) && refunded(o).0 > 0.0 && refunded(o).0 < refunded(o).1);
    some("refunded in full", &|o| o["status"] == "REFUNDED" && refunded(o).0 == refunded(o).1);
    some("cancelled and refunded", &|o| o["status"] == "CANCELLED" && refunded(o).0 > 0.0);
    some("cancelled before it was paid", &|o| {
        o["status"] == "CANCELLED" && o["payments"][0]["status"] == "VOIDED"
    });
    some("cancelled by staff", &|o| o["reason"] == "CANCELLED_BY_STAFF");
    some("declined", &|o| o["reason"] == "PAYMENT_DECLINED");
    some("of a guest", &|o| o["buyer"].is_null());
    some("with a coupon", &|o| o["couponCode"] == "WELCOME10");
    some("paid with points alone", &|o| paid(o) && o["payments"] == json!([]));
    some("paid with points and money", &|o| paid(o) && o["points"] == 500 && o["payments"] != json!([]));
    some("in yen", &|o| o["total"]["currency"] == "JPY");
    some("of several vendors", &|o| o["vendorOrders"].as_array().unwrap().len() > 1);
}

/// What an operator reads where demo data is refused: a sentence that says what to set.
async fn is_refused(shop: &Installation, holds: &str) {
    for command in ["seed", "serve", "doctor"] {
        let (succeeded, text) = shop.run(&[command]).await;
        assert!(!succeeded && text.contains(holds) && text.contains("set demo = false"), "{command}: {text}");
    }
}

/// Check 51: a shop that begins, with its administrator alone, is started without a word of the demo by mistake.
#[tokio::test(flavor = "multi_thread")]
async fn a_shop_with_accounts_of_its_own_gets_no_demo_data() {
    let mut shop = Installation::prepare(Shape::Whole, "");
    shop.migrate().await;
    let line = shop.command_line("user create-admin --email boss@shop.example");
    let made = format!("echo 'correct horse battery' | {line}");
    let made = Command::new("sh").args(["-c", &made]).output().await.unwrap();
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    is_refused(&shop, "the database of users holds accounts").await;

    shop.reconfigure("data_dir", "demo = false\nmail.url = \"folder\"\ndata_dir");
    shop.start_all(None).await;
    assert!(!shop.processes["router"].has_said("demo data"));
    let boss = shop.client().log_in("boss@shop.example", "correct horse battery").await;
    let users = boss.execute("{ users(first: 50) { nodes { email } } }", json!({})).await;
    assert_eq!(users.data()["users"]["nodes"], json!([{ "email": "boss@shop.example" }]));
}

/// Check 51: each database by itself, whatever is in the others.
#[tokio::test(flavor = "multi_thread")]
async fn a_shop_with_goods_of_its_own_gets_no_demo_data() {
    let shop = Installation::prepare(Shape::Whole, "");
    shop.migrate().await;
    let class = "INSERT INTO tax_class (code, name) VALUES ('standard', 'Standard')";
    shop.store.tamper("catalog", &[class.to_owned()]).await;
    is_refused(&shop, "the database of catalog holds goods").await;
    shop.store.tamper("catalog", &["DELETE FROM tax_class".to_owned()]).await;
    let points = format!(
        "INSERT INTO points_accounts (user_id, balance, held, updated_at) VALUES ({}, 5, 0, '2026-01-01 00:00:00+00:00')",
        shop.store.uuid("0190b6a0-0000-7000-8000-123456789abc")
    );
    shop.store.tamper("payments", &[points]).await;
    is_refused(&shop, "the database of payments holds payments or points").await;
    shop.store.tamper("payments", &["DELETE FROM points_accounts".to_owned()]).await;
    let (succeeded, text) = shop.run(&["seed"]).await;
    assert!(succeeded && text.contains("20 demo users made"), "nothing was made before: {text}");
}

/// A seeding that was interrupted goes on, and a demo in which people registered and ordered is one all the same.
#[tokio::test(flavor = "multi_thread")]
async fn a_demo_in_use_and_one_that_is_half_made_go_on() {
    let mut shop = Installation::prepare(Shape::Whole, "");
    shop.migrate().await;
    let first = format!(
        "INSERT INTO users (id, email, email_key, name, language, status, inbox_version, created_at, updated_at)
         VALUES ({}, 'buyer@demo.souk.example', 'buyer@demo.souk.example', 'Ann Buyer', 'en', 'ACTIVE', 0,
         '2026-01-01 00:00:00+00:00', '2026-01-01 00:00:00+00:00')",
        shop.store.uuid("01900000-0000-7000-8000-007500000001")
    );
    shop.store.tamper("users", &[first]).await;
    let (succeeded, text) = shop.run(&["seed"]).await;
    assert!(succeeded && text.contains("19 demo users made"), "{text}");
    assert!(text.contains("300 demo products made"), "{text}");

    shop.start_all(None).await;
    shop.client().register("ann@example.org", "correct horse battery", "Ann").await;
    shop.processes.get_mut("router").unwrap().kill().await;
    let (succeeded, text) = shop.run(&["seed"]).await;
    assert!(succeeded && !text.contains("made in"), "{text}");
}

/// What a demo shows first: vans on the road, and a checkout with slots and pick-up points.
#[tokio::test(flavor = "multi_thread")]
async fn a_demo_delivers_in_its_town_from_its_start() {
    let mut shop = Installation::prepare(Shape::Whole, "");
    shop.reconfigure("demo_deliveries = false", "demo_deliveries = true");
    shop.seed().await;
    shop.start_all(None).await;
    let anyone = shop.client();
    let house = platform_geo::City::bundled().unwrap().address(7).unwrap();
    let address = json!({ "line1": house.line1, "city": house.city, "postalCode": house.postal_code, "country": house.country });
    let look = "query Look($near: DeliveryAddressInput!, $from: DateTime!, $to: DateTime!) {
        pickUpPoints(near: $near) { name } deliverySlots(address: $near, from: $from, to: $to) { isAvailable } }";
    let now = SystemClock.now();
    let found =
        anyone.execute(look, json!({ "near": address, "from": now, "to": now + TimeDelta::days(2) })).await;
    assert_eq!(found.data()["pickUpPoints"].as_array().unwrap().len(), 3, "{found:?}");
    assert!(!found.data()["deliverySlots"].as_array().unwrap().is_empty(), "{found:?}");
    let admin = anyone.log_in("admin@demo.souk.example", "souk-demo-2026").await;
    let on_road = "{ shipments(filter: { statuses: [OUT_FOR_DELIVERY] }) { nodes { id } } }";
    let on_road = admin.execute(on_road, json!({})).await;
    assert!(!on_road.data()["shipments"]["nodes"].as_array().unwrap().is_empty(), "{on_road:?}");
}
