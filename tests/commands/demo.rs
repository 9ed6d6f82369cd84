//! The demo data: what people see first.

use std::collections::BTreeSet;

use serde_json::{Value, json};

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
