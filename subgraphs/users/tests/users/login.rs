use std::time::Duration;

use futures::future::join_all;
use platform_identity::Scope;
use serde_json::json;

use crate::support::{PASSWORD, builder, login, register, staff, start};

const SESSIONS: &str = "{ sessions { edges { node { id device current } } } }";

#[tokio::test]
async fn a_login_begins_a_session_that_its_user_sees_and_ends() {
    let app = start().await;
    let ann = register(&app, "ann@example.com").await;
    let answer = login(&app, " ANN@example.com", PASSWORD).await;
    assert_eq!(answer.text("login.__typename"), "LoginSuccess");
    assert_eq!(answer.text("login.user.id"), ann.id.to_string());
    let second = answer.text("login.tokens.sessionId");

    let listed = ann.client(&app).execute(SESSIONS, json!({})).await;
    assert_eq!(
        listed.at("sessions.edges.0.node"),
        &json!({ "id": second, "device": null, "current": false })
    );
    assert_eq!(listed.at("sessions.edges.1.node.current"), true);

    let logout = "mutation ($id: ID) { logout(input: { sessionId: $id }) { ended } }";
    assert_eq!(ann.client(&app).execute(logout, json!({ "id": second })).await.at("logout.ended"), true);
    assert_eq!(ann.client(&app).execute(logout, json!({ "id": second })).await.at("logout.ended"), false);
    let listed = ann.client(&app).execute(SESSIONS, json!({})).await;
    assert_eq!(listed.at("sessions.edges").as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn somebody_elses_session_is_not_ended() {
    let app = start().await;
    let (ann, eve) = (register(&app, "ann@example.com").await, register(&app, "eve@example.com").await);
    let logout = "mutation ($id: ID) { logout(input: { sessionId: $id }) { ended } }";
    let answer = eve.client(&app).execute(logout, json!({ "id": ann.session })).await;
    assert_eq!(answer.at("logout.ended"), false);
    assert_eq!(ann.client(&app).execute(SESSIONS, json!({})).await.at("sessions.edges.0.node.current"), true);
}

#[tokio::test]
async fn an_unknown_address_and_a_wrong_password_are_answered_alike() {
    let app = start().await;
    register(&app, "ann@example.com").await;
    let wrong = login(&app, "ann@example.com", "wrong horse battery").await;
    let unknown = login(&app, "nobody@example.com", "wrong horse battery").await;
    let nonsense = login(&app, "nonsense", "wrong horse battery").await;
    assert_eq!(wrong.text("login.__typename"), "InvalidCredentials");
    assert_eq!(wrong.data(), unknown.data());
    assert_eq!(wrong.data(), nonsense.data());
}

#[tokio::test]
async fn five_failures_make_an_address_wait_whether_it_has_an_account_or_not() {
    let app = start().await;
    register(&app, "ann@example.com").await;
    for email in ["ann@example.com", "nobody@example.com"] {
        for _ in 0..5 {
            assert_eq!(
                login(&app, email, "wrong horse").await.text("login.__typename"),
                "InvalidCredentials"
            );
        }
        assert_eq!(login(&app, email, PASSWORD).await.text("login.__typename"), "LoginLocked", "{email}");
    }
    app.clock().advance(Duration::from_secs(31));
    assert_eq!(
        login(&app, "ann@example.com", "wrong horse").await.text("login.__typename"),
        "InvalidCredentials"
    );
    app.clock().advance(Duration::from_secs(31));
    let doubled = login(&app, "ann@example.com", PASSWORD).await;
    assert_eq!(doubled.text("login.__typename"), "LoginLocked");
    app.clock().advance(Duration::from_secs(31));
    assert_eq!(login(&app, "ann@example.com", PASSWORD).await.text("login.__typename"), "LoginSuccess");
    // A success forgets the failures.
    assert_eq!(
        login(&app, "ann@example.com", "wrong horse").await.text("login.__typename"),
        "InvalidCredentials"
    );
    assert_eq!(login(&app, "ann@example.com", PASSWORD).await.text("login.__typename"), "LoginSuccess");
}

#[tokio::test]
async fn guesses_that_come_at_once_do_not_get_past_the_limit() {
    let app = start().await;
    register(&app, "ann@example.com").await;
    let outcomes = join_all((0..40).map(|_| login(&app, "ann@example.com", "wrong horse"))).await;
    let tried =
        outcomes.iter().filter(|answer| answer.text("login.__typename") == "InvalidCredentials").count();
    let cores = std::thread::available_parallelism().unwrap().get();
    assert!((5..5 + cores).contains(&tried), "{tried} of 40 guesses were looked at");
}

#[tokio::test]
async fn many_logins_at_once_with_the_right_password_all_succeed() {
    let app = start().await;
    register(&app, "ann@example.com").await;
    for answer in join_all((0..20).map(|_| login(&app, "ann@example.com", PASSWORD))).await {
        assert_eq!(answer.text("login.__typename"), "LoginSuccess");
    }
}

#[tokio::test]
async fn a_blocked_user_is_out_until_unblocked() {
    let app = start().await;
    let ann = register(&app, "ann@example.com").await;
    let staff = staff(&app, [Scope::UsersManage, Scope::UsersRead]).await;
    let block = "mutation ($id: ID!) { blockUser(input: { userId: $id }) { changed user { status } } }";
    assert_eq!(staff.execute(block, json!({ "id": ann.id })).await.at("blockUser.user.status"), "BLOCKED");
    assert_eq!(login(&app, "ann@example.com", PASSWORD).await.text("login.__typename"), "AccountBlocked");
    assert_eq!(
        login(&app, "ann@example.com", "wrong horse").await.text("login.__typename"),
        "InvalidCredentials"
    );
    let refreshed = crate::support::refresh(&app, &ann.refresh).await;
    assert_eq!(refreshed.text("refreshToken.reason"), "REVOKED");
    let unblock = "mutation ($id: ID!) { unblockUser(input: { userId: $id }) { changed } }";
    assert_eq!(staff.execute(unblock, json!({ "id": ann.id })).await.at("unblockUser.changed"), true);
    assert_eq!(login(&app, "ann@example.com", PASSWORD).await.text("login.__typename"), "LoginSuccess");
}

#[tokio::test]
async fn staff_cannot_block_itself() {
    let app = start().await;
    let ann = register(&app, "ann@example.com").await;
    let block = "mutation ($id: ID!) { blockUser(input: { userId: $id }) { changed } }";
    let refused =
        ann.client(&app).with_scopes([Scope::UsersManage]).execute(block, json!({ "id": ann.id })).await;
    assert_eq!(refused.codes(), ["CONFLICT"]);
}

#[tokio::test]
async fn a_dearer_hash_takes_effect_at_the_next_login() {
    let app = start().await;
    register(&app, "ann@example.com").await;
    let dearer = builder().configure(|config| config.auth.argon2_passes = 2);
    let app = app.restart_with(dearer).await;
    for _ in 0..2 {
        assert_eq!(login(&app, "ann@example.com", PASSWORD).await.text("login.__typename"), "LoginSuccess");
    }
    use sea_orm::EntityTrait;
    let stored = users_entities::user::Entity::find().one(app.database().read()).await.unwrap().unwrap();
    assert!(stored.password_hash.unwrap().contains("m=64,t=2,p=1"));
}
