use std::time::Duration;

use contracts::payments::PaymentRefunded;
use platform_core::id::{RefundId, VendorId};
use platform_testkit::{Answer, ScriptedPeer, eventually};
use sea_orm::ConnectionTrait;
use serde_json::{Value, json};

use crate::support::{
    App, CONFIRM, PAYMENT, Purchase, authorise, capture, ledger, payment, points, staff, start,
    start_between, told,
};

const REFUND: &str = "mutation ($input: RefundPaymentInput!) { refundPayment(input: $input) {
    __typename
    ... on RefundPayload { refund { id status points amount { amount } } }
    ... on RefundTooLarge { refundable { amount } }
    ... on PaymentNotCaptured { paymentId }
} }";

pub async fn refund(app: &App, id: &str, amount: &str, key: &str) -> Answer {
    let input = json!({
        "paymentId": id, "amount": { "amount": amount, "currency": "EUR" },
        "reason": "damaged", "idempotencyKey": key,
    });
    staff(app).execute(REFUND, json!({ "input": input })).await
}

pub async fn captured(app: &App, purchase: &Purchase) -> String {
    let id = payment(app, purchase, "tok_approve").await;
    capture(app, &id).await.data();
    id
}

fn sum(balances: &[(String, String, i64)]) -> i64 {
    balances.iter().map(|(.., minor)| minor).sum()
}

/// Check 28: captures and partial refunds leave the ledger balanced; refunds of everything reverse the capture.
#[tokio::test]
async fn the_ledger_sums_to_zero_through_captures_and_partial_refunds() {
    let app = start().await;
    let purchase = Purchase::of_user(&app);
    let id = captured(&app, &purchase).await;
    let booked = ledger(&app).await;
    let of = |kind: &str| -> i64 { booked.iter().filter(|b| b.0 == kind).map(|b| b.2).sum() };
    let credits = of("VENDOR_PAYABLE") + of("COMMISSION") + of("TAX_PAYABLE") + of("SHIPPING");
    assert_eq!(-credits, 2_500 + 333 + 116);
    assert_eq!(of("POINTS_LIABILITY"), 333);
    assert_eq!(of("DISCOUNTS"), 116);
    assert_eq!(sum(&booked), 0);
    for (n, amount) in ["0.01", "7.77", "3.33", "13.89"].into_iter().enumerate() {
        let answer = refund(&app, &id, amount, &format!("refund-{n}")).await;
        assert_eq!(answer.text("refundPayment.refund.status"), "SUCCEEDED");
        assert_eq!(sum(&ledger(&app).await), 0, "after {amount}");
    }
    assert!(ledger(&app).await.iter().all(|(.., minor)| *minor == 0), "{:?}", ledger(&app).await);
    assert_eq!(points(&app, purchase.user.unwrap()).await, (333, 333), "the points came back with the money");
    let last = told::<PaymentRefunded>(&app, 4).await.pop().unwrap();
    assert_eq!((last.amount.minor(), last.refunded.minor()), (1_389, 2_500));
}

/// Orders hears of what became of a payment within the answer; where it is away, the event says so later.
#[tokio::test]
async fn orders_hears_of_a_payment_before_it_is_answered() {
    let orders = ScriptedPeer::of("orders");
    let app = start_between(orders.clone()).await;
    let purchase = Purchase::of_user(&app);
    let id = captured(&app, &purchase).await;
    refund(&app, &id, "1.25", "first").await.data();
    orders.set_down(true);
    let answer = refund(&app, &id, "2.25", "second").await;
    assert_eq!(answer.text("refundPayment.refund.status"), "SUCCEEDED", "it stands: {}", answer.body);
    orders.set_down(false);
    refund(&app, &id, "2.25", "second").await.data();
    let refunded = |amount: &str| json!({ "amount": amount, "currency": "EUR" });
    let said = |amount: &str, points: i64, in_all: i64| json!({ "orderId": purchase.order, "refunded": refunded(amount), "points": points, "pointsRefunded": in_all });
    let heard = |field: &str| orders.calls(field).into_iter().map(|call| call.variables).collect::<Vec<_>>();
    assert_eq!(heard("recordRefund"), [said("1.25", 17, 17), said("3.50", 30, 47)]);
    let failing = refund(&app, &id, "1000.00", "third").await;
    assert_eq!(failing.text("refundPayment.__typename"), "RefundTooLarge");
    assert_eq!(heard("recordRefund").len(), 2, "nothing was given back");
    let waiting = Purchase::of_user(&app);
    let open = payment(&app, &waiting, "tok_challenge").await;
    let buyer = app.as_user(waiting.user.unwrap());
    buyer.execute(CONFIRM, json!({ "id": open })).await.data();
    assert_eq!(heard("resumeCheckout").len(), 0, "the customer has not acted");
    let void = "mutation ($id: ID!) { voidPayment(input: { paymentId: $id }) { payment { status } } }";
    let voided = staff(&app).execute(void, json!({ "id": open })).await;
    assert_eq!(voided.text("voidPayment.payment.status"), "VOIDED");
    assert_eq!(heard("resumeCheckout"), [json!({ "orderId": waiting.order })]);
}

const REFUND_PART: &str = "mutation ($input: RefundPartInput!) { refundPart(input: $input) { __typename
    ... on PartRefund { status points pointsRefunded refunded { amount } } ... on PartTooLarge { refundable { amount } } } }";

/// What orders asks for of a captured `Purchase`: pieces of its first vendor, in minor units.
pub async fn refund_part(app: &App, refund: RefundId, payment: &str, amount: &str, split: Value) -> Answer {
    let amount = json!({ "amount": amount, "currency": "EUR" });
    let input =
        json!({ "id": refund, "paymentId": payment, "amount": amount, "split": split, "reason": "damaged" });
    app.as_service("orders").execute_internal(REFUND_PART, json!({ "input": input })).await
}

/// Pieces that cost so much in money and so much in points, of which the vendor has what is left by commission and tax.
fn pieces(vendor: VendorId, money: i64, points: i64) -> Value {
    let net = money + points - 100 - 190;
    let vendor = json!({ "vendorId": vendor, "netMinor": net, "commissionMinor": 100 });
    json!({ "vendors": [vendor], "taxMinor": 190, "shippingMinor": 0, "pointsMinor": points, "discountsMinor": 0 })
}

/// Orders picks the id of a refund of some pieces: it is made once, and told by its event under that id.
#[tokio::test]
async fn refund_part_makes_one_refund_for_an_id() {
    let app = start().await;
    let purchase = Purchase::of_user(&app);
    let id = captured(&app, &purchase).await;
    let vendor = purchase.vendor;
    let (first, second) = (app.ids().next(), app.ids().next());
    let made = refund_part(&app, first, &id, "12.50", pieces(vendor, 1_250, 160)).await;
    assert_eq!(made.text("refundPart.status"), "SUCCEEDED", "{}", made.body);
    assert_eq!(made.get::<i64>("refundPart.points"), 160, "what the pieces cost in points");
    let again = refund_part(&app, first, &id, "12.50", pieces(vendor, 1_250, 160)).await;
    assert_eq!(again.body, made.body, "the same refund");
    for (amount, split) in [("12.49", pieces(vendor, 1_249, 160)), ("12.50", pieces(vendor, 1_250, 161))] {
        assert_eq!(refund_part(&app, first, &id, amount, split).await.codes(), ["IDEMPOTENCY_KEY_REUSED"]);
    }
    let more_money = refund_part(&app, second, &id, "12.51", pieces(vendor, 1_251, 173)).await;
    assert_eq!(more_money.text("refundPart.refundable.amount"), "12.50");
    let more_points = refund_part(&app, second, &id, "12.50", pieces(vendor, 1_250, 174)).await;
    assert_eq!(more_points.text("refundPart.__typename"), "PartTooLarge");
    let unbalanced = refund_part(&app, second, &id, "12.50", pieces(vendor, 1_249, 173)).await;
    assert_eq!(unbalanced.codes(), ["BAD_USER_INPUT"]);
    let last = refund_part(&app, second, &id, "12.50", pieces(vendor, 1_250, 173)).await;
    assert_eq!(
        (last.text("refundPart.refunded.amount"), last.get("refundPart.pointsRefunded")),
        ("25.00".to_owned(), 333)
    );
    let told = told::<PaymentRefunded>(&app, 2).await;
    assert_eq!(told.iter().map(|event| event.refund_id).collect::<Vec<_>>(), [first, second]);
    assert_eq!(
        told.iter().map(|event| (event.points, event.points_refunded)).collect::<Vec<_>>(),
        [(160, Some(160)), (173, Some(333))]
    );
}

/// What pieces give back is booked on those who have a part in them, and on nobody else.
#[tokio::test]
async fn a_refund_of_pieces_is_booked_on_their_vendor_alone() {
    let app = start().await;
    let purchase = Purchase::of_user(&app);
    let mut input = purchase.input(&app, "tok_approve");
    let other: VendorId = app.ids().next();
    let part =
        |vendor: VendorId, net: i64| json!({ "vendorId": vendor, "netMinor": net, "commissionMinor": 100 });
    input["split"]["vendors"] = json!([part(purchase.vendor, 1_000), part(other, 800)]);
    let id = authorise(&app, &input).await.text("authorizePayment.id");
    capture(&app, &id).await.data();
    let booked = ledger(&app).await;
    let made = refund_part(&app, app.ids().next(), &id, "10.00", pieces(purchase.vendor, 1_000, 50)).await;
    assert_eq!(made.text("refundPart.status"), "SUCCEEDED", "{}", made.body);
    let mut changes = Vec::new();
    for (before, after) in booked.iter().zip(ledger(&app).await) {
        assert_eq!((&before.0, &before.1), (&after.0, &after.1));
        if before.2 != after.2 {
            changes.push((after.0, after.1, after.2 - before.2));
        }
    }
    changes.sort();
    let change = |kind: &str, owner: String, minor| (kind.to_owned(), owner, minor);
    assert_eq!(
        changes,
        [
            change("COMMISSION", String::new(), 100),
            change("GATEWAY_CLEARING", "sandbox".to_owned(), -1_000),
            change("POINTS_LIABILITY", String::new(), -50),
            change("TAX_PAYABLE", String::new(), 190),
            change("VENDOR_PAYABLE", purchase.vendor.to_string(), 760),
        ]
    );
    let rest = refund(&app, &id, "15.00", "rest").await;
    assert_eq!(
        rest.get::<i64>("refundPayment.refund.points"),
        283,
        "with the last of the money come all points"
    );
    assert!(ledger(&app).await.iter().all(|(.., minor)| *minor == 0), "{:?}", ledger(&app).await);
}

/// Where pieces took the last of the money, calling the order off gives back the points that are left.
#[tokio::test]
async fn points_alone_are_given_back_by_pieces_and_with_the_rest() {
    let app = start().await;
    let purchase = Purchase::of_user(&app);
    let id = captured(&app, &purchase).await;
    let vendor = purchase.vendor;
    // More tax than there is: it comes from the other parts.
    let money = json!({ "vendors": [], "taxMinor": 2_500, "shippingMinor": 0, "pointsMinor": 0, "discountsMinor": 0 });
    refund_part(&app, app.ids().next(), &id, "25.00", money).await.data();
    let nothing = refund_part(&app, app.ids().next(), &id, "0.00", pieces(vendor, 290, 0)).await;
    assert_eq!(nothing.codes(), ["BAD_USER_INPUT"]);
    let alone = json!({ "vendors": [{ "vendorId": vendor, "netMinor": 100, "commissionMinor": 0 }], "taxMinor": 0,
        "shippingMinor": 0, "pointsMinor": 100, "discountsMinor": 0 });
    let made = refund_part(&app, app.ids().next(), &id, "0.00", alone).await;
    assert_eq!(
        (made.text("refundPart.status"), made.get("refundPart.points")),
        ("SUCCEEDED".to_owned(), 100)
    );
    let rest = "mutation ($id: ID!) { refundRemaining(id: $id, idempotencyKey: \"order:1\", reason: \"called off\") }";
    for _ in 0..2 {
        app.as_service("orders").execute_internal(rest, json!({ "id": id })).await.data();
    }
    assert_eq!(points(&app, purchase.user.unwrap()).await, (333, 333));
    assert!(ledger(&app).await.iter().all(|(.., minor)| *minor == 0), "{:?}", ledger(&app).await);
    let last = told::<PaymentRefunded>(&app, 3).await.pop().unwrap();
    assert_eq!((last.amount.minor(), last.points, last.points_refunded), (0, 233, Some(333)));
}

/// An amount takes its part of the points; the pieces after it take what is left, and with the last of the money all.
#[tokio::test]
async fn pieces_after_an_amount_take_the_points_that_are_left() {
    for points_of_pieces in [150, 200] {
        let app = start().await;
        let purchase = Purchase::of_user(&app);
        let id = captured(&app, &purchase).await;
        let half: i64 = refund(&app, &id, "12.50", "half").await.get("refundPayment.refund.points");
        let rest = pieces(purchase.vendor, 1_250, points_of_pieces);
        let made = refund_part(&app, app.ids().next(), &id, "12.50", rest).await;
        assert_eq!(made.get::<i64>("refundPart.points"), 333 - half, "{}", made.body);
        assert_eq!(points(&app, purchase.user.unwrap()).await, (333, 333));
        assert!(ledger(&app).await.iter().all(|(.., minor)| *minor == 0), "{:?}", ledger(&app).await);
    }
}

/// A refund says how many of the points came back with it, and so does its event.
#[tokio::test]
async fn a_partial_refund_says_how_many_points_it_gave_back() {
    let app = start().await;
    let purchase = Purchase::of_user(&app);
    let id = captured(&app, &purchase).await;
    let half = refund(&app, &id, "12.50", "half").await;
    let points_of_half: i64 = half.get("refundPayment.refund.points");
    assert!((166..=167).contains(&points_of_half), "half of 333: {points_of_half}");
    assert_eq!(points(&app, purchase.user.unwrap()).await.0, points_of_half);
    let rest: i64 = refund(&app, &id, "12.50", "rest").await.get("refundPayment.refund.points");
    assert_eq!(points_of_half + rest, 333);
    let told = told::<PaymentRefunded>(&app, 2).await;
    assert_eq!(told.iter().map(|event| event.points).collect::<Vec<_>>(), [points_of_half, rest]);
}

/// Check 56: a reason is measured in characters, and refused by its name.
#[tokio::test]
async fn refund_payment_measures_the_reason_in_characters() {
    let app = start().await;
    let id = captured(&app, &Purchase::of_user(&app)).await;
    let with = async |reason: &str| {
        let amount = json!({ "amount": "1.00", "currency": "EUR" });
        let input = json!({ "paymentId": id, "amount": amount, "reason": reason, "idempotencyKey": "key" });
        staff(&app).execute(REFUND, json!({ "input": input })).await
    };
    for reason in ["壊".repeat(501), "damaged\u{7}".to_owned()] {
        let refused = with(&reason).await;
        assert_eq!(refused.codes(), ["BAD_USER_INPUT"], "{}", refused.body);
        assert_eq!(refused.errors()[0]["extensions"]["field"], "reason", "{}", refused.body);
    }
    let made = with(&"壊".repeat(500)).await;
    assert_eq!(made.text("refundPayment.refund.status"), "SUCCEEDED", "{}", made.body);
}

/// Check 29: parallel partial refunds never give back more than was captured.
#[tokio::test]
async fn parallel_refunds_stay_within_what_was_captured() {
    let app = start().await;
    let id = captured(&app, &Purchase::of_user(&app)).await;
    let keys: Vec<String> = (0..20).map(|n| format!("refund-{n}")).collect();
    let answers = futures::future::join_all(keys.iter().map(|key| refund(&app, &id, "3.00", key))).await;
    let made = answers.iter().filter(|a| a.text("refundPayment.__typename") == "RefundPayload").count();
    assert_eq!(made, 8, "8 × 3.00 of 25.00");
    for refused in answers.iter().filter(|a| a.text("refundPayment.__typename") != "RefundPayload") {
        assert_eq!(refused.text("refundPayment.__typename"), "RefundTooLarge");
    }
    let seen = staff(&app).execute(PAYMENT, json!({ "id": id })).await;
    assert_eq!(seen.text("payment.refundedAmount.amount"), "24.00");
    assert_eq!(sum(&ledger(&app).await), 0);
    let left = refund(&app, &id, "1.01", "rest").await;
    assert_eq!(left.text("refundPayment.refundable.amount"), "1.00");
}

#[tokio::test]
async fn one_key_is_one_refund() {
    let app = start().await;
    let id = captured(&app, &Purchase::of_user(&app)).await;
    let answers = futures::future::join_all((0..10).map(|_| refund(&app, &id, "5.00", "same"))).await;
    let first = answers[0].text("refundPayment.refund.id");
    assert!(answers.iter().all(|a| a.text("refundPayment.refund.id") == first));
    assert_eq!(told::<PaymentRefunded>(&app, 1).await.len(), 1);
    assert_eq!(refund(&app, &id, "5.01", "same").await.codes(), ["IDEMPOTENCY_KEY_REUSED"]);
    assert_eq!(refund(&app, &id, "0.00", "zero").await.codes(), ["BAD_USER_INPUT"]);
    for (amount, currency) in [("5", "JPY"), ("5.001", "EUR")] {
        let input = json!({ "paymentId": id, "amount": { "amount": amount, "currency": currency },
            "reason": "damaged", "idempotencyKey": "odd" });
        let refused = staff(&app).execute(REFUND, json!({ "input": input })).await;
        assert_eq!(refused.codes(), ["BAD_USER_INPUT"], "{amount} {currency}");
    }
}

#[tokio::test]
async fn what_was_not_captured_is_not_refunded_and_the_rest_is_given_back_once() {
    let app = start().await;
    let held = payment(&app, &Purchase::of_user(&app), "tok_approve").await;
    let answer = refund(&app, &held, "5.00", "early").await;
    assert_eq!(answer.text("refundPayment.__typename"), "PaymentNotCaptured");

    let id = captured(&app, &Purchase::of_user(&app)).await;
    refund(&app, &id, "5.00", "part").await.data();
    let rest =
        "mutation ($id: ID!) { refundRemaining(id: $id, idempotencyKey: \"cancel\", reason: \"cancelled\") }";
    let orders = app.as_service("orders");
    for answer in
        futures::future::join_all((0..5).map(|_| orders.execute_internal(rest, json!({ "id": id })))).await
    {
        answer.data();
    }
    let amounts: Vec<i64> = told::<PaymentRefunded>(&app, 2).await.iter().map(|e| e.amount.minor()).collect();
    assert_eq!(amounts, [500, 2_000]);
}

/// A key of refunds is the shop's: whoever of staff sends it again gets the same refund, and with other input none.
#[tokio::test]
async fn a_key_refunds_no_other_payment() {
    let app = start().await;
    let (id, other) =
        (captured(&app, &Purchase::of_user(&app)).await, captured(&app, &Purchase::of_user(&app)).await);
    let first = refund(&app, &id, "5.00", "same").await;
    let reused = refund(&app, &other, "5.00", "same").await;
    assert_eq!(reused.codes(), ["IDEMPOTENCY_KEY_REUSED"], "{}", reused.body);
    let again = refund(&app, &id, "5.00", "same").await;
    assert_eq!(again.text("refundPayment.refund.id"), first.text("refundPayment.refund.id"));
    let input = json!({ "paymentId": id, "amount": { "amount": "5.00", "currency": "EUR" },
        "reason": "late", "idempotencyKey": "same" });
    let refused = staff(&app).execute(REFUND, json!({ "input": input })).await;
    assert_eq!(refused.codes(), ["IDEMPOTENCY_KEY_REUSED"], "for another reason: {}", refused.body);
    let seen = async |id: &str| staff(&app).execute(PAYMENT, json!({ "id": id })).await;
    assert_eq!(seen(&id).await.text("payment.refundedAmount.amount"), "5.00");
    assert_eq!(seen(&other).await.text("payment.refundedAmount.amount"), "0.00");
    let both = [&id, &other].map(|id| refund(&app, id, "1.00", "race"));
    let answers = futures::future::join_all(both).await;
    let codes = answers.iter().map(Answer::codes).collect::<Vec<_>>().concat();
    assert_eq!(codes, ["IDEMPOTENCY_KEY_REUSED"], "one of two at once");
}

/// Keys from before the upgrade mean what they meant: sent again they make no other refund, for whichever payment.
#[tokio::test]
async fn a_key_from_before_the_upgrade_refunds_once() {
    let app = start().await;
    let (id, other) =
        (captured(&app, &Purchase::of_user(&app)).await, captured(&app, &Purchase::of_user(&app)).await);
    let first = refund(&app, &id, "5.00", "before").await.text("refundPayment.refund.id");
    let drop = "ALTER TABLE refunds DROP COLUMN caller_key";
    for sql in [
        "DROP INDEX refunds_caller_key",
        drop,
        "DELETE FROM seaql_migrations WHERE version = 'payments_0004_refund_keys'",
    ] {
        run(&app, sql).await;
    }
    app.migrate().await;
    let again = refund(&app, &id, "5.00", "before").await;
    assert_eq!(again.text("refundPayment.refund.id"), first);
    assert_eq!(refund(&app, &other, "5.00", "before").await.codes(), ["IDEMPOTENCY_KEY_REUSED"]);
}

async fn run(app: &App, sql: &str) {
    app.database().write().execute_unprepared(sql).await.unwrap();
}

/// Check 32: the gateway does not answer: the amount stays set aside, and a job finishes the refund, once.
#[tokio::test]
async fn a_refund_that_the_gateway_missed_is_finished_by_a_job() {
    let app = start().await;
    let id = captured(&app, &Purchase::of_user(&app)).await;
    run(&app, "ALTER TABLE sandbox_refunds RENAME TO sandbox_refunds_away").await;
    assert_eq!(refund(&app, &id, "5.00", "damaged").await.codes(), ["UNAVAILABLE"]);
    let seen = staff(&app).execute(PAYMENT, json!({ "id": id })).await;
    assert_eq!(seen.text("payment.refunds.0.status"), "PENDING");
    let more = refund(&app, &id, "20.01", "more").await;
    assert_eq!(more.text("refundPayment.refundable.amount"), "20.00", "{}", more.body);
    run(&app, "ALTER TABLE sandbox_refunds_away RENAME TO sandbox_refunds").await;
    app.clock().advance(Duration::from_secs(11));
    eventually(|| async {
        let seen = staff(&app).execute(PAYMENT, json!({ "id": id })).await;
        seen.text("payment.refunds.0.status") == "SUCCEEDED"
    })
    .await;
    let again = refund(&app, &id, "5.00", "damaged").await;
    assert_eq!(again.text("refundPayment.refund.status"), "SUCCEEDED");
    assert_eq!(told::<PaymentRefunded>(&app, 1).await.len(), 1);
    assert_eq!(sum(&ledger(&app).await), 0);
}

/// The gateway refuses: the refund has failed, and what it had set aside can be given back otherwise.
#[tokio::test]
async fn a_refused_refund_sets_nothing_aside() {
    let app = start().await;
    let id = captured(&app, &Purchase::of_user(&app)).await;
    run(&app, "UPDATE sandbox_charges SET reference = 'lost-' || reference").await;
    let refused = refund(&app, &id, "5.00", "damaged").await;
    assert_eq!(refused.text("refundPayment.refund.status"), "FAILED", "{}", refused.body);
    let booked = ledger(&app).await;
    run(&app, "UPDATE sandbox_charges SET reference = substr(reference, 6)").await;
    let again = refund(&app, &id, "5.00", "damaged").await;
    assert_eq!(again.text("refundPayment.refund.status"), "FAILED", "the same key, the same answer");
    assert_eq!(ledger(&app).await, booked);
    let whole = refund(&app, &id, "25.00", "whole").await;
    assert_eq!(whole.text("refundPayment.refund.status"), "SUCCEEDED", "{}", whole.body);
}

/// A cancellation hears of a refund that the gateway refused; asked again, it is made anew.
#[tokio::test]
async fn all_that_is_left_is_not_given_back_by_a_refund_that_failed() {
    let app = start().await;
    let id = captured(&app, &Purchase::of_user(&app)).await;
    let rest =
        "mutation ($id: ID!) { refundRemaining(id: $id, idempotencyKey: \"cancel\", reason: \"cancelled\") }";
    let given_back = "query ($id: ID!) { payment(id: $id) { refunded { amount } } }";
    let orders = app.as_service("orders");
    let ask = async |document: &str| orders.execute_internal(document, json!({ "id": id })).await;
    run(&app, "UPDATE sandbox_charges SET reference = 'lost-' || reference").await;
    assert_eq!(ask(rest).await.codes(), ["CONFLICT"]);
    assert_eq!(ask(given_back).await.text("payment.refunded.amount"), "0.00");
    run(&app, "UPDATE sandbox_charges SET reference = substr(reference, 6)").await;
    for _ in 0..2 {
        ask(rest).await.data();
        assert_eq!(ask(given_back).await.text("payment.refunded.amount"), "25.00");
    }
    assert_eq!(told::<PaymentRefunded>(&app, 1).await.len(), 1);
}
