use std::time::Duration;

use contracts::payments::{PaymentAuthorized, PaymentFailed, PaymentFailure, PaymentSucceeded};
use platform_testkit::eventually;
use serde_json::json;

use crate::support::{
    CONFIRM, Purchase, authorise, balance, capture, pass_challenge, payment, start, status, told, void,
};

#[tokio::test]
async fn every_token_of_the_sandbox_does_what_it_says() {
    let app = start().await;
    for (token, expected, decline) in [
        ("tok_approve", "AUTHORIZED", None),
        ("tok_decline", "DECLINED", Some("card_declined")),
        ("tok_insufficient_funds", "DECLINED", Some("insufficient_funds")),
        ("tok_challenge", "REQUIRES_ACTION", None),
        ("tok_delayed", "PENDING", None),
    ] {
        let answer = authorise(&app, &Purchase::of_user(&app).input(&app, token)).await;
        assert_eq!(answer.text("authorizePayment.status"), expected, "{token}");
        assert_eq!(answer.at("authorizePayment.declineCode"), &json!(decline), "{token}");
        assert_eq!(answer.at("authorizePayment.actionUrl").is_string(), token == "tok_challenge");
    }
    let reasons: Vec<_> = told::<PaymentFailed>(&app, 2).await.iter().map(|e| e.reason).collect();
    assert_eq!(reasons, [PaymentFailure::Declined, PaymentFailure::InsufficientFunds]);
    let unknown = authorise(&app, &Purchase::of_user(&app).input(&app, "4242424242424242")).await;
    assert_eq!(unknown.codes(), ["BAD_USER_INPUT"]);
    assert!(!unknown.body.to_string().contains("4242"), "a card number is never repeated");
}

/// Check 24, in part: one key is one payment, in parallel too; another payload is refused.
#[tokio::test]
async fn the_same_key_gives_the_same_payment() {
    let app = start().await;
    let purchase = Purchase::of_user(&app);
    let input = purchase.input(&app, "tok_approve");
    let answers = futures::future::join_all((0..20).map(|_| authorise(&app, &input))).await;
    let id = answers[0].text("authorizePayment.id");
    for answer in &answers {
        assert_eq!(answer.text("authorizePayment.id"), id);
        assert_eq!(answer.text("authorizePayment.status"), "AUTHORIZED");
    }
    assert_eq!(told::<PaymentAuthorized>(&app, 1).await.len(), 1);
    let mut other = input.clone();
    other["token"] = json!("tok_decline");
    assert_eq!(authorise(&app, &other).await.codes(), ["IDEMPOTENCY_KEY_REUSED"]);
}

#[tokio::test]
async fn a_split_that_does_not_add_up_is_refused() {
    let app = start().await;
    let mut input = Purchase::of_user(&app).input(&app, "tok_approve");
    input["split"]["taxMinor"] = json!(451);
    assert_eq!(authorise(&app, &input).await.codes(), ["BAD_USER_INPUT"]);
    input["split"]["taxMinor"] = json!(-450);
    assert_eq!(authorise(&app, &input).await.codes(), ["BAD_USER_INPUT"]);
}

/// Check 28, in part: a capture, however often and in parallel, is booked once.
#[tokio::test]
async fn a_capture_happens_once_and_ends_the_void() {
    let app = start().await;
    let id = payment(&app, &Purchase::of_user(&app), "tok_approve").await;
    for answer in futures::future::join_all((0..10).map(|_| capture(&app, &id))).await {
        assert_eq!(answer.text("capturePayment.status"), "CAPTURED");
    }
    assert_eq!(told::<PaymentSucceeded>(&app, 1).await.len(), 1);
    assert_eq!(balance(&app, "GATEWAY_CLEARING").await, 2_500);
    assert_eq!(balance(&app, "VENDOR_PAYABLE").await, -1_800);
    assert_eq!(void(&app, &id).await.codes(), ["CONFLICT"]);
}

#[tokio::test]
async fn a_voided_payment_cannot_be_captured() {
    let app = start().await;
    let id = payment(&app, &Purchase::of_user(&app), "tok_approve").await;
    for _ in 0..2 {
        assert_eq!(void(&app, &id).await.text("voidPayment.status"), "VOIDED");
    }
    assert_eq!(capture(&app, &id).await.codes(), ["CONFLICT"]);
    assert_eq!(told::<PaymentFailed>(&app, 1).await.len(), 1);
    assert_eq!(balance(&app, "GATEWAY_CLEARING").await, 0);
}

#[tokio::test]
async fn a_challenge_is_approved_or_declined_on_its_page() {
    let app = start().await;
    for (approve, expected) in [(true, "AUTHORIZED"), (false, "DECLINED")] {
        let purchase = Purchase::of_user(&app);
        let open = authorise(&app, &purchase.input(&app, "tok_challenge")).await;
        let page = app.url(&open.text("authorizePayment.actionUrl"));
        let shown = app.http().get(&page).send().await.unwrap();
        assert!(shown.text().await.unwrap().contains("Confirm your payment"));
        let form = format!("approve={approve}");
        let sent = app
            .http()
            .post(&page)
            .header("content-type", "application/x-www-form-urlencoded")
            .body(form)
            .send()
            .await
            .unwrap();
        assert!(sent.status().is_success());
        let id = open.text("authorizePayment.id");
        let confirmed = app.as_user(purchase.user.unwrap()).execute(CONFIRM, json!({ "id": id })).await;
        assert_eq!(confirmed.text("confirmPayment.payment.status"), expected);
        assert!(confirmed.at("confirmPayment.payment.action").is_null());
        let again = app
            .http()
            .post(&page)
            .header("content-type", "application/x-www-form-urlencoded")
            .body(format!("approve={}", !approve))
            .send()
            .await
            .unwrap();
        assert!(again.status().is_success());
        assert_eq!(status(&app, &id).await, expected, "a decision stands");
    }
    assert_eq!(told::<PaymentAuthorized>(&app, 1).await.len(), 1);
    let failed = told::<PaymentFailed>(&app, 1).await;
    assert_eq!(failed.iter().map(|e| e.reason).collect::<Vec<_>>(), [PaymentFailure::ChallengeFailed]);
    let missing = app.http().get(app.url("/payments/sandbox/challenge/sbx_none")).send().await.unwrap();
    assert_eq!(missing.status().as_u16(), 404);
}

#[tokio::test]
async fn a_delayed_payment_is_authorised_by_the_gateways_webhook() {
    let app = start().await;
    let id = payment(&app, &Purchase::of_user(&app), "tok_delayed").await;
    app.clock().advance(Duration::from_secs(5));
    eventually(|| async { status(&app, &id).await == "AUTHORIZED" }).await;
    assert_eq!(told::<PaymentAuthorized>(&app, 1).await.len(), 1);
}

#[tokio::test]
async fn an_open_payment_expires_at_its_deadline() {
    let app = start().await;
    let open = authorise(&app, &Purchase::of_user(&app).input(&app, "tok_challenge")).await;
    let (id, page) = (open.text("authorizePayment.id"), open.text("authorizePayment.actionUrl"));
    app.clock().advance(Duration::from_secs(31 * 60));
    eventually(|| async { status(&app, &id).await == "EXPIRED" }).await;
    let failed = told::<PaymentFailed>(&app, 1).await;
    assert_eq!(failed.iter().map(|e| e.reason).collect::<Vec<_>>(), [PaymentFailure::Expired]);
    let late = pass_challenge(&app, &page).await;
    assert!(!late.text().await.unwrap().contains("Approved"), "the hold was given back");
    assert_eq!(capture(&app, &id).await.codes(), ["CONFLICT"]);
}
