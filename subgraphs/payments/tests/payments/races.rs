//! Check 25, check 30: of two who ask a gateway for something at the same time, one is refused. Whatever each of them has
//! written down by then, also where the other died, the payment comes to stand as its gateway has it.

use std::time::Duration;

use contracts::payments::{PaymentFailed, PaymentFailure, PaymentSucceeded};
use platform_testkit::{Answer, eventually};
use sea_orm::{ConnectionTrait, Statement};
use serde_json::json;

use crate::support::{
    App, CONFIRM, Purchase, authorise, balance, capture, pass_challenge, payment, staff, start, status, told,
    void,
};

/// How the sandbox has the charge of a payment: its state, or that it was captured.
async fn charge(app: &App, id: &str) -> String {
    let read = app.database().read();
    let sql = format!(
        "SELECT CASE WHEN captured_minor > 0 THEN 'captured' ELSE state END AS state FROM sandbox_charges
         WHERE idempotency_key = '{id}'"
    );
    let found = read.query_one_raw(Statement::from_string(read.get_database_backend(), sql)).await.unwrap();
    found.unwrap().try_get("", "state").unwrap()
}

async fn run(app: &App, sql: &str) {
    app.database().write().execute_unprepared(sql).await.unwrap();
}

async fn void_as_staff(app: &App, id: &str) -> Answer {
    let void = "mutation ($id: ID!) { voidPayment(input: { paymentId: $id }) { payment { status } } }";
    staff(app).execute(void, json!({ "id": id })).await
}

async fn reasons(app: &App, count: usize) -> Vec<PaymentFailure> {
    told::<PaymentFailed>(app, count).await.iter().map(|event| event.reason).collect()
}

/// Whoever voids it has not written that down yet, or died before: whoever captures finds it out, and it stands from then on.
#[tokio::test]
async fn a_payment_that_its_gateway_has_closed_is_closed_when_it_is_captured() {
    for (state, expected, reason) in
        [("voided", "VOIDED", PaymentFailure::Voided), ("declined", "DECLINED", PaymentFailure::Declined)]
    {
        let app = start().await;
        let id = payment(&app, &Purchase::of_user(&app), "tok_approve").await;
        run(&app, &format!("UPDATE sandbox_charges SET state = '{state}'")).await;
        for _ in 0..2 {
            let refused = capture(&app, &id).await;
            assert_eq!(refused.codes(), ["CONFLICT"], "{}", refused.body);
            let message = format!("a payment that is {expected} cannot become CAPTURED");
            assert_eq!(refused.errors()[0]["message"], json!(message));
            assert_eq!(status(&app, &id).await, expected);
        }
        assert_eq!(void(&app, &id).await.text("voidPayment.status"), expected, "who voids it goes on");
        assert_eq!(reasons(&app, 1).await, [reason]);
        assert_eq!(balance(&app, "GATEWAY_CLEARING").await, 0);
    }
}

/// Whoever captures it has not written that down yet, or died before: staff who void it find it out.
#[tokio::test]
async fn a_payment_that_its_gateway_has_taken_is_captured_when_staff_void_it() {
    let app = start().await;
    let id = payment(&app, &Purchase::of_user(&app), "tok_approve").await;
    run(&app, "UPDATE sandbox_charges SET captured_minor = amount_minor").await;
    let refused = void_as_staff(&app, &id).await;
    assert_eq!(refused.codes(), ["CONFLICT"], "{}", refused.body);
    assert_eq!(status(&app, &id).await, "CAPTURED");
    assert_eq!(capture(&app, &id).await.text("capturePayment.status"), "CAPTURED", "who captures it goes on");
    assert_eq!(told::<PaymentSucceeded>(&app, 1).await.len(), 1);
    assert_eq!(balance(&app, "GATEWAY_CLEARING").await, 2_500);
}

/// A gateway that gives nothing back though it still holds the money: nothing is known, so nothing changes.
#[tokio::test]
async fn a_payment_that_its_gateway_still_holds_stays_authorised_when_it_refuses() {
    let app = start().await;
    let id = payment(&app, &Purchase::of_user(&app), "tok_approve").await;
    run(&app, "UPDATE sandbox_charges SET amount_minor = 1").await;
    let refused = capture(&app, &id).await;
    assert_eq!(refused.codes(), ["CONFLICT"], "{}", refused.body);
    assert_eq!(status(&app, &id).await, "AUTHORIZED");
    assert_eq!(void(&app, &id).await.text("voidPayment.status"), "VOIDED");
}

/// Who gives up what waits dies before the gateway hears of it, and the customer approves after, or does not: nothing is
/// authorised by that, and the gateway holds nothing once it is looked at again, at the deadline at the latest.
#[tokio::test]
async fn a_payment_that_waits_is_given_up_before_its_gateway_hears_of_it() {
    for approves in [true, false] {
        let app = start().await;
        let purchase = Purchase::of_user(&app);
        let open = authorise(&app, &purchase.input(&app, "tok_challenge")).await;
        let (id, page) = (open.text("authorizePayment.id"), open.text("authorizePayment.actionUrl"));
        run(&app, "ALTER TABLE sandbox_charges RENAME TO sandbox_charges_away").await;
        assert_eq!(void_as_staff(&app, &id).await.codes(), ["UNAVAILABLE"]);
        run(&app, "ALTER TABLE sandbox_charges_away RENAME TO sandbox_charges").await;
        assert_eq!(status(&app, &id).await, "VOIDED");
        assert_eq!(charge(&app, &id).await, "challenge");
        if approves {
            pass_challenge(&app, &page).await;
            let confirmed = app.as_user(purchase.user.unwrap()).execute(CONFIRM, json!({ "id": id })).await;
            assert_eq!(confirmed.text("confirmPayment.payment.status"), "VOIDED", "{}", confirmed.body);
        } else {
            app.clock().advance(Duration::from_secs(31 * 60));
        }
        eventually(|| async { charge(&app, &id).await == "voided" }).await;
        assert_eq!(capture(&app, &id).await.codes(), ["CONFLICT"]);
        assert_eq!(reasons(&app, 1).await, [PaymentFailure::Voided]);
    }
}

/// Staff void it while its customer approves and the checkout goes on: one of them wins, and the checkout knows at once who.
#[tokio::test]
async fn a_void_beside_the_customers_approval_leaves_the_payment_as_its_gateway_has_it() {
    let app = start().await;
    for round in 0..20_u64 {
        let purchase = Purchase::of_user(&app);
        let open = authorise(&app, &purchase.input(&app, "tok_challenge")).await;
        let (id, page) = (open.text("authorizePayment.id"), open.text("authorizePayment.actionUrl"));
        let buyer = app.as_user(purchase.user.unwrap());
        pass_challenge(&app, &page).await;
        let going_on = async {
            buyer.execute(CONFIRM, json!({ "id": id })).await.data();
            let captured = capture(&app, &id).await;
            (captured, status(&app, &id).await, charge(&app, &id).await)
        };
        let voiding = async {
            // So that each of their questions comes between each two of the other's in some round.
            for _ in 0..round * 25 {
                tokio::task::yield_now().await;
            }
            void_as_staff(&app, &id).await
        };
        let ((captured, stands, holds), voided) = tokio::join!(going_on, voiding);
        if captured.errors().is_empty() {
            assert_eq!((stands.as_str(), holds.as_str()), ("CAPTURED", "captured"), "round {round}");
            assert_eq!(voided.codes(), ["CONFLICT"], "{}", voided.body);
        } else {
            assert_eq!((stands.as_str(), holds.as_str()), ("VOIDED", "voided"), "round {round}");
            assert_eq!(voided.text("voidPayment.payment.status"), "VOIDED", "{}", voided.body);
        }
    }
}
