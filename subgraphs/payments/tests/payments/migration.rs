//! Rows of earlier releases, in the migrations that change what a row may be.

use chrono::TimeDelta;
use platform_core::Clock;
use platform_core::id::UserId;
use platform_testkit::{Answer, ScriptedPeer};
use sea_orm::ConnectionTrait;
use serde_json::json;

use crate::refunds::{captured, refund};
use crate::support::{App, Purchase, builder, grant, ledger, points, start};

/// How the database at hand calls the types of ids and of times.
fn types(app: &App) -> (&'static str, &'static str) {
    match app.database().is_postgres() {
        true => ("uuid", "timestamp with time zone"),
        false => ("uuid_text", "timestamp_with_timezone_text"),
    }
}

/// Makes the table of holds what it was before a key could be closed, with the rows that it has.
async fn turn_back(app: &App) {
    let (uuid, time) = types(app);
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
    app.database().write().execute_unprepared(&sql).await.unwrap();
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

/// Makes the table of refunds what it was before refunds of pieces, with the rows that it has.
async fn turn_refunds_back(app: &App) {
    let (uuid, time) = types(app);
    let columns = "id, payment_id, idempotency_key, caller_key, status, currency, amount_minor, reason,
                   gateway_reference, failure, created_at, updated_at";
    let sql = format!(
        "ALTER TABLE refunds RENAME TO refunds_now;
         CREATE TABLE refunds (id {uuid} NOT NULL PRIMARY KEY, payment_id {uuid} NOT NULL,
             idempotency_key text NOT NULL, caller_key text, status text NOT NULL, currency text NOT NULL,
             amount_minor bigint NOT NULL CONSTRAINT refunds_amount_minor_check CHECK (amount_minor > 0),
             reason text NOT NULL, gateway_reference text, failure text, created_at {time} NOT NULL, updated_at {time} NOT NULL);
         INSERT INTO refunds ({columns}) SELECT {columns} FROM refunds_now;
         DROP TABLE refunds_now;
         DELETE FROM seaql_migrations WHERE version = 'payments_0007_refunds_of_pieces'"
    );
    app.database().write().execute_unprepared(&sql).await.unwrap();
}

/// A refund that was made before the shop is brought up to date counts in what is left, and its key means it still.
#[tokio::test]
async fn refunds_of_earlier_releases_count_in_what_is_left() {
    let app = start().await;
    let purchase = Purchase::of_user(&app);
    let id = captured(&app, &purchase).await;
    let made = refund(&app, &id, "7.77", "before").await;
    turn_refunds_back(&app).await;
    assert_eq!(app.migrate().await, 1);
    assert_eq!(refund(&app, &id, "7.77", "before").await.body, made.body);
    assert_eq!(refund(&app, &id, "17.24", "beyond").await.text("refundPayment.refundable.amount"), "17.23");
    assert_eq!(refund(&app, &id, "17.23", "rest").await.text("refundPayment.refund.status"), "SUCCEEDED");
    assert!(ledger(&app).await.iter().all(|(.., minor)| *minor == 0), "{:?}", ledger(&app).await);
    assert_eq!(points(&app, purchase.user.unwrap()).await, (333, 333));
}
