use std::time::Duration;

use platform_testkit::{TestSubgraph, eventually_some};
use serde_json::json;
use users::UsersSubgraph;

use crate::support::{PASSWORD, login, refresh, register, start};

const NEW: &str = "wrong mule accumulator";
const CHANGE: &str = "mutation ($input: ChangePasswordInput!) { changePassword(input: $input) {
    __typename ... on ChangePasswordSuccess { endedSessions } ... on WeakPassword { reason } } }";
const REQUEST: &str =
    "mutation ($email: String!) { requestPasswordReset(input: { email: $email }) { message } }";
const RESET: &str = "mutation ($token: String!, $password: String!) {
    resetPassword(input: { token: $token, newPassword: $password }) { __typename ... on WeakPassword { reason } } }";
const VERIFY: &str = "mutation ($token: String!) { verifyEmail(input: { token: $token }) { __typename } }";

/// The tokens with this prefix in the mails to an address, waiting for the first.
async fn mailed(app: &TestSubgraph<UsersSubgraph>, to: &str, prefix: &str) -> Vec<String> {
    let folder = app.data_dir().join("users/mail");
    eventually_some(|| async {
        let mut tokens = Vec::new();
        for entry in std::fs::read_dir(&folder).ok()? {
            let path = entry.ok()?.path();
            let text = std::fs::read_to_string(&path).ok()?;
            if path.extension().is_some_and(|ending| ending == "eml")
                && text.contains(&format!("To: {to}\r\n"))
            {
                tokens.extend(text.lines().filter(|line| line.starts_with(prefix)).map(str::to_owned));
            }
        }
        (!tokens.is_empty()).then_some(tokens)
    })
    .await
}

#[tokio::test]
async fn a_new_password_takes_the_place_of_the_old_and_ends_other_sessions() {
    let app = start().await;
    let ann = register(&app, "ann@example.com").await;
    let other = login(&app, "ann@example.com", PASSWORD).await.text("login.tokens.refreshToken");
    let change = async |current: &str, new: &str| {
        let input = json!({ "currentPassword": current, "newPassword": new });
        ann.client(&app).execute(CHANGE, json!({ "input": input })).await
    };
    assert_eq!(change("not my password", NEW).await.text("changePassword.__typename"), "WrongPassword");
    assert_eq!(change(PASSWORD, "short").await.text("changePassword.reason"), "TOO_SHORT");
    assert_eq!(change(PASSWORD, NEW).await.at("changePassword.endedSessions"), 1);
    assert_eq!(refresh(&app, &other).await.text("refreshToken.reason"), "REVOKED");
    assert_eq!(refresh(&app, &ann.refresh).await.text("refreshToken.__typename"), "RefreshTokenSuccess");
    assert_eq!(login(&app, "ann@example.com", PASSWORD).await.text("login.__typename"), "InvalidCredentials");
    assert_eq!(login(&app, "ann@example.com", NEW).await.text("login.__typename"), "LoginSuccess");
}

/// A stolen access token is no way to guess the password.
#[tokio::test]
async fn guesses_by_changing_the_password_are_limited() {
    let app = start().await;
    let ann = register(&app, "ann@example.com").await;
    let change = async |current: &str| {
        let input = json!({ "currentPassword": current, "newPassword": NEW });
        ann.client(&app).execute(CHANGE, json!({ "input": input })).await.text("changePassword.__typename")
    };
    for _ in 0..5 {
        assert_eq!(change("not my password").await, "WrongPassword");
    }
    assert_eq!(change(PASSWORD).await, "WrongPassword");
    app.clock().advance(Duration::from_secs(31));
    assert_eq!(change(PASSWORD).await, "ChangePasswordSuccess");
}

#[tokio::test]
async fn a_forgotten_password_is_reset_once_with_a_mailed_code() {
    let app = start().await;
    let ann = register(&app, "ann@example.com").await;
    let known = app.as_guest().execute(REQUEST, json!({ "email": "Ann@example.com" })).await;
    let unknown = app.as_guest().execute(REQUEST, json!({ "email": "nobody@example.com" })).await;
    assert_eq!(known.data(), unknown.data());
    let token = mailed(&app, "ann@example.com", "souk_pr_").await.remove(0);

    let reset = async |token: &str, password: &str| {
        app.as_guest().execute(RESET, json!({ "token": token, "password": password })).await
    };
    assert_eq!(reset(&token, "short").await.text("resetPassword.reason"), "TOO_SHORT");
    assert_eq!(reset("souk_pr_nonsense", NEW).await.text("resetPassword.__typename"), "InvalidToken");
    let (one, other) = futures::future::join(reset(&token, NEW), reset(&token, NEW)).await;
    let mut outcomes = [one.text("resetPassword.__typename"), other.text("resetPassword.__typename")];
    outcomes.sort_unstable();
    assert_eq!(outcomes, ["InvalidToken", "ResetPasswordSuccess"]);

    assert_eq!(refresh(&app, &ann.refresh).await.text("refreshToken.reason"), "REVOKED");
    assert_eq!(login(&app, "ann@example.com", NEW).await.text("login.__typename"), "LoginSuccess");
    let me = ann.client(&app).execute("{ me { emailVerified } }", json!({})).await;
    assert_eq!(me.at("me.emailVerified"), true, "whoever got the code reads the mail");
}

#[tokio::test]
async fn a_code_expires_and_serves_one_purpose() {
    let app = start().await;
    register(&app, "ann@example.com").await;
    app.as_guest().execute(REQUEST, json!({ "email": "ann@example.com" })).await.data();
    let reset = mailed(&app, "ann@example.com", "souk_pr_").await.remove(0);
    let verify = mailed(&app, "ann@example.com", "souk_ev_").await.remove(0);
    let swapped = app.as_guest().execute(RESET, json!({ "token": verify, "password": NEW })).await;
    assert_eq!(swapped.text("resetPassword.__typename"), "InvalidToken");
    let swapped = app.as_guest().execute(VERIFY, json!({ "token": reset })).await;
    assert_eq!(swapped.text("verifyEmail.__typename"), "InvalidToken");
    app.clock().advance(Duration::from_secs(3_601));
    let late = app.as_guest().execute(RESET, json!({ "token": reset, "password": NEW })).await;
    assert_eq!(late.text("resetPassword.__typename"), "InvalidToken");
    let verified = app.as_guest().execute(VERIFY, json!({ "token": verify })).await;
    assert_eq!(verified.text("verifyEmail.__typename"), "VerifyEmailSuccess");
    let again = app.as_guest().execute(VERIFY, json!({ "token": verify })).await;
    assert_eq!(again.text("verifyEmail.__typename"), "InvalidToken");
}
