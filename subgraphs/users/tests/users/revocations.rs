use std::collections::BTreeSet;
use std::time::Duration;

use futures::future::join_all;
use platform_identity::Scope;
use sea_orm::ConnectionTrait;
use serde_json::json;

use crate::support::{PASSWORD, claims, login, refresh, register, revocations, staff, start};

const LOG_OUT: &str = "mutation { logout { ended } }";

/// Check 16: what the gateway polls names a session, a block and a change of roles with the answer to the mutation.
#[tokio::test]
async fn what_ends_is_in_the_revocations_at_once() {
    let app = start().await;
    let ann = register(&app, "ann@example.com").await;
    let staff = staff(&app, [Scope::RolesGrant, Scope::UsersManage, Scope::UsersRead]).await;
    let (none, cursor) = revocations(&app, None).await;
    assert!(none.is_empty());

    ann.client(&app).execute(LOG_OUT, json!({})).await.data();
    let (revoked, cursor) = revocations(&app, Some(&cursor)).await;
    assert_eq!(
        revoked.iter().map(|r| (&r["kind"], &r["id"])).collect::<Vec<_>>(),
        [(&json!("SESSION"), &json!(ann.session))]
    );

    let grant = "mutation ($id: ID!) { grantRole(input: { userId: $id, role: COURIER }) { changed } }";
    staff.execute(grant, json!({ "id": ann.id })).await.data();
    let (revoked, cursor) = revocations(&app, Some(&cursor)).await;
    assert_eq!(
        revoked.iter().map(|r| (&r["kind"], &r["id"])).collect::<Vec<_>>(),
        [(&json!("USER"), &json!(ann.id))]
    );

    let session = login(&app, "ann@example.com", PASSWORD).await.text("login.tokens.sessionId");
    let block = "mutation ($id: ID!) { blockUser(input: { userId: $id }) { changed } }";
    staff.execute(block, json!({ "id": ann.id })).await.data();
    let (revoked, cursor) = revocations(&app, Some(&cursor)).await;
    let seen: BTreeSet<String> = revoked.iter().map(|r| format!("{} {}", r["kind"], r["id"])).collect();
    assert_eq!(seen, [format!("\"SESSION\" \"{session}\""), format!("\"USER\" \"{}\"", ann.id)].into());

    let (again, same) = revocations(&app, Some(&cursor)).await;
    assert!(again.is_empty());
    assert_eq!(same, cursor);
    assert_eq!(revocations(&app, None).await.0.len(), 4);
}

/// Check 16: tokens from before a change of roles count as older than it, those from after as newer, even within one
/// second; a token carries whole seconds.
#[tokio::test]
async fn a_token_from_after_a_change_is_newer_than_the_change() {
    let app = start().await;
    let ann = register(&app, "ann@example.com").await;
    let staff = staff(&app, [Scope::RolesGrant, Scope::UsersRead]).await;
    let grant = "mutation ($id: ID!) { grantRole(input: { userId: $id, role: COURIER }) { changed } }";
    staff.execute(grant, json!({ "id": ann.id })).await.data();
    let after = refresh(&app, &ann.refresh).await.text("refreshToken.tokens.accessToken");
    let (revoked, _) = revocations(&app, None).await;
    let at: chrono::DateTime<chrono::Utc> = revoked[0]["revokedAt"].as_str().unwrap().parse().unwrap();
    let issued = |token: &str| claims(token)["iat"].as_i64().unwrap();
    assert!(issued(&ann.access) <= at.timestamp());
    assert!(issued(&after) > at.timestamp(), "{} {at}", issued(&after));
    assert_eq!(claims(&after)["roles"], json!(["buyer", "courier"]));
    // And a second change counts against that one, though it is dated ahead.
    let revoke = "mutation ($id: ID!) { revokeRole(input: { userId: $id, role: COURIER }) { __typename } }";
    staff.execute(revoke, json!({ "id": ann.id })).await.data();
    let (revoked, _) = revocations(&app, None).await;
    let again: chrono::DateTime<chrono::Utc> = revoked[1]["revokedAt"].as_str().unwrap().parse().unwrap();
    assert!(issued(&after) <= again.timestamp(), "{} {again}", issued(&after));
    let last = login(&app, "ann@example.com", PASSWORD).await.text("login.tokens.accessToken");
    assert!(issued(&last) > again.timestamp(), "{} {again}", issued(&last));
}

/// Check 16: a reader that follows the cursor while others revoke misses none.
#[tokio::test]
async fn a_reader_beside_writers_misses_nothing() {
    let app = start().await;
    register(&app, "ann@example.com").await;
    let logins = join_all((0..20).map(|_| login(&app, "ann@example.com", PASSWORD))).await;
    let user = logins[0].text("login.user.id").parse().unwrap();
    let sessions: Vec<String> = logins.iter().map(|answer| answer.text("login.tokens.sessionId")).collect();
    let logouts = join_all(sessions.iter().map(|session| {
        let client = app.as_user(user).with_session(session.parse().unwrap());
        async move {
            client.execute(LOG_OUT, json!({})).await.data();
        }
    }));
    let reader = async {
        let (mut seen, mut cursor) = (BTreeSet::new(), None);
        while seen.len() < sessions.len() {
            let (revoked, next) = revocations(&app, cursor.as_deref()).await;
            seen.extend(revoked.iter().map(|r| r["id"].as_str().unwrap().to_owned()));
            cursor = Some(next);
        }
        seen
    };
    let (_, seen) =
        tokio::time::timeout(Duration::from_secs(60), futures::future::join(logouts, reader)).await.unwrap();
    assert_eq!(seen, sessions.into_iter().collect());
}

#[tokio::test]
async fn logging_out_everywhere_ends_every_session_or_all_others() {
    let app = start().await;
    let ann = register(&app, "ann@example.com").await;
    let second = login(&app, "ann@example.com", PASSWORD).await;
    let third = login(&app, "ann@example.com", PASSWORD).await;
    let everywhere =
        "mutation ($keep: Boolean!) { logoutEverywhere(input: { keepCurrent: $keep }) { endedSessions } }";
    let answer = ann.client(&app).execute(everywhere, json!({ "keep": true })).await;
    assert_eq!(answer.at("logoutEverywhere.endedSessions"), 2);
    for other in [second, third] {
        let token = other.text("login.tokens.refreshToken");
        assert_eq!(refresh(&app, &token).await.text("refreshToken.reason"), "REVOKED");
    }
    let next = refresh(&app, &ann.refresh).await.text("refreshToken.tokens.refreshToken");
    let answer = ann.client(&app).execute(everywhere, json!({ "keep": false })).await;
    assert_eq!(answer.at("logoutEverywhere.endedSessions"), 1);
    assert_eq!(refresh(&app, &next).await.text("refreshToken.reason"), "REVOKED");
}

/// Check 16: an open subscription ends with its session.
#[tokio::test]
async fn an_open_subscription_ends_with_its_session() {
    let app = start().await;
    let ann = register(&app, "ann@example.com").await;
    let mut feed =
        ann.client(&app).subscribe("subscription { notificationReceived { version } }", json!({})).await;
    feed.next().await.data();
    let started = std::time::Instant::now();
    ann.client(&app).execute(LOG_OUT, json!({})).await.data();
    if let Some(last) = feed.try_next().await {
        assert_eq!(last.codes(), ["UNAUTHENTICATED"]);
        assert!(feed.try_next().await.is_none());
    }
    assert!(started.elapsed() < Duration::from_secs(5), "{:?}", started.elapsed());
}

#[tokio::test]
async fn what_somebody_may_do_now_can_be_asked() {
    let app = start().await;
    let ann = register(&app, "ann@example.com").await;
    let query =
        "query ($user: ID!, $session: ID) { standing(userId: $user, sessionId: $session) { roles scopes } }";
    let ask = async || {
        let variables = json!({ "user": ann.id, "session": ann.session });
        app.as_service("gateway").execute_internal(query, variables).await.data()["standing"].clone()
    };
    assert_eq!(ask().await, json!({ "roles": ["BUYER"], "scopes": [] }));
    ann.client(&app).execute(LOG_OUT, json!({})).await.data();
    assert!(ask().await.is_null());
}

/// A failover to a replica that was behind: the list loses what its reader has seen last, and goes on in its place.
#[tokio::test]
async fn revocations_after_a_loss_of_the_last_commits_are_told() {
    for following in 1..=3 {
        let app = start().await;
        for n in 0..4 {
            let account = register(&app, &format!("lost-{n}@example.org")).await;
            account.client(&app).execute(LOG_OUT, json!({})).await.data();
        }
        let (_, cursor) = revocations(&app, None).await;
        for sql in
            ["DELETE FROM revocations WHERE position > 2", "UPDATE revocation_counter SET position = 2"]
        {
            app.database().write().execute_unprepared(sql).await.unwrap();
        }
        for n in 0..following {
            let account = register(&app, &format!("next-{n}@example.org")).await;
            account.client(&app).execute(LOG_OUT, json!({})).await.data();
        }
        let (told, cursor) = revocations(&app, Some(&cursor)).await;
        assert_eq!(told.len(), 2 + following, "all of the list that is there now");
        assert!(revocations(&app, Some(&cursor)).await.0.is_empty());
    }
}
