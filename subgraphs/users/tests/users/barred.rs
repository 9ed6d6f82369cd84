//! Accounts that may not be used, because staff blocked them or because they belong to a demo that is off: no code is
//! mailed to them, none works for them, and who asks is answered as for an address that nobody has.

use platform_identity::Scope;
use platform_testkit::{TestSubgraph, eventually_some};
use sea_orm::ConnectionTrait;
use serde_json::json;
use users::UsersSubgraph;
use users::demo::{LOGINS, seed};

use crate::support::{
    PASSWORD, REGISTER, builder, login, mails, refresh, register, register_and_wait, staff, start,
};

const BLOCK: &str = "mutation ($id: ID!) { blockUser(input: { userId: $id }) { changed } }";
const UNBLOCK: &str = "mutation ($id: ID!) { unblockUser(input: { userId: $id }) { changed } }";
const REQUEST: &str =
    "mutation ($email: String!) { requestPasswordReset(input: { email: $email }) { message } }";
const RESET: &str = "mutation ($token: String!) {
    resetPassword(input: { token: $token, newPassword: \"wrong mule accumulator\" }) { __typename } }";
const VERIFY: &str = "mutation ($token: String!) { verifyEmail(input: { token: $token }) { __typename } }";

/// The newest token with this prefix that was mailed to an address.
async fn mailed(app: &TestSubgraph<UsersSubgraph>, to: &str, prefix: &str) -> String {
    eventually_some(|| async {
        let mails = mails(app, to);
        let mut lines = mails.iter().flat_map(|text| text.lines());
        lines.rfind(|line| line.starts_with(prefix)).map(str::to_owned)
    })
    .await
}

async fn reset(app: &TestSubgraph<UsersSubgraph>, token: &str) -> String {
    app.as_guest().execute(RESET, json!({ "token": token })).await.text("resetPassword.__typename")
}

/// Waits until whatever was enqueued before is done: a mail that comes later has arrived.
async fn settle(app: &TestSubgraph<UsersSubgraph>) {
    let email = format!("{}@example.com", app.ids().next_uuid());
    let input = json!({ "email": email, "password": PASSWORD, "name": "Ben" });
    register_and_wait(&app.as_guest(), app, input, 0).await;
}

#[tokio::test]
async fn a_blocked_account_is_mailed_no_code_and_none_works_for_it() {
    let app = start().await;
    let ann = register(&app, "ann@example.com").await;
    app.database().write().execute_unprepared("UPDATE users SET email_verified_at = NULL").await.unwrap();
    let ask = "mutation { requestEmailVerification { message } }";
    ann.client(&app).execute(ask, json!({})).await.data();
    app.as_guest().execute(REQUEST, json!({ "email": "ann@example.com" })).await.data();
    let (token, verification) = (
        mailed(&app, "ann@example.com", "souk_pr_").await,
        mailed(&app, "ann@example.com", "souk_ev_").await,
    );
    let manager = staff(&app, [Scope::UsersManage, Scope::UsersRead]).await;
    manager.execute(BLOCK, json!({ "id": ann.id })).await.data();
    let before = mails(&app, "ann@example.com").len();

    assert_eq!(reset(&app, &token).await, "InvalidToken");
    let verified = app.as_guest().execute(VERIFY, json!({ "token": verification })).await;
    assert_eq!(verified.text("verifyEmail.__typename"), "InvalidToken");
    app.clock().advance(std::time::Duration::from_secs(61));
    let known = app.as_guest().execute(REQUEST, json!({ "email": "ann@example.com" })).await;
    let unknown = app.as_guest().execute(REQUEST, json!({ "email": "nobody@example.com" })).await;
    assert_eq!(known.data(), unknown.data());
    ann.client(&app).execute(ask, json!({})).await.data();
    let input = json!({ "email": "ann@example.com", "password": PASSWORD, "name": "Eve" });
    app.as_guest().execute(REGISTER, json!({ "input": input })).await.data();
    settle(&app).await;
    assert_eq!(mails(&app, "ann@example.com").len(), before, "no advice that cannot be followed");

    manager.execute(UNBLOCK, json!({ "id": ann.id })).await.data();
    assert_eq!(reset(&app, &token).await, "InvalidToken", "what was handed out before the block is over");
    app.as_guest().execute(REQUEST, json!({ "email": "ann@example.com" })).await.data();
    eventually_some(|| async { (mails(&app, "ann@example.com").len() > before).then_some(()) }).await;
    assert_eq!(reset(&app, &mailed(&app, "ann@example.com", "souk_pr_").await).await, "ResetPasswordSuccess");
}

/// Check 51: a demo user of a demo that is off has no way back in by mail.
#[tokio::test]
async fn a_demo_user_is_mailed_no_code_where_the_demo_is_off_and_none_works_for_it() {
    let app = start().await;
    seed(app.hosted().platform(), &[], &|_, _| {}).await.unwrap();
    let buyer = LOGINS[0];
    app.as_guest().execute(REQUEST, json!({ "email": buyer.email })).await.data();
    let token = mailed(&app, buyer.email, "souk_pr_").await;
    let app = app.restart_with(builder().configure(|config| config.demo = false)).await;
    let before = mails(&app, buyer.email).len();
    assert_eq!(reset(&app, &token).await, "InvalidToken");
    app.clock().advance(std::time::Duration::from_secs(61));
    let known = app.as_guest().execute(REQUEST, json!({ "email": buyer.email })).await;
    let unknown = app.as_guest().execute(REQUEST, json!({ "email": "nobody@example.com" })).await;
    assert_eq!(known.data(), unknown.data());
    let input = json!({ "email": buyer.email, "password": PASSWORD, "name": "Eve" });
    app.as_guest().execute(REGISTER, json!({ "input": input })).await.data();
    settle(&app).await;
    assert_eq!(mails(&app, buyer.email).len(), before);

    let asked = app
        .as_service("orders")
        .execute_internal(
            "query ($id: ID!, $email: String!) { ownsEmail(userId: $id, email: $email) user(id: $id) { active } }",
            json!({ "id": buyer.id, "email": buyer.email }),
        )
        .await;
    assert_eq!(asked.data(), &json!({ "ownsEmail": false, "user": { "active": false } }));
}

/// Whatever let a session outlive the block: it is not refreshed, and its user changes no password.
#[tokio::test]
async fn a_session_of_a_blocked_account_is_not_refreshed() {
    let app = start().await;
    let ann = register(&app, "ann@example.com").await;
    app.database().write().execute_unprepared("UPDATE users SET status = 'BLOCKED'").await.unwrap();
    assert_eq!(refresh(&app, &ann.refresh).await.text("refreshToken.reason"), "REVOKED");
    let change = "mutation ($input: ChangePasswordInput!) { changePassword(input: $input) { __typename } }";
    let input = json!({ "currentPassword": PASSWORD, "newPassword": "wrong mule accumulator" });
    let refused = ann.client(&app).execute(change, json!({ "input": input })).await;
    assert_eq!(refused.codes(), ["FORBIDDEN"], "{}", refused.body);
    assert_eq!(login(&app, "ann@example.com", PASSWORD).await.text("login.__typename"), "AccountBlocked");
}
