//! What is left of a payment when its order is called off, beside refunds that are under way then.

use std::time::Duration;

use contracts::payments::PaymentRefunded;
use platform_testkit::{Answer, eventually};
use sea_orm::ConnectionTrait;
use serde_json::{Value, json};

use crate::refunds::{captured, refund, refund_part};
use crate::sandbox::{REST, SETTLE, WAITING};
use crate::support::{App, PAYMENT, Purchase, ledger, points, staff, start, told};

async fn run(app: &App, sql: &str) {
    app.database().write().execute_unprepared(sql).await.unwrap();
}

async fn call_off(app: &App, id: &str) {
    let rest = app.as_service("orders").execute_internal(REST, json!({ "id": id })).await;
    assert_eq!(rest.at("refundRemaining"), true, "{}", rest.body);
}

async fn seen(app: &App, id: &str) -> Answer {
    staff(app).execute(PAYMENT, json!({ "id": id })).await
}

/// Check 29: a refund that its gateway refuses after the order was called off leaves nothing with the shop.
#[tokio::test]
async fn a_refund_refused_after_the_order_was_called_off_is_given_back_with_the_rest() {
    let app = start().await;
    let id = captured(&app, &Purchase::of_user(&app)).await;
    run(&app, "ALTER TABLE sandbox_refunds RENAME TO sandbox_refunds_away").await;
    assert_eq!(refund(&app, &id, "5.00", "damaged").await.codes(), ["UNAVAILABLE"]);
    run(&app, "ALTER TABLE sandbox_refunds_away RENAME TO sandbox_refunds").await;
    call_off(&app, &id).await;
    assert_eq!(seen(&app, &id).await.text("payment.refunds.1.status"), "SUCCEEDED");
    run(&app, "UPDATE sandbox_charges SET reference = 'lost-' || reference").await;
    app.clock().advance(Duration::from_secs(11));
    eventually(|| async { seen(&app, &id).await.text("payment.refunds.0.status") == "FAILED" }).await;
    run(&app, "UPDATE sandbox_charges SET reference = substr(reference, 6)").await;
    eventually(|| async {
        // Refused as well while the gateway did not know the charge: it is tried again.
        app.clock().advance(Duration::from_secs(60));
        seen(&app, &id).await.text("payment.refundedAmount.amount") == "25.00"
    })
    .await;
    let amounts: Vec<i64> = told::<PaymentRefunded>(&app, 2).await.iter().map(|e| e.amount.minor()).collect();
    assert_eq!(amounts, [2_000, 500]);
    assert!(ledger(&app).await.iter().all(|(.., minor)| *minor == 0), "{:?}", ledger(&app).await);
}

/// Points that pieces leave whose refund ends after the order was called off come back as well.
#[tokio::test]
async fn points_left_by_a_refund_that_ends_after_the_order_was_called_off_are_given_back() {
    let app = start().await;
    let purchase = Purchase::of_user(&app);
    let id = captured(&app, &purchase).await;
    run(&app, "UPDATE payments SET gateway = 'elsewhere'").await;
    let money = json!({ "vendors": [], "taxMinor": 2_500, "shippingMinor": 0, "pointsMinor": 0, "discountsMinor": 0 });
    let kept = refund_part(&app, app.ids().next(), &id, "25.00", money).await;
    assert_eq!(kept.text("refundPart.status"), "PENDING", "{}", kept.body);
    call_off(&app, &id).await;
    assert_eq!(points(&app, purchase.user.unwrap()).await, (0, 0));
    let waiting: Vec<Value> = staff(&app).execute(WAITING, json!({})).await.get("refundsToSettle.nodes");
    let settle = json!({ "id": waiting[0]["id"], "reference": "transfer 4711" });
    let settled = staff(&app).execute(SETTLE, settle).await;
    assert_eq!(settled.text("settleRefund.refund.status"), "SUCCEEDED", "{}", settled.body);
    eventually(|| async { points(&app, purchase.user.unwrap()).await == (333, 333) }).await;
    let last = told::<PaymentRefunded>(&app, 2).await.pop().unwrap();
    assert_eq!((last.amount.minor(), last.points_refunded), (0, Some(333)));
}

/// Where the price of free goods was a discount, and their shipping was all of the money, calling the order off takes the
/// discount back from their vendor, though no money is left.
#[tokio::test]
async fn a_discount_that_paid_for_what_is_called_off_is_taken_back_without_money() {
    let app = start().await;
    let purchase = Purchase::of_user(&app);
    let id = captured(&app, &purchase).await;
    let vendor = json!({ "vendorId": purchase.vendor, "netMinor": 333, "commissionMinor": 0 });
    let paid = json!({ "vendors": [vendor], "taxMinor": 2_500, "shippingMinor": 0, "pointsMinor": 333,
        "discountsMinor": 0 });
    refund_part(&app, app.ids().next(), &id, "25.00", paid).await.data();
    assert!(ledger(&app).await.iter().any(|(.., minor)| *minor != 0), "the discount paid for the rest");
    for _ in 0..2 {
        call_off(&app, &id).await;
        assert!(ledger(&app).await.iter().all(|(.., minor)| *minor == 0), "{:?}", ledger(&app).await);
    }
    let told = told::<PaymentRefunded>(&app, 2).await;
    assert_eq!(told.iter().map(|event| event.amount.minor()).collect::<Vec<_>>(), [2_500, 0]);
}
