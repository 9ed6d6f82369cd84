//! Points that orders earn.

use contracts::orders::{OrderCompleted, OrderDelivered};
use platform_core::id::UserId;
use platform_testkit::{ScriptedPeer, eventually};
use serde_json::json;

use crate::refunds::{captured, refund};
use crate::support::{App, Purchase, authorise, balance, builder, capture, points, start};

fn deliver(app: &App, purchase: &Purchase) {
    let number = "K7QF-2M9X".to_owned();
    app.publish(&OrderDelivered { order_id: purchase.order, number, user_id: purchase.user });
}

fn complete(app: &App, purchase: &Purchase) {
    let number = "K7QF-2M9X".to_owned();
    app.publish(&OrderCompleted { order_id: purchase.order, number, user_id: purchase.user });
}

async fn pending(app: &App, user: UserId) -> i64 {
    let query =
        "query ($of: [_Any!]!) { _entities(representations: $of) { ... on User { points { pending } } } }";
    let of = json!({ "of": [{ "__typename": "User", "id": user }] });
    app.as_user(user).execute(query, of).await.get("_entities.0.points.pending")
}

#[tokio::test]
async fn points_are_pending_at_delivery_and_spendable_at_completion() {
    let app = start().await;
    let purchase = Purchase::of_user(&app);
    let user = purchase.user.unwrap();
    captured(&app, &purchase).await;
    deliver(&app, &purchase);
    eventually(|| async { pending(&app, user).await == 25 }).await;
    assert_eq!(points(&app, user).await, (0, 0));
    complete(&app, &purchase);
    eventually(|| async { points(&app, user).await == (25, 25) }).await;
    assert_eq!(pending(&app, user).await, 0);
    // Told again, nothing more is given.
    app.redeliver_last("orders");
    complete(&app, &purchase);
    let other = Purchase { order: app.ids().next(), ..purchase };
    captured(&app, &other).await;
    complete(&app, &other);
    eventually(|| async { points(&app, user).await == (50, 50) }).await;
    assert_eq!(balance(&app, "POINTS_EXPENSE").await, 50);
}

#[tokio::test]
async fn what_is_refunded_earns_nothing() {
    let app = start().await;
    let purchase = Purchase::of_user(&app);
    let user = purchase.user.unwrap();
    let id = captured(&app, &purchase).await;
    deliver(&app, &purchase);
    eventually(|| async { pending(&app, user).await == 25 }).await;
    refund(&app, &id, "10.00", "before").await.data();
    assert_eq!(pending(&app, user).await, 15);
    let returned = points(&app, user).await.0;
    complete(&app, &purchase);
    eventually(|| async { points(&app, user).await.0 == returned + 15 }).await;
    // The points that paid with the money come back, those that the money earned go.
    let before = points(&app, user).await.0;
    let made = refund(&app, &id, "5.00", "after").await;
    let back: i64 = made.get("refundPayment.refund.points");
    assert_eq!(points(&app, user).await.0, before + back - 5);
    let made = refund(&app, &id, "10.00", "rest").await;
    let all: i64 = made.get("refundPayment.refund.points");
    assert_eq!(points(&app, user).await.0, before + back + all - 15, "none of them is left");
    assert_eq!(balance(&app, "POINTS_EXPENSE").await, 0);
}

#[tokio::test]
async fn who_has_spent_what_was_earned_owes_nothing() {
    let app = start().await;
    let purchase = Purchase::of_user(&app);
    let user = purchase.user.unwrap();
    // No points paid with the money that could come back with it.
    let mut input = purchase.input(&app, "tok_approve");
    (input["split"]["pointsMinor"], input["split"]["shippingMinor"]) = (json!(0), json!(166));
    let id = authorise(&app, &input).await.text("authorizePayment.id");
    capture(&app, &id).await.data();
    complete(&app, &purchase);
    eventually(|| async { points(&app, user).await == (25, 25) }).await;
    let hold = "mutation ($input: HoldPointsInput!) { holdPoints(input: $input) { __typename } }";
    let input =
        json!({ "key": "another", "userId": user, "points": 20, "expiresAt": "2999-01-01T00:00:00Z" });
    app.as_service("orders").execute_internal(hold, json!({ "input": input })).await.data();
    refund(&app, &id, "25.00", "all").await.data();
    assert_eq!(points(&app, user).await, (20, 0), "what is held stays");
    assert_eq!(balance(&app, "POINTS_EXPENSE").await, 20);
}

#[tokio::test]
async fn guests_and_shops_that_give_none_earn_nothing() {
    let app = builder(ScriptedPeer::of("orders"))
        .configure(|config| config.fulfilment.points_earned_bps = 0)
        .start()
        .await;
    let purchase = Purchase::of_user(&app);
    captured(&app, &purchase).await;
    let guests =
        Purchase { user: None, guest: Some("guest-of-this-device".to_owned()), ..Purchase::of_user(&app) };
    captured(&app, &guests).await;
    for purchase in [&guests, &purchase] {
        deliver(&app, purchase);
        complete(&app, purchase);
    }
    eventually(|| async {
        let sql = "SELECT 1 FROM points_earnings WHERE status = 'EARNED'";
        let read = app.database().read();
        let statement =
            sea_orm::Statement::from_string(sea_orm::ConnectionTrait::get_database_backend(read), sql);
        sea_orm::ConnectionTrait::query_all_raw(read, statement).await.unwrap().len() == 1
    })
    .await;
    assert_eq!(points(&app, purchase.user.unwrap()).await, (0, 0));
}
