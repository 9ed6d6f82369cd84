//! The sandbox gateway gives goods away: it is there for the demo alone.

use platform_testkit::TestSubgraph;
use reqwest::StatusCode;
use serde_json::json;

use crate::support::{App, PAYMENT, Purchase, authorise};

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
