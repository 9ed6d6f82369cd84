//! Guesses: limited by account and network together, so that a stranger's do not lock the owner out.

use std::net::IpAddr;
use std::time::Duration;

use platform_testkit::{Answer, TestClient, TestSubgraph};
use serde_json::json;
use users::UsersSubgraph;

use crate::support::{LOGIN, PASSWORD, register_from, start};

/// Somebody from the `n`th network.
fn from(app: &TestSubgraph<UsersSubgraph>, n: u8) -> TestClient {
    let mut identity = app.as_guest().identity().clone();
    identity.network = Some(IpAddr::from([198, 51, 100, n]));
    app.as_identity(identity)
}

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
