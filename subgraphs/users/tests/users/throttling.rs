//! Guesses: limited by account and network together, so that a stranger's do not lock the owner out.

use std::time::Duration;

use platform_testkit::{Answer, TestClient, eventually_some};
use serde_json::json;

use crate::support::{LOGIN, PASSWORD, from, mails, register_from, start};

async fn login(client: &TestClient, email: &str, password: &str) -> Answer {
    client.execute(LOGIN, json!({ "input": { "email": email, "password": password } })).await
}

async fn outcome(client: &TestClient, email: &str, password: &str) -> String {
    login(client, email, password).await.text("login.__typename")
}

#[tokio::test]
async fn a_strangers_guesses_do_not_lock_the_owner_out() {
    let app = start().await;
    let (home, stranger) = (from(&app, 1), from(&app, 2));
    register_from(&home, &app, "ann@example.com").await;
    for _ in 0..5 {
        assert_eq!(outcome(&stranger, "ann@example.com", "wrong horse").await, "InvalidCredentials");
    }
    assert_eq!(outcome(&stranger, "ann@example.com", PASSWORD).await, "LoginLocked");
    assert_eq!(outcome(&home, "ann@example.com", PASSWORD).await, "LoginSuccess");
    // From elsewhere too, where nobody has guessed.
    assert_eq!(outcome(&from(&app, 3), "ann@example.com", PASSWORD).await, "LoginSuccess");
    assert_eq!(
        outcome(&stranger, "ann@example.com", PASSWORD).await,
        "LoginLocked",
        "that forgives nobody else"
    );
    app.clock().advance(Duration::from_secs(31));
    assert_eq!(outcome(&stranger, "ann@example.com", PASSWORD).await, "LoginSuccess");
}

#[tokio::test]
async fn guesses_from_many_networks_are_limited_and_never_lock_a_known_one() {
    let app = start().await;
    let home = from(&app, 1);
    register_from(&home, &app, "ann@example.com").await;
    for n in 10..61 {
        assert_eq!(
            outcome(&from(&app, n), "ann@example.com", "wrong horse").await,
            "InvalidCredentials",
            "{n}"
        );
    }
    assert_eq!(outcome(&from(&app, 99), "ann@example.com", PASSWORD).await, "LoginLocked");
    assert_eq!(outcome(&home, "ann@example.com", PASSWORD).await, "LoginSuccess");
    // One more a minute.
    app.clock().advance(Duration::from_secs(61));
    assert_eq!(outcome(&from(&app, 98), "ann@example.com", "wrong horse").await, "InvalidCredentials");
    // And the known network has its own limit.
    for _ in 0..5 {
        assert_eq!(outcome(&home, "ann@example.com", "wrong horse").await, "InvalidCredentials");
    }
    assert_eq!(outcome(&home, "ann@example.com", PASSWORD).await, "LoginLocked");
}

/// The way in for an owner from elsewhere while strangers guess: a code by mail, and no waiting.
#[tokio::test]
async fn an_owner_from_elsewhere_comes_in_by_a_code_while_strangers_guess() {
    let app = start().await;
    register_from(&from(&app, 1), &app, "ann@example.com").await;
    let guess = async |n: u8| outcome(&from(&app, n), "ann@example.com", "wrong horse").await;
    for n in 10..61 {
        guess(n).await;
    }
    let hotel = from(&app, 99);
    assert_eq!(outcome(&hotel, "ann@example.com", PASSWORD).await, "LoginLocked");
    let ask = "mutation { requestPasswordReset(input: { email: \"ann@example.com\" }) { message } }";
    hotel.execute(ask, json!({})).await.data();
    let token = eventually_some(|| async {
        let texts = mails(&app, "ann@example.com").concat();
        texts.lines().find(|line| line.starts_with("souk_pr_")).map(str::to_owned)
    })
    .await;
    let reset = "mutation ($token: String!) {
        resetPassword(input: { token: $token, newPassword: \"wrong mule accumulator\" }) { __typename } }";
    let answer = hotel.execute(reset, json!({ "token": token })).await;
    assert_eq!(answer.text("resetPassword.__typename"), "ResetPasswordSuccess");
    for n in 110..170 {
        guess(n).await;
    }
    assert_eq!(guess(200).await, "LoginLocked");
    assert_eq!(outcome(&hotel, "ann@example.com", "wrong mule accumulator").await, "LoginSuccess");
}

#[tokio::test]
async fn guesses_from_one_network_at_many_accounts_are_limited() {
    let app = start().await;
    let office = from(&app, 1);
    register_from(&office, &app, "ann@example.com").await;
    for n in 0..101 {
        let email = format!("user-{n}@example.com");
        assert_eq!(outcome(&office, &email, "wrong horse").await, "InvalidCredentials", "{n}");
    }
    assert_eq!(outcome(&office, "one-more@example.com", "wrong horse").await, "LoginLocked");
    assert_eq!(outcome(&office, "ann@example.com", PASSWORD).await, "LoginSuccess", "known here");
    assert_eq!(outcome(&from(&app, 2), "one-more@example.com", "wrong horse").await, "InvalidCredentials");
    app.clock().advance(Duration::from_secs(31));
    assert_eq!(outcome(&office, "one-more@example.com", "wrong horse").await, "InvalidCredentials");
}
