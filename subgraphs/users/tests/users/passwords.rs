use std::time::Duration;

use platform_testkit::{TestSubgraph, eventually_some};
use sea_orm::ConnectionTrait;
use serde_json::json;
use users::UsersSubgraph;

use crate::support::{PASSWORD, REGISTER, login, mails, refresh, register, start};

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
    eventually_some(|| async {
        let mails = mails(app, to);
        let lines = mails.iter().flat_map(|text| text.lines());
        let tokens: Vec<_> = lines.filter(|line| line.starts_with(prefix)).map(str::to_owned).collect();
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
    let ann = register(&app, "ann@example.com").await;
    // As an account that an earlier release made without a code.
    let unverified = "UPDATE users SET email_verified_at = NULL";
    app.database().write().execute_unprepared(unverified).await.unwrap();
    let ask = "mutation { requestEmailVerification { message } }";
    ann.client(&app).execute(ask, json!({})).await.data();
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

/// Check 56: a password is the same in any Unicode form, as keyboards differ in it.
#[tokio::test]
async fn a_password_is_the_same_in_any_unicode_form() {
    let app = start().await;
    let ann = register(&app, "ann@example.com").await;
    let change =
        json!({ "input": { "currentPassword": PASSWORD, "newPassword": "p\u{e4}sse f\u{fc}r alle" } });
    ann.client(&app).execute(CHANGE, change).await.data();
    for written in ["p\u{e4}sse f\u{fc}r alle", "pa\u{308}sse fu\u{308}r alle"] {
        let answer = login(&app, "ann@example.com", written).await;
        assert_eq!(answer.text("login.__typename"), "LoginSuccess", "{written:?}");
    }
}

/// Common passwords, and slight changes of them, are refused wherever a password is chosen.
#[tokio::test]
async fn common_passwords_are_refused_everywhere() {
    let app = start().await;
    let ann = register(&app, "ann@example.com").await;
    app.as_guest().execute(REQUEST, json!({ "email": "ann@example.com" })).await.data();
    let token = mailed(&app, "ann@example.com", "souk_pr_").await.remove(0);
    for common in [
        "1234567890",
        "0987654321",
        "1q2w3e4r5t",
        "abcdefghij",
        "administrator",
        "basketball",
        "iloveyou12",
        "letmein123",
        "password1234",
        "Passw0rd123",
        "P@ssw0rd123",
        "passwordpassword",
        "q1w2e3r4t5",
        "QWERTY12345",
        "qwertyuiop",
        "superman123",
        "welcome123",
        "2026-11-28",
        "ababababababab",
    ] {
        let input = json!({ "email": "b@example.com", "password": common, "name": "Ben" });
        let answer = app.as_guest().execute(REGISTER, json!({ "input": input })).await;
        assert_eq!(answer.text("register.reason"), "TOO_COMMON", "{common}");
        let input = json!({ "currentPassword": PASSWORD, "newPassword": common });
        let answer = ann.client(&app).execute(CHANGE, json!({ "input": input })).await;
        assert_eq!(answer.text("changePassword.reason"), "TOO_COMMON", "{common}");
        let answer = app.as_guest().execute(RESET, json!({ "token": token, "password": common })).await;
        assert_eq!(answer.text("resetPassword.reason"), "TOO_COMMON", "{common}");
    }
    for fair in ["correct horse", "今日は良い天気ですね"] {
        let input = json!({ "email": "b@example.com", "password": fair, "name": "Ben" });
        let answer = app.as_guest().execute(REGISTER, json!({ "input": input })).await;
        assert_eq!(answer.text("register.__typename"), "RegistrationPending", "{fair}");
    }
}

/// A name that an earlier release stored makes no link in a mail.
#[tokio::test]
async fn a_name_carries_no_link_into_a_mail() {
    let app = start().await;
    register(&app, "ann@example.com").await;
    let named = "UPDATE users SET name = 'You won https://evil.example/win'";
    app.database().write().execute_unprepared(named).await.unwrap();
    app.as_guest().execute(REQUEST, json!({ "email": "ann@example.com" })).await.data();
    mailed(&app, "ann@example.com", "souk_pr_").await;
    let texts = mails(&app, "ann@example.com").concat();
    assert!(texts.contains("You won https evil. example win"), "{texts}");
    assert!(!texts.contains("evil.example") && !texts.contains("://"), "{texts}");
}
