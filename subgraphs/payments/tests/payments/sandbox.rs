//! The sandbox gateway gives goods away: it is there for the demo alone.

use std::time::Duration;

use contracts::payments::{PaymentFailed, PaymentRefunded};
use platform_testkit::{TestSubgraph, eventually};
use reqwest::StatusCode;
use sea_orm::ConnectionTrait;
use serde_json::{Value, json};

use crate::support::{App, PAYMENT, Purchase, authorise, balance, capture, ledger, payment, staff, told};

const GATEWAYS: &str = "{ paymentGateways }";

async fn without_sandbox(app: App) -> App {
    app.restart_with(TestSubgraph::builder().configure(|config| config.sandbox_gateway = false)).await
}

/// Check 51: without it nothing is authorised, and its page and webhooks are not there.
#[tokio::test]
async fn nothing_is_paid_through_the_sandbox_where_it_is_off() {
    let app = crate::support::start().await;
    let listed = app.as_guest().execute(GATEWAYS, json!({})).await;
    assert_eq!(listed.at("paymentGateways"), &json!(["sandbox"]));
    let app = without_sandbox(app).await;
    let listed = app.as_guest().execute(GATEWAYS, json!({})).await;
    assert_eq!(listed.at("paymentGateways"), &json!([]));
    let purchase = Purchase::of_user(&app);
    let refused = authorise(&app, &purchase.input(&app, "tok_approve")).await;
    assert_eq!(refused.codes(), ["BAD_USER_INPUT"], "{}", refused.body);
    for path in ["/payments/sandbox/challenge/x", "/payments/webhooks/sandbox"] {
        let status = app.http().post(app.url(path)).body("{}").send().await.unwrap().status();
        assert_eq!(status, StatusCode::NOT_FOUND, "{path}");
    }
}

/// A payment that was begun through it ends all the same: no order waits for a gateway that is gone.
#[tokio::test]
async fn a_payment_of_a_gateway_that_is_gone_can_be_given_up() {
    let app = crate::support::start().await;
    let purchase = Purchase::of_user(&app);
    let begun = authorise(&app, &purchase.input(&app, "tok_challenge")).await;
    let id = begun.text("authorizePayment.id");
    let app = without_sandbox(app).await;
    let void = "mutation ($id: ID!) { voidPayment(id: $id) { id status } }";
    let voided = app.as_service("orders").execute_internal(void, json!({ "id": id })).await;
    assert_eq!(voided.codes(), Vec::<&str>::new(), "{}", voided.body);
    let seen = app.as_user(purchase.user.unwrap()).execute(PAYMENT, json!({ "id": id })).await;
    assert_eq!(seen.text("payment.status"), "VOIDED");
}

pub const REST: &str =
    "mutation ($id: ID!) { refundRemaining(id: $id, idempotencyKey: \"cancel\", reason: \"cancelled\") }";

/// The sandbox's money never was: it goes back by its own books, though nothing is paid through it any more.
#[tokio::test]
async fn what_was_paid_through_the_sandbox_is_refunded_after_the_demo() {
    let app = crate::support::start().await;
    let id = payment(&app, &Purchase::of_user(&app), "tok_approve").await;
    capture(&app, &id).await.data();
    let app = without_sandbox(app).await;
    let rest = app.as_service("orders").execute_internal(REST, json!({ "id": id })).await;
    assert_eq!(rest.at("refundRemaining"), true, "{}", rest.body);
    let seen = staff(&app).execute(PAYMENT, json!({ "id": id })).await;
    assert_eq!(seen.text("payment.refunds.0.status"), "SUCCEEDED", "{}", seen.body);
    assert!(ledger(&app).await.iter().all(|(.., minor)| *minor == 0), "{:?}", ledger(&app).await);
    assert_eq!(told::<PaymentRefunded>(&app, 1).await.len(), 1);
}

/// What the demo left held is not taken after it: that would be goods for nothing.
#[tokio::test]
async fn what_the_sandbox_holds_is_not_captured_after_the_demo() {
    let app = crate::support::start().await;
    let id = payment(&app, &Purchase::of_user(&app), "tok_approve").await;
    let app = without_sandbox(app).await;
    let refused = capture(&app, &id).await;
    assert_eq!(refused.codes(), ["BAD_USER_INPUT"], "{}", refused.body);
    assert_eq!(refused.errors()[0]["extensions"]["field"], "gateway", "{}", refused.body);
    assert_eq!(balance(&app, "VENDOR_PAYABLE").await, 0);
}

/// Nobody is sent to a page that is not there, and nobody waits for a payment that cannot come.
#[tokio::test]
async fn an_open_payment_of_a_gateway_that_is_gone_is_given_up() {
    let app = crate::support::start().await;
    let purchase = Purchase::of_user(&app);
    let id = payment(&app, &purchase, "tok_challenge").await;
    let app = without_sandbox(app).await;
    let query = "query ($id: ID!) { payment(id: $id) { status action { url } } }";
    let buyer = app.as_user(purchase.user.unwrap());
    let seen = buyer.execute(query, json!({ "id": id })).await;
    assert_eq!(seen.at("payment.action"), &Value::Null, "{}", seen.body);
    app.clock().advance(Duration::from_secs(61));
    eventually(|| async { crate::support::status(&app, &id).await == "VOIDED" }).await;
    assert_eq!(told::<PaymentFailed>(&app, 1).await.len(), 1);
}

pub const WAITING: &str =
    "{ refundsToSettle { nodes { id status needsStaff amount { amount } payment { id gateway } } } }";
pub const SETTLE: &str = "mutation ($id: ID!, $reference: String!) { settleRefund(input: { refundId: $id, reference: $reference }) {
    __typename ... on RefundPayload { refund { id status needsStaff } } ... on RefundNotWaiting { refund { status } } } }";

/// Real money that a gateway keeps which is gone: the order goes on, staff give it back by other means and say so.
#[tokio::test]
async fn staff_settle_a_refund_of_a_gateway_that_is_gone() {
    let app = crate::support::start().await;
    let id = payment(&app, &Purchase::of_user(&app), "tok_approve").await;
    capture(&app, &id).await.data();
    app.database().write().execute_unprepared("UPDATE payments SET gateway = 'elsewhere'").await.unwrap();
    for _ in 0..2 {
        let rest = app.as_service("orders").execute_internal(REST, json!({ "id": id })).await;
        assert_eq!(rest.at("refundRemaining"), true, "{}", rest.body);
    }
    assert!(app.published_of::<PaymentRefunded>().await.is_empty(), "nothing was given back yet");
    let listed = staff(&app).execute(WAITING, json!({})).await;
    let nodes: Vec<Value> = listed.get("refundsToSettle.nodes");
    assert_eq!(nodes.len(), 1, "{}", listed.body);
    assert_eq!((&nodes[0]["status"], &nodes[0]["needsStaff"]), (&json!("PENDING"), &json!(true)));
    assert_eq!(nodes[0]["payment"], json!({ "id": id, "gateway": "elsewhere" }));
    let settle = async |id: &Value| {
        staff(&app).execute(SETTLE, json!({ "id": id, "reference": "transfer 4711" })).await
    };
    let settled = settle(&nodes[0]["id"]).await;
    assert_eq!(settled.text("settleRefund.refund.status"), "SUCCEEDED", "{}", settled.body);
    assert_eq!(settled.at("settleRefund.refund.needsStaff"), false);
    assert_eq!(settle(&nodes[0]["id"]).await.text("settleRefund.__typename"), "RefundNotWaiting");
    assert_eq!(settle(&json!(app.ids().next_uuid())).await.codes(), ["NOT_FOUND"]);
    assert_eq!(ledger(&app).await.iter().map(|(.., minor)| minor).sum::<i64>(), 0);
    assert_eq!(balance(&app, "VENDOR_PAYABLE").await, 0);
    assert_eq!(told::<PaymentRefunded>(&app, 1).await.len(), 1);
    let listed = staff(&app).execute(WAITING, json!({})).await;
    assert_eq!(listed.at("refundsToSettle.nodes"), &json!([]));
}

/// The page says what became of the payment and leads back to the shop, and to nobody else.
#[tokio::test]
async fn the_challenge_page_says_how_it_ended_and_links_back() {
    let app = crate::support::start().await;
    let begun = authorise(&app, &Purchase::of_user(&app).input(&app, "tok_challenge")).await;
    let (id, url) = (begun.text("authorizePayment.id"), begun.text("authorizePayment.actionUrl"));
    let page = async |query: &str| {
        app.http().get(app.url(&format!("{url}{query}"))).send().await.unwrap().text().await.unwrap()
    };
    assert!(page("").await.contains("Confirm your payment"));
    crate::support::void(&app, &id).await.data();
    let ended = page("?return=/orders/7%3Fa=1%26b=2").await;
    assert!(ended.contains("No longer needed") && !ended.contains("Declined"), "{ended}");
    assert!(ended.contains("<a href=\"/orders/7?a=1&amp;b=2\">Back to the shop</a>"), "{ended}");
    assert!(page("?return=http://localhost:3000/done").await.contains("href=\"http://localhost:3000/done\""));
    for stranger in [
        "",
        "?return=https://evil.example/",
        "?return=//evil.example/",
        "?return=javascript:alert(1)",
        "?return=http://[::1].evil.example/",
        "?return=http://localhost:evil.example/",
        "?return=https://localhost@evil.example/",
        "?return=http://evil.example@localhost/",
        "?return=/%5Cevil.example",
    ] {
        let shown = page(stranger).await;
        assert!(!shown.contains("href") && shown.contains("You can close this page"), "{stranger}: {shown}");
    }
}
