//! Mails that anybody can have sent: limited for each network that asks, and for each address that they go to.

use std::time::Duration;

use platform_testkit::{Answer, TestClient};
use serde_json::json;

use crate::support::{PASSWORD, REGISTER, from, mails, register, start};

const REQUEST: &str =
    "mutation ($email: String!) { requestPasswordReset(input: { email: $email }) { message } }";

async fn request_reset(client: &TestClient, email: &str) -> Answer {
    client.execute(REQUEST, json!({ "email": email })).await
}

fn assert_limited(answer: &Answer) -> u64 {
    assert_eq!(answer.codes(), ["RATE_LIMITED"], "{}", answer.body);
    let retry_after = answer.errors()[0]["extensions"]["retryAfter"].as_u64();
    assert!(retry_after.is_some(), "it says when to come again: {}", answer.body);
    retry_after.unwrap()
}

/// One network has at most 60 mails an hour sent, by whichever operation and to whichever addresses.
#[tokio::test]
async fn mails_asked_for_by_one_network_are_limited() {
    let app = start().await;
    let office = from(&app, 1);
    for n in 0..60 {
        let email = format!("user-{n}@example.com");
        let answer = if n % 2 == 0 {
            let input = json!({ "email": email, "password": PASSWORD, "name": "Ann" });
            office.execute(REGISTER, json!({ "input": input })).await
        } else {
            request_reset(&office, &email).await
        };
        answer.data();
    }
    let retry_after = assert_limited(&request_reset(&office, "one-more@example.com").await);
    assert!((1..=60).contains(&retry_after), "{retry_after}");
    let input = json!({ "email": "one-more@example.com", "password": PASSWORD, "name": "Ann" });
    assert_limited(&office.execute(REGISTER, json!({ "input": input })).await);
    let verify = "mutation { requestEmailVerification { message } }";
    let ann = register(&app, "ann@example.com").await;
    let mut identity = ann.client(&app).identity().clone();
    identity.network = office.identity().network;
    assert_limited(&app.as_identity(identity).execute(verify, json!({})).await);
    let count = "mutation { countMail { allowed retryAfterSeconds } }";
    let mut identity = office.identity().clone().on_behalf_of("orders");
    let counted = app.as_identity(identity.clone()).execute_internal(count, json!({})).await;
    assert_eq!(counted.at("countMail.allowed"), false, "{}", counted.body);
    identity.network = from(&app, 2).identity().network;
    let counted = app.as_identity(identity).execute_internal(count, json!({})).await;
    assert_eq!(counted.at("countMail"), &json!({ "allowed": true, "retryAfterSeconds": null }));

    request_reset(&from(&app, 2), "one-more@example.com").await.data();
    app.clock().advance(Duration::from_secs(retry_after));
    request_reset(&office, "one-more@example.com").await.data();
    assert_limited(&request_reset(&office, "one-more@example.com").await);
}

/// One address gets at most ten mails an hour, whoever asks and whether or not an account has it.
#[tokio::test]
async fn mails_to_one_address_are_limited() {
    let app = start().await;
    register(&app, "ann@example.com").await;
    for email in ["ann@example.com", "nobody@example.com"] {
        // Ann's own registration counts.
        for n in if email.starts_with("ann") { 1..10 } else { 0..10 } {
            request_reset(&from(&app, n), email).await.data();
        }
        assert_limited(&request_reset(&from(&app, 99), email).await);
        // However it is written.
        assert_limited(&request_reset(&from(&app, 99), &email.to_uppercase()).await);
    }
    request_reset(&from(&app, 99), "ben@example.com").await.data();
    app.clock().advance(Duration::from_secs(361));
    request_reset(&from(&app, 99), "nobody@example.com").await.data();
}

/// What orders has mailed counts for the address too: the eleventh within an hour is not sent, and is no failure.
#[tokio::test]
async fn codes_for_orders_count_for_their_address() {
    let app = start().await;
    let send = "mutation ($input: SendMailInput!) { sendMail(input: $input) { sent } }";
    for n in 0..11 {
        let input = json!({
            "key": format!("code:{n}"), "template": "ORDER_CLAIM", "to": "ann@example.com", "language": "en",
            "data": { "orderNumber": "K7QF-2M9X", "code": "7Q2M-K9XD-04TR" },
        });
        let sent = app.as_service("orders").execute_internal(send, json!({ "input": input })).await;
        assert_eq!(sent.at("sendMail.sent"), n < 10, "{n}: {}", sent.body);
    }
    assert_eq!(mails(&app, "ann@example.com").len(), 10);
    assert_limited(&request_reset(&app.as_guest(), "ann@example.com").await);
}
