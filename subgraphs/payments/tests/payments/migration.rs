//! Rows of earlier releases, in the migrations that change what a row may be.

use chrono::TimeDelta;
use platform_core::Clock;
use platform_core::id::UserId;
use platform_testkit::{Answer, ScriptedPeer};
use sea_orm::ConnectionTrait;
use serde_json::json;

use crate::support::{App, builder, grant, points};

/// Makes the table of holds what it was before a key could be closed, with the rows that it has.
async fn turn_back(app: &App) {
    let database = app.database();
    let (uuid, time) = match database.is_postgres() {
        true => ("uuid", "timestamp with time zone"),
        false => ("uuid_text", "timestamp_with_timezone_text"),
    };
    let sql = format!(
        "ALTER TABLE points_holds RENAME TO points_holds_now;
         CREATE TABLE points_holds (key text NOT NULL PRIMARY KEY, user_id {uuid} NOT NULL,
             points bigint NOT NULL CHECK (points > 0), status text NOT NULL, expires_at {time} NOT NULL,
             updated_at {time} NOT NULL);
         INSERT INTO points_holds SELECT key, user_id, points, status, expires_at, updated_at FROM points_holds_now;
         DROP TABLE points_holds_now;
         CREATE INDEX points_holds_open ON points_holds (status, expires_at);
         DELETE FROM seaql_migrations WHERE version = 'payments_0006_closed_points'"
    );
    database.write().execute_unprepared(&sql).await.unwrap();
}

async fn hold(app: &App, key: &str, user: UserId, points: i64) -> Answer {
    let hold = "mutation ($input: HoldPointsInput!) { holdPoints(input: $input) { __typename } }";
    let expires_at = app.clock().now() + TimeDelta::minutes(40);
    let input = json!({ "key": key, "userId": user, "points": points, "expiresAt": expires_at });
    app.as_service("orders").execute_internal(hold, json!({ "input": input })).await
}

/// Points that are held when the shop is brought up to date are spent or given back after it, and keys can be closed.
#[tokio::test]
async fn holds_of_earlier_releases_are_spent_and_given_back() {
    let app = builder(ScriptedPeer::of("orders")).without_workers().start().await;
    let user = app.ids().next();
    grant(&app, user, 500, "welcome").await.data();
    for key in ["spent", "released"] {
        hold(&app, key, user, 150).await.data();
    }
    turn_back(&app).await;
    assert_eq!(app.migrate().await, 1);
    assert_eq!(points(&app, user).await, (500, 200));
    let orders = app.as_service("orders");
    orders.execute_internal("mutation { commitPoints(key: \"spent\") }", json!({})).await.data();
    for key in ["released", "late"] {
        let release = "mutation ($key: String!) { releasePoints(key: $key) }";
        orders.execute_internal(release, json!({ "key": key })).await.data();
    }
    assert_eq!(hold(&app, "spent", user, 150).await.text("holdPoints.__typename"), "PointsHeld");
    for key in ["released", "late"] {
        assert_eq!(hold(&app, key, user, 150).await.codes(), ["CONFLICT"], "{key}");
    }
    assert_eq!(points(&app, user).await, (350, 350));
}
