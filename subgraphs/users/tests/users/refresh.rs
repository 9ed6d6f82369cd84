use std::collections::BTreeSet;
use std::time::Duration;

use futures::future::join_all;
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};
use serde_json::json;
use users_entities::refresh_token;

use crate::support::{builder, refresh, register, revocations, start};

/// Check 15: 50 refreshes at once with one token give one live descendant.
#[tokio::test]
async fn fifty_refreshes_at_once_give_one_successor() {
    let app = start().await;
    let ann = register(&app, "ann@example.com").await;
    let answers = join_all((0..50).map(|_| refresh(&app, &ann.refresh))).await;
    let successors: BTreeSet<String> =
        answers.iter().map(|answer| answer.text("refreshToken.tokens.refreshToken")).collect();
    assert_eq!(successors.len(), 1);
    assert!(!successors.contains(&ann.refresh));
    let live = refresh_token::Entity::find()
        .filter(refresh_token::Column::RotatedAt.is_null())
        .count(app.database().read())
        .await
        .unwrap();
    assert_eq!(live, 1);
    let next = refresh(&app, successors.first().unwrap()).await;
    assert_eq!(next.text("refreshToken.__typename"), "RefreshTokenSuccess");
}

/// Check 15: a token replayed within 10 s of its exchange gives the same successor, later it ends the family.
#[tokio::test]
async fn a_late_replay_ends_the_session() {
    let app = start().await;
    let ann = register(&app, "ann@example.com").await;
    let first = refresh(&app, &ann.refresh).await.text("refreshToken.tokens.refreshToken");
    app.clock().advance(Duration::from_secs(9));
    assert_eq!(refresh(&app, &ann.refresh).await.text("refreshToken.tokens.refreshToken"), first);
    app.clock().advance(Duration::from_secs(2));
    assert_eq!(refresh(&app, &ann.refresh).await.text("refreshToken.reason"), "REUSED");
    assert_eq!(refresh(&app, &first).await.text("refreshToken.reason"), "REVOKED");
    let (revoked, _) = revocations(&app, None).await;
    assert_eq!(revoked.len(), 1);
    assert_eq!(revoked[0]["kind"], "SESSION");
    assert_eq!(revoked[0]["id"], json!(ann.session));
}

/// Check 15: a replay of any older token of the family ends it, not just of the last.
#[tokio::test]
async fn a_grandparent_replayed_ends_the_session() {
    let app = start().await;
    let ann = register(&app, "ann@example.com").await;
    let child = refresh(&app, &ann.refresh).await.text("refreshToken.tokens.refreshToken");
    let grandchild = refresh(&app, &child).await.text("refreshToken.tokens.refreshToken");
    app.clock().advance(Duration::from_secs(11));
    assert_eq!(refresh(&app, &ann.refresh).await.text("refreshToken.reason"), "REUSED");
    assert_eq!(refresh(&app, &grandchild).await.text("refreshToken.reason"), "REVOKED");
}

/// Check 40, in part: a clock that is set back makes no replay of a parallel refresh.
#[tokio::test]
async fn a_clock_set_back_ends_no_session() {
    let app = start().await;
    let ann = register(&app, "ann@example.com").await;
    let first = refresh(&app, &ann.refresh).await.text("refreshToken.tokens.refreshToken");
    app.clock().step_back(Duration::from_secs(300));
    assert_eq!(refresh(&app, &ann.refresh).await.text("refreshToken.tokens.refreshToken"), first);
    assert_eq!(refresh(&app, &first).await.text("refreshToken.__typename"), "RefreshTokenSuccess");
}

#[tokio::test]
async fn one_family_does_not_end_another() {
    let app = start().await;
    let (ann, ben) = (register(&app, "ann@example.com").await, register(&app, "ben@example.com").await);
    refresh(&app, &ann.refresh).await.data();
    app.clock().advance(Duration::from_secs(11));
    assert_eq!(refresh(&app, &ann.refresh).await.text("refreshToken.reason"), "REUSED");
    assert_eq!(refresh(&app, &ben.refresh).await.text("refreshToken.__typename"), "RefreshTokenSuccess");
}

#[tokio::test]
async fn a_token_expires_and_nonsense_is_no_token() {
    let app = builder().configure(|config| config.auth.refresh_ttl_s = 600).start().await;
    let ann = register(&app, "ann@example.com").await;
    app.clock().advance(Duration::from_secs(599));
    let next = refresh(&app, &ann.refresh).await.text("refreshToken.tokens.refreshToken");
    app.clock().advance(Duration::from_secs(601));
    assert_eq!(refresh(&app, &next).await.text("refreshToken.reason"), "EXPIRED");
    assert_eq!(refresh(&app, "souk_rt_nonsense").await.text("refreshToken.reason"), "UNKNOWN");
    assert_eq!(refresh(&app, "").await.text("refreshToken.reason"), "UNKNOWN");
}

#[tokio::test]
async fn a_session_ends_after_ninety_days_however_often_it_is_refreshed() {
    let app = builder().configure(|config| config.auth.refresh_ttl_s = 40 * 86_400).start().await;
    let ann = register(&app, "ann@example.com").await;
    let mut token = ann.refresh;
    for _ in 0..2 {
        app.clock().advance(Duration::from_secs(39 * 86_400));
        token = refresh(&app, &token).await.text("refreshToken.tokens.refreshToken");
    }
    app.clock().advance(Duration::from_secs(13 * 86_400));
    assert_eq!(refresh(&app, &token).await.text("refreshToken.reason"), "EXPIRED");
}
