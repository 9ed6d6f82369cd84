use std::time::Duration;

use contracts::payments::{PaymentAuthorized, PaymentFailed, PaymentFailure, PaymentSucceeded};
use platform_core::id::PaymentId;
use platform_testkit::eventually;
use sea_orm::{ConnectionTrait, Statement};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::support::{
    App, CONFIRM, Purchase, authorise, balance, capture, pass_challenge, payment, staff, start, status, told,
    void, void_of,
};

const SAVE: &str = "mutation ($input: AddPaymentMethodInput!) { addPaymentMethod(input: $input) {
    paymentMethod { id } } }";

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
    let failed = told::<PaymentFailed>(&app, 2).await;
    let reasons: Vec<_> = failed.iter().map(|event| (event.reason, event.deferred)).collect();
    assert_eq!(reasons, [(PaymentFailure::Declined, false), (PaymentFailure::InsufficientFunds, false)]);
    let authorized = told::<PaymentAuthorized>(&app, 1).await;
    assert_eq!(
        authorized.iter().map(|event| event.deferred).collect::<Vec<_>>(),
        [false],
        "it was the answer"
    );
}

/// Check 48: a token that the gateway does not know ends the payment; a gateway that is none begins none.
#[tokio::test]
async fn means_that_are_none_leave_no_payment_open() {
    let app = start().await;
    let input = Purchase::of_user(&app).input(&app, "tok_nobody");
    for _ in 0..2 {
        let unknown = authorise(&app, &input).await;
        assert_eq!(unknown.text("authorizePayment.status"), "DECLINED", "{}", unknown.body);
        assert_eq!(unknown.text("authorizePayment.declineCode"), "unknown_token");
    }
    assert_eq!(told::<PaymentFailed>(&app, 1).await.len(), 1);
    let mut elsewhere = Purchase::of_user(&app).input(&app, "tok_approve");
    elsewhere["gateway"] = json!("stripe");
    let refused = authorise(&app, &elsewhere).await;
    assert_eq!(refused.codes(), ["BAD_USER_INPUT"]);
    assert_eq!(refused.errors()[0]["extensions"]["field"], "gateway");
    let void = "mutation ($key: String!) { voidPaymentOf(idempotencyKey: $key) { status } }";
    let orders = app.as_service("orders");
    let of =
        async |input: &Value| orders.execute_internal(void, json!({ "key": input["idempotencyKey"] })).await;
    assert!(of(&elsewhere).await.data()["voidPaymentOf"].is_null(), "there is nothing to give up");
    let held = Purchase::of_user(&app).input(&app, "tok_approve");
    authorise(&app, &held).await.data();
    assert_eq!(of(&held).await.text("voidPaymentOf.status"), "VOIDED");
}

/// Check 21, in part: a card number is refused wherever a token is taken; it is not repeated, and not kept.
#[tokio::test]
async fn a_card_number_is_no_token() {
    let app = start().await;
    let purchase = Purchase::of_user(&app);
    let user = app.as_user(purchase.user.unwrap());
    for number in ["4242424242424242", "4242 4242 4242 4242", "3782-822463-10005", "tok_4242424242424242"] {
        let mut input = purchase.input(&app, number);
        let by_gateway = json!({ "gateway": number, "token": "tok_approve" });
        let by_token = json!({ "gateway": "sandbox", "token": number });
        let mut answers = vec![authorise(&app, &input).await];
        (input["gateway"], input["token"]) = (json!(number), json!("tok_approve"));
        answers.push(authorise(&app, &input).await);
        for method in [by_gateway, by_token] {
            answers.push(user.execute(SAVE, json!({ "input": method })).await);
        }
        for refused in answers {
            assert_eq!(refused.codes(), ["BAD_USER_INPUT"], "{number}");
            assert!(!refused.body.to_string().contains(&number[..6]), "{}", refused.body);
        }
    }
    assert_eq!(
        authorise(&app, &purchase.input(&app, "tok_approve")).await.text("authorizePayment.status"),
        "AUTHORIZED"
    );
}

/// Only the user who has saved it pays with a saved means of payment, and only until it is removed.
#[tokio::test]
async fn a_saved_method_pays_for_its_user_alone() {
    let app = start().await;
    let purchase = Purchase::of_user(&app);
    let user = app.as_user(purchase.user.unwrap());
    let save = json!({ "input": { "gateway": "sandbox", "token": "tok_approve" } });
    let method = user.execute(SAVE, save).await.text("addPaymentMethod.paymentMethod.id");
    let with = |purchase: &Purchase, method: &str| {
        let mut input = purchase.input(&app, "");
        let fields = input.as_object_mut().unwrap();
        fields.remove("gateway");
        fields.remove("token");
        fields.insert("methodId".to_owned(), json!(method));
        input
    };
    let own = with(&purchase, &method);
    assert_eq!(authorise(&app, &own).await.text("authorizePayment.status"), "AUTHORIZED");
    let guests =
        Purchase { user: None, guest: Some("guest-of-this-device".to_owned()), ..Purchase::of_user(&app) };
    for refused in [Purchase::of_user(&app), guests] {
        let refused = authorise(&app, &with(&refused, &method)).await;
        assert_eq!(refused.codes(), ["BAD_USER_INPUT"]);
        assert_eq!(refused.errors()[0]["extensions"]["field"], "methodId");
    }
    let remove = "mutation ($id: ID!) { removePaymentMethod(input: { id: $id }) { removedId } }";
    user.execute(remove, json!({ "id": method })).await.data();
    assert_eq!(
        authorise(&app, &own).await.text("authorizePayment.status"),
        "AUTHORIZED",
        "it was made before"
    );
    let again = Purchase { order: app.ids().next(), ..purchase };
    assert_eq!(authorise(&app, &with(&again, &method)).await.codes(), ["BAD_USER_INPUT"], "it is removed");
}

/// Check 24, in part: a payment that an older release began is the answer to its key still, and to no other request.
#[tokio::test]
async fn a_key_of_an_older_release_gives_its_payment() {
    let app = start().await;
    let purchase = Purchase::of_user(&app);
    let input = purchase.input(&app, "tok_approve");
    let id = authorise(&app, &input).await.text("authorizePayment.id");
    let text = format!(
        "{}\n{:?}\nNone\nsandbox\ntok_approve\n25.00 EUR\nSplit {{ vendors: [VendorPart {{ vendor_id: {:?}, \
         net_minor: 1800, commission_minor: 200 }}], tax_minor: 450, shipping_minor: 499, points_minor: 333, \
         discounts_minor: 116 }}",
        purchase.order, purchase.user, purchase.vendor
    );
    let hex: String = Sha256::digest(text).iter().map(|byte| format!("{byte:02x}")).collect();
    let literal = if app.database().is_postgres() { format!("'\\x{hex}'") } else { format!("x'{hex}'") };
    let sql = format!("UPDATE payments SET request_hash = {literal}");
    app.database().write().execute_unprepared(&sql).await.unwrap();
    assert_eq!(authorise(&app, &input).await.text("authorizePayment.id"), id);
    let mut other = input.clone();
    other["token"] = json!("tok_decline");
    assert_eq!(authorise(&app, &other).await.codes(), ["IDEMPOTENCY_KEY_REUSED"]);
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

/// Check 32: a payment that is given up by whoever does not know whether it was made is not made after that.
#[tokio::test]
async fn a_payment_that_was_given_up_before_is_never_made() {
    let app = start().await;
    let purchase = Purchase::of_user(&app);
    let id: PaymentId = app.ids().next();
    let unmade =
        json!({ "id": id, "orderId": purchase.order, "amount": { "amount": "25.00", "currency": "EUR" } });
    let key = format!("order:{}", purchase.order);
    for _ in 0..2 {
        let given_up = void_of(&app, &key, &unmade).await;
        assert_eq!(given_up.text("voidPaymentOf.status"), "VOIDED", "{}", given_up.body);
        assert_eq!(given_up.text("voidPaymentOf.id"), id.to_string());
    }
    let mut input = purchase.input(&app, "tok_approve");
    input["id"] = json!(id);
    let late = authorise(&app, &input).await;
    assert_eq!(late.text("authorizePayment.status"), "VOIDED", "{}", late.body);
    assert_eq!(capture(&app, &id.to_string()).await.codes(), ["CONFLICT"]);
    assert!(charges(&app).await.is_empty(), "the gateway was asked for nothing");
    let query =
        "query ($of: [_Any!]!) { _entities(representations: $of) { ... on Order { payments { id } } } }";
    let of = json!({ "of": [{ "__typename": "Order", "id": purchase.order }] });
    let seen = staff(&app).execute(query, of).await;
    assert_eq!(seen.at("_entities.0.payments"), &json!([]), "{}", seen.body);
}

/// Check 32: whoever put a payment to the gateway died before the answer was written down; given up, it holds nothing.
#[tokio::test]
async fn a_charge_whose_answer_was_lost_is_given_back() {
    let app = start().await;
    let purchase = Purchase::of_user(&app);
    let mut input = purchase.input(&app, "tok_approve");
    let id: PaymentId = app.ids().next();
    input["id"] = json!(id);
    assert_eq!(authorise(&app, &input).await.text("authorizePayment.id"), id.to_string());
    let lost = "UPDATE payments SET status = 'CREATED', gateway_reference = NULL";
    app.database().write().execute_unprepared(lost).await.unwrap();
    let unmade =
        json!({ "id": id, "orderId": purchase.order, "amount": { "amount": "25.00", "currency": "EUR" } });
    let given_up = void_of(&app, &format!("order:{}", purchase.order), &unmade).await;
    assert_eq!(given_up.text("voidPaymentOf.status"), "VOIDED", "{}", given_up.body);
    assert_eq!(charges(&app).await, ["voided"]);
}

/// Check 32: whoever put a payment to the gateway died before it was written down, again and again, until nobody asked any
/// more. Given up by its id it holds nothing, and what is still on its way makes nothing of it.
#[tokio::test]
async fn a_charge_of_which_nothing_was_written_down_is_given_back() {
    let app = start().await;
    let purchase = Purchase::of_user(&app);
    let id: PaymentId = app.ids().next();
    let input = purchase.input_as(&app, "tok_approve", id);
    for _ in 0..3 {
        assert_eq!(authorise(&app, &input).await.text("authorizePayment.id"), id.to_string());
        app.database().write().execute_unprepared("DELETE FROM payments").await.unwrap();
    }
    assert_eq!(charges(&app).await, ["authorized"], "asked again, the gateway gives the same");
    let unmade =
        json!({ "id": id, "orderId": purchase.order, "amount": { "amount": "25.00", "currency": "EUR" } });
    for _ in 0..2 {
        let given_up = void_of(&app, &format!("order:{}", purchase.order), &unmade).await;
        assert_eq!(given_up.text("voidPaymentOf.status"), "VOIDED", "{}", given_up.body);
        assert_eq!(charges(&app).await, ["voided"]);
    }
    assert_eq!(authorise(&app, &input).await.text("authorizePayment.status"), "VOIDED");
    assert_eq!(capture(&app, &id.to_string()).await.codes(), ["CONFLICT"]);
    assert_eq!(balance(&app, "GATEWAY_CLEARING").await, 0);
}

/// Check 32: given up by its id, before, while or after it is made, a payment holds nothing.
#[tokio::test]
async fn a_payment_that_is_given_up_while_it_is_made_holds_nothing() {
    let app = start().await;
    for _ in 0..20 {
        let purchase = Purchase::of_user(&app);
        let id: PaymentId = app.ids().next();
        let (input, key) = (purchase.input_as(&app, "tok_approve", id), format!("order:{}", purchase.order));
        let unmade = json!({ "id": id, "orderId": purchase.order, "amount": { "amount": "25.00", "currency": "EUR" } });
        let (asked, given_up) = tokio::join!(authorise(&app, &input), void_of(&app, &key, &unmade));
        assert!(asked.at("authorizePayment.status").is_string(), "{}", asked.body);
        assert_eq!(given_up.text("voidPaymentOf.status"), "VOIDED", "{}", given_up.body);
        assert_eq!(status(&app, &id.to_string()).await, "VOIDED");
    }
    assert!(charges(&app).await.iter().all(|state| state == "voided"));
}

/// Check 24, in part: whoever picks the payment's id too gets one payment for its key, in parallel and with any outcome.
#[tokio::test]
async fn a_picked_id_is_one_payment_for_its_key() {
    let app = start().await;
    for (token, expected) in [("tok_approve", "AUTHORIZED"), ("tok_challenge", "REQUIRES_ACTION")] {
        let purchase = Purchase::of_user(&app);
        let id: PaymentId = app.ids().next();
        let input = purchase.input_as(&app, token, id);
        for answer in futures::future::join_all((0..20).map(|_| authorise(&app, &input))).await {
            assert_eq!(answer.text("authorizePayment.id"), id.to_string());
            assert_eq!(answer.text("authorizePayment.status"), expected);
        }
        let mut other = input.clone();
        other["token"] = json!("tok_decline");
        assert_eq!(authorise(&app, &other).await.codes(), ["IDEMPOTENCY_KEY_REUSED"]);
        // Another id makes no second payment of the key.
        let elsewhere = authorise(&app, &purchase.input_as(&app, token, app.ids().next())).await;
        assert_eq!(elsewhere.text("authorizePayment.id"), id.to_string());
    }
    assert_eq!(charges(&app).await.len(), 2);
    assert_eq!(told::<PaymentAuthorized>(&app, 1).await.len(), 1);
    let unknown = Purchase::of_user(&app).input_as(&app, "tok_nobody", app.ids().next());
    for _ in 0..2 {
        let unknown = authorise(&app, &unknown).await;
        assert_eq!(unknown.text("authorizePayment.declineCode"), "unknown_token", "{}", unknown.body);
    }
    assert_eq!(told::<PaymentFailed>(&app, 1).await.len(), 1);
}

/// The states of all charges at the sandbox.
async fn charges(app: &App) -> Vec<String> {
    let read = app.database().read();
    let sql = Statement::from_string(read.get_database_backend(), "SELECT state FROM sandbox_charges");
    read.query_all_raw(sql).await.unwrap().iter().map(|row| row.try_get("", "state").unwrap()).collect()
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
    let refused = void(&app, &id).await;
    assert_eq!(refused.codes(), ["CONFLICT"]);
    assert_eq!(refused.errors()[0]["message"], "a payment that is CAPTURED cannot become VOIDED");
}

/// Whoever captured it died before that was written down: who gives it up finds it captured, and can give the money back.
#[tokio::test]
async fn a_payment_that_only_its_gateway_knows_to_be_captured_is_captured_when_it_is_given_up() {
    let app = start().await;
    for by_key in [false, true] {
        let purchase = Purchase::of_user(&app);
        let id = payment(&app, &purchase, "tok_approve").await;
        let take = "UPDATE sandbox_charges SET captured_minor = amount_minor WHERE captured_minor = 0";
        app.database().write().execute_unprepared(take).await.unwrap();
        let refused = match by_key {
            true => void_of(&app, &format!("order:{}", purchase.order), &Value::Null).await,
            false => void(&app, &id).await,
        };
        assert_eq!(refused.codes(), ["CONFLICT"], "{}", refused.body);
        assert_eq!(status(&app, &id).await, "CAPTURED");
    }
    assert_eq!(balance(&app, "GATEWAY_CLEARING").await, 5_000);
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
    let authorized = told::<PaymentAuthorized>(&app, 1).await;
    assert_eq!(authorized.iter().map(|event| event.deferred).collect::<Vec<_>>(), [true]);
    let failed = told::<PaymentFailed>(&app, 1).await;
    let failed: Vec<_> = failed.iter().map(|event| (event.reason, event.deferred)).collect();
    assert_eq!(failed, [(PaymentFailure::ChallengeFailed, true)]);
    let missing = app.http().get(app.url("/payments/sandbox/challenge/sbx_none")).send().await.unwrap();
    assert_eq!(missing.status().as_u16(), 404);
}

#[tokio::test]
async fn a_delayed_payment_is_authorised_by_the_gateways_webhook() {
    let app = start().await;
    let id = payment(&app, &Purchase::of_user(&app), "tok_delayed").await;
    app.clock().advance(Duration::from_secs(5));
    eventually(|| async { status(&app, &id).await == "AUTHORIZED" }).await;
    assert!(told::<PaymentAuthorized>(&app, 1).await[0].deferred, "the checkout waits");
}

#[tokio::test]
async fn an_open_payment_expires_at_its_deadline() {
    let app = start().await;
    let open = authorise(&app, &Purchase::of_user(&app).input(&app, "tok_challenge")).await;
    let (id, page) = (open.text("authorizePayment.id"), open.text("authorizePayment.actionUrl"));
    app.clock().advance(Duration::from_secs(31 * 60));
    eventually(|| async { status(&app, &id).await == "EXPIRED" }).await;
    let failed = told::<PaymentFailed>(&app, 1).await;
    let failed: Vec<_> = failed.iter().map(|event| (event.reason, event.deferred)).collect();
    assert_eq!(failed, [(PaymentFailure::Expired, true)]);
    let late = pass_challenge(&app, &page).await;
    assert!(!late.text().await.unwrap().contains("Approved"), "the hold was given back");
    assert_eq!(capture(&app, &id).await.codes(), ["CONFLICT"]);
}
