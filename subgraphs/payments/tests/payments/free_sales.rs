//! Sales that nothing pays for: a coupon of the platform takes all of the price.

use platform_testkit::Answer;
use serde_json::{Value, json};

use crate::support::{App, balance, ledger, start};

async fn book(app: &App, key: &str, vendors: Value, discounts: i64) -> Answer {
    let query = "mutation ($input: FreeSaleInput!) { bookFreeSale(input: $input) }";
    let split = json!({ "vendors": vendors, "taxMinor": 0, "shippingMinor": 0, "pointsMinor": 0,
        "discountsMinor": discounts });
    let input = json!({ "key": key, "currency": "EUR", "split": split });
    app.as_service("orders").execute_internal(query, json!({ "input": input })).await
}

async fn reverse(app: &App, key: &str) -> Answer {
    let query = "mutation ($key: String!) { reverseFreeSale(key: $key) }";
    app.as_service("orders").execute_internal(query, json!({ "key": key })).await
}

fn part(app: &App, net: i64, commission: i64) -> Value {
    json!([{ "vendorId": app.ids().next_uuid(), "netMinor": net, "commissionMinor": commission }])
}

/// Check 28: what nobody pays for is the vendors' and the platform's, at the platform's expense, until it is called off.
#[tokio::test]
async fn a_free_sale_is_booked_once_and_booked_back_once() {
    let app = start().await;
    let vendors = part(&app, 24_958, 2_773);
    let unbalanced = book(&app, "order:1", vendors.clone(), 27_730).await;
    assert_eq!(unbalanced.codes(), ["BAD_USER_INPUT"], "{}", unbalanced.body);
    let all = (0..4).map(|_| book(&app, "order:1", vendors.clone(), 27_731));
    for booked in futures::future::join_all(all).await {
        assert_eq!(booked.at("bookFreeSale"), true, "{}", booked.body);
    }
    for (account, minor) in
        [("DISCOUNTS", 27_731), ("COMMISSION", -2_773), ("VENDOR_PAYABLE", -24_958), ("GATEWAY_CLEARING", 0)]
    {
        assert_eq!(balance(&app, account).await, minor, "{account}");
    }
    for _ in 0..2 {
        assert_eq!(reverse(&app, "order:1").await.at("reverseFreeSale"), true);
    }
    assert!(ledger(&app).await.iter().all(|(.., minor)| *minor == 0), "{:?}", ledger(&app).await);
}

/// A request that was still on its way when its order was called off books nothing any more.
#[tokio::test]
async fn a_free_sale_that_was_called_off_is_not_booked_after() {
    let app = start().await;
    reverse(&app, "order:1").await.data();
    book(&app, "order:1", part(&app, 900, 100), 1_000).await.data();
    reverse(&app, "order:1").await.data();
    assert_eq!(balance(&app, "VENDOR_PAYABLE").await, 0);
    book(&app, "order:2", part(&app, 900, 100), 1_000).await.data();
    assert_eq!(balance(&app, "VENDOR_PAYABLE").await, -900, "others are");
}

/// Whoever comes first, nothing is left of it.
#[tokio::test]
async fn booking_and_calling_off_at_once_leaves_nothing() {
    let app = start().await;
    for number in 0..10 {
        let (key, vendors) = (format!("order:{number}"), part(&app, 900, 100));
        let (booked, reversed) = futures::join!(book(&app, &key, vendors, 1_000), reverse(&app, &key));
        booked.data();
        reversed.data();
        assert_eq!(balance(&app, "DISCOUNTS").await, 0, "{key}");
    }
}

/// A vendor's own coupon gives the goods away at the vendor's expense: there is nothing to book.
#[tokio::test]
async fn a_free_sale_at_the_vendors_expense_moves_nothing() {
    let app = start().await;
    book(&app, "order:1", part(&app, 0, 0), 0).await.data();
    reverse(&app, "order:1").await.data();
    assert!(ledger(&app).await.is_empty());
    assert_eq!(book(&app, "", part(&app, 0, 0), 0).await.codes(), ["BAD_USER_INPUT"]);
}
