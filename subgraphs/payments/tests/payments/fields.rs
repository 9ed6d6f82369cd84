//! Whatever of an input is refused, `extensions.field` names it.

use platform_testkit::{Answer, TestClient};
use serde_json::{Value, json};

use crate::support::{App, Purchase, authorise, capture, payment, staff, start};

fn assert_field(answer: &Answer, field: &str) {
    assert_eq!(answer.codes(), ["BAD_USER_INPUT"], "{field}: {}", answer.body);
    assert_eq!(answer.errors()[0]["extensions"]["field"], field, "{}", answer.body);
}

async fn refuses(client: &TestClient, operation: &str, field: &str) {
    assert_field(&client.execute(operation, json!({})).await, field);
}

const REFUND: &str = "mutation ($input: RefundPaymentInput!) { refundPayment(input: $input) { __typename } }";

async fn captured(app: &App) -> String {
    let id = payment(app, &Purchase::of_user(app), "tok_approve").await;
    capture(app, &id).await.data();
    id
}

#[tokio::test]
async fn refund_payment_names_the_field_that_it_refuses() {
    let app = start().await;
    let id = captured(&app).await;
    let euro = |amount: &str| json!({ "amount": amount, "currency": "EUR" });
    let mut messages = Vec::new();
    for (name, value, field) in [
        ("amount", euro("0.00"), "amount"),
        ("amount", euro("-1.00"), "amount"),
        ("amount", euro("1.2.3"), "amount"),
        ("amount", json!({ "amount": "1", "currency": "JPY" }), "amount"),
        ("amount", json!({ "amount": "1", "currency": "XXX" }), "currency"),
        ("idempotencyKey", json!(""), "idempotencyKey"),
        ("idempotencyKey", json!("a\r\nb"), "idempotencyKey"),
        ("reason", json!("damaged\u{7}"), "reason"),
        ("paymentId", json!("nonsense"), "paymentId"),
    ] {
        let mut input =
            json!({ "paymentId": id, "amount": euro("1.00"), "reason": "r", "idempotencyKey": "key" });
        input[name] = value;
        let answer = staff(&app).execute(REFUND, json!({ "input": input })).await;
        assert_field(&answer, field);
        messages.push(answer.errors()[0]["message"].as_str().unwrap().to_owned());
    }
    assert!(messages.iter().all(|message| !message.contains("to pay")), "{messages:?}");
}

#[tokio::test]
async fn payments_points_and_methods_name_the_field_that_they_refuse() {
    let app = start().await;
    let user = app.as_user(app.ids().next());
    let grant = |user: &str, points: i64, reference: &str, currency: &str| {
        format!(
            "mutation {{ grantPoints(input: {{ userId: \"{user}\", points: {points}, reference: \"{reference}\", \
             currency: {currency} }}) {{ points {{ balance }} }} }}"
        )
    };
    let id = app.ids().next_uuid().to_string();
    for (operation, field) in [
        (grant(&id, 0, "r", "EUR"), "points"),
        (grant(&id, 10_000_001, "r", "EUR"), "points"),
        (grant(&id, 1, " ", "EUR"), "reference"),
        (grant("nonsense", 1, "r", "EUR"), "userId"),
        (grant(&id, 1, "r", "XXX"), "currency"),
        (
            "mutation { capturePayment(input: { paymentId: \"nonsense\" }) { payment { id } } }".to_owned(),
            "paymentId",
        ),
        (
            "mutation { voidPayment(input: { paymentId: \"nonsense\" }) { payment { id } } }".to_owned(),
            "paymentId",
        ),
        (
            "mutation { settleRefund(input: { refundId: \"x\", reference: \"r\" }) { __typename } }"
                .to_owned(),
            "refundId",
        ),
        (
            format!(
                "mutation {{ settleRefund(input: {{ refundId: \"{id}\", reference: \"\" }}) {{ __typename }} }}"
            ),
            "reference",
        ),
        ("{ refundsToSettle(first: 0) { nodes { id } } }".to_owned(), "first"),
        ("{ refundsToSettle(after: \"nonsense\") { nodes { id } } }".to_owned(), "after"),
    ] {
        refuses(&staff(&app), &operation, field).await;
    }
    let save = |gateway: &str, token: &str| {
        let input = json!({ "gateway": gateway, "token": token });
        (
            "mutation ($input: AddPaymentMethodInput!) { addPaymentMethod(input: $input) { paymentMethod { id } } }",
            input,
        )
    };
    for ((operation, input), field) in [
        (save("stripe", "tok_approve"), "gateway"),
        (save("", "tok_approve"), "gateway"),
        (save("sandbox", "tok_nobody"), "token"),
        (save("sandbox", "tok\napprove"), "token"),
        (save("sandbox", "4242424242424242"), "token"),
    ] {
        assert_field(&user.execute(operation, json!({ "input": input })).await, field);
    }
    refuses(&user, "mutation { removePaymentMethod(input: { id: \"nonsense\" }) { removedId } }", "id").await;
    refuses(
        &user,
        "mutation { confirmPayment(input: { paymentId: \"nonsense\" }) { payment { id } } }",
        "paymentId",
    )
    .await;
}

#[tokio::test]
async fn authorize_payment_names_the_field_that_it_refuses() {
    let app = start().await;
    for (name, value, field) in [
        ("idempotencyKey", json!("order:1\n"), "idempotencyKey"),
        ("gateway", json!("stripe"), "gateway"),
        ("token", Value::Null, "gateway"),
        ("amount", json!({ "amount": "0.00", "currency": "EUR" }), "amount"),
        ("amount", json!({ "amount": "24.00", "currency": "EUR" }), "split"),
        ("orderId", json!("nonsense"), "orderId"),
        ("expiresAt", json!("tomorrow"), "expiresAt"),
    ] {
        let mut input = Purchase::of_user(&app).input(&app, "tok_approve");
        input[name] = value;
        assert_field(&authorise(&app, &input).await, field);
    }
}

/// Gifts stay within what a GraphQL `Int` holds, however many there are.
#[tokio::test]
async fn an_account_holds_no_more_points_than_can_be_told() {
    let app = start().await;
    let user = app.ids().next();
    for number in 0..100 {
        crate::support::grant(&app, user, 10_000_000, &format!("gift-{number}")).await.data();
    }
    let refused = crate::support::grant(&app, user, 10_000_000, "gift-100").await;
    assert_eq!(refused.codes(), ["LIMIT_EXCEEDED"], "{}", refused.body);
    assert_eq!(crate::support::points(&app, user).await, (1_000_000_000, 1_000_000_000));
}

/// An id of nobody is refused where it is given.
#[tokio::test]
async fn an_id_of_nobody_names_its_field() {
    let app = start().await;
    let (id, user) = (app.ids().next_uuid(), app.as_user(app.ids().next()));
    let refund = json!({ "paymentId": id, "amount": { "amount": "1.00", "currency": "EUR" }, "reason": "r",
        "idempotencyKey": "key" });
    for (client, mutation, input, field) in [
        (&staff(&app), "capturePayment", json!({ "paymentId": id }), "paymentId"),
        (&staff(&app), "voidPayment", json!({ "paymentId": id }), "paymentId"),
        (&staff(&app), "refundPayment", refund, "paymentId"),
        (&staff(&app), "settleRefund", json!({ "refundId": id, "reference": "r" }), "refundId"),
        (&user, "confirmPayment", json!({ "paymentId": id }), "paymentId"),
        (&user, "removePaymentMethod", json!({ "id": id }), "id"),
    ] {
        let answer = client.mutate(mutation, input).await;
        assert_eq!(answer.codes(), ["NOT_FOUND"], "{mutation}: {}", answer.body);
        assert_eq!(answer.errors()[0]["extensions"]["field"], field, "{mutation}: {}", answer.body);
    }
}
