use std::time::Duration;

use chrono::TimeDelta;
use payments::PaymentsSubgraph;
use platform_core::Clock;
use platform_core::id::UserId;
use platform_testkit::{Answer, ScriptedPeer, TestSubgraph, eventually};
use serde_json::{Value, json};

use crate::support::{App, Purchase, balance, capture, grant, grant_in, payment, points, staff, start};

async fn hold(app: &App, key: &str, user: UserId, points: i64) -> Answer {
    let query = "mutation ($input: HoldPointsInput!) { holdPoints(input: $input) {
        __typename ... on NotEnoughPoints { available } } }";
    let expires_at = app.clock().now() + TimeDelta::minutes(40);
    let input = json!({ "key": key, "userId": user, "points": points, "expiresAt": expires_at });
    app.as_service("orders").execute_internal(query, json!({ "input": input })).await
}

async fn commit(app: &App, key: &str) -> Answer {
    let query = "mutation ($key: String!) { commitPoints(key: $key) }";
    app.as_service("orders").execute_internal(query, json!({ "key": key })).await
}

async fn release(app: &App, key: &str) -> Answer {
    let query = "mutation ($key: String!) { releasePoints(key: $key) }";
    app.as_service("orders").execute_internal(query, json!({ "key": key })).await
}

#[tokio::test]
async fn points_are_granted_once_for_a_reference() {
    let app = start().await;
    let user = app.ids().next();
    for answer in futures::future::join_all((0..10).map(|_| grant(&app, user, 500, "welcome"))).await {
        assert_eq!(answer.at("grantPoints.points.balance"), 500);
    }
    let other = grant(&app, user, 501, "welcome").await;
    assert_eq!(other.codes(), ["IDEMPOTENCY_KEY_REUSED"], "{}", other.body);
    assert_eq!(other.errors()[0]["extensions"]["field"], "points");
    assert!(other.errors()[0]["message"].as_str().unwrap().starts_with("500 points"), "{}", other.body);
    let somebody_else = grant(&app, app.ids().next(), 500, "welcome").await;
    assert_eq!(somebody_else.codes(), ["IDEMPOTENCY_KEY_REUSED"]);
    let yen = grant_in(&app, user, 500, "welcome", "JPY").await;
    assert_eq!(yen.codes(), ["IDEMPOTENCY_KEY_REUSED"], "booked in another currency: {}", yen.body);
    assert_eq!(yen.errors()[0]["extensions"]["field"], "currency");
    assert_eq!(points(&app, user).await, (500, 500));
    assert_eq!(balance(&app, "POINTS_LIABILITY").await, -500);
    assert_eq!(balance(&app, "POINTS_EXPENSE").await, 500);
    assert_eq!(grant(&app, user, 0, "nothing").await.codes(), ["BAD_USER_INPUT"]);
}

#[tokio::test]
async fn held_points_are_spent_or_come_back() {
    let app = start().await;
    let user = app.ids().next();
    grant(&app, user, 500, "welcome").await.data();
    let held = hold(&app, "a", user, 300).await;
    assert_eq!(held.text("holdPoints.__typename"), "PointsHeld");
    assert_eq!(hold(&app, "a", user, 300).await.text("holdPoints.__typename"), "PointsHeld");
    assert_eq!(hold(&app, "a", user, 301).await.codes(), ["IDEMPOTENCY_KEY_REUSED"]);
    assert_eq!(points(&app, user).await, (500, 200));
    assert_eq!(hold(&app, "b", user, 201).await.at("holdPoints.available"), 200);
    let available = "query ($user: ID!) { availablePoints(userId: $user) }";
    for (of, expected) in [(user, 200), (app.ids().next(), 0)] {
        let answer = app.as_service("orders").execute_internal(available, json!({ "user": of })).await;
        assert_eq!(answer.at("availablePoints"), expected, "what a quote may promise");
    }

    for _ in 0..2 {
        commit(&app, "a").await.data();
    }
    assert_eq!(points(&app, user).await, (200, 200));
    for _ in 0..2 {
        release(&app, "a").await.data();
    }
    assert_eq!(points(&app, user).await, (500, 500), "spent points come back once");
    assert_eq!(commit(&app, "a").await.codes(), ["CONFLICT"]);
    assert_eq!(commit(&app, "unknown").await.codes(), ["NOT_FOUND"]);
    release(&app, "unknown").await.data();
}

#[tokio::test]
async fn a_hold_and_the_points_themselves_expire() {
    let app = start().await;
    let user = app.ids().next();
    grant(&app, user, 500, "welcome").await.data();
    hold(&app, "a", user, 300).await.data();
    app.clock().advance(Duration::from_secs(41 * 60));
    eventually(|| async { points(&app, user).await == (500, 500) }).await;
    app.clock().advance(Duration::from_secs(366 * 86_400));
    eventually(|| async { points(&app, user).await == (0, 0) }).await;
}

/// A checkout that is undone before its hold arrives keeps none of its customer's points.
#[tokio::test]
async fn a_hold_that_arrives_after_its_release_is_not_held() {
    let app = start().await;
    let user = app.ids().next();
    grant(&app, user, 500, "welcome").await.data();
    for _ in 0..2 {
        release(&app, "late").await.data();
    }
    assert_eq!(hold(&app, "late", user, 300).await.codes(), ["CONFLICT"]);
    assert_eq!(commit(&app, "late").await.codes(), ["CONFLICT"]);
    assert_eq!(points(&app, user).await, (500, 500));
}

/// Check 27: concurrent holds, commits, releases, expiry and grants never make the balance or what is free negative.
#[tokio::test]
async fn concurrent_use_never_goes_negative() {
    let app = start().await;
    let user: UserId = app.ids().next();
    grant(&app, user, 1_000, "welcome").await.data();
    let app_ref = &app;
    let uses = (0..40).map(|n| async move {
        let key = format!("order:{n}");
        let answer = hold(app_ref, &key, user, 100).await;
        let held = answer.text("holdPoints.__typename") == "PointsHeld";
        if !held {
            return (0, 0);
        }
        match n % 4 {
            0 => {
                let (committed, released) = futures::join!(commit(app_ref, &key), release(app_ref, &key));
                released.data();
                assert!(committed.errors().is_empty() || committed.codes() == ["CONFLICT"]);
                (0, 0)
            }
            1 => {
                release(app_ref, &key).await.data();
                (0, 0)
            }
            2 => {
                commit(app_ref, &key).await.data();
                (100, 0)
            }
            _ => (0, 100),
        }
    });
    let grants = (0..5).map(|n| async move {
        grant(app_ref, user, 10, &format!("gift-{}", n % 3)).await.data();
        let (balance, available) = points(app_ref, user).await;
        assert!(balance >= 0 && available >= 0 && available <= balance, "{balance} {available}");
    });
    let (uses, _) = futures::join!(futures::future::join_all(uses), futures::future::join_all(grants));
    let spent: i64 = uses.iter().map(|(spent, _)| spent).sum();
    let held: i64 = uses.iter().map(|(_, held)| held).sum();
    assert!(spent + held <= 1_030);
    assert_eq!(points(&app, user).await, (1_030 - spent, 1_030 - spent - held));
    // What is still held falls free, then everything that is left expires: the entries sum to the balance.
    app.clock().advance(Duration::from_secs(41 * 60));
    eventually(|| async { points(&app, user).await == (1_030 - spent, 1_030 - spent) }).await;
    app.clock().advance(Duration::from_secs(366 * 86_400));
    eventually(|| async { points(&app, user).await == (0, 0) }).await;
}

/// Check 28: what points alone pay for is the vendors', the platform's and the state's, until it is called off.
#[tokio::test]
async fn a_sale_by_points_alone_is_booked_and_booked_back() {
    let app = start().await;
    let (user, vendor) = (app.ids().next(), app.ids().next_uuid());
    grant(&app, user, 500, "welcome").await.data();
    hold(&app, "order:1", user, 300).await.data();
    let query = "mutation ($sale: SaleByPointsInput) { commitPoints(key: \"order:1\", sale: $sale) }";
    let sale = |net: i64| {
        json!({ "sale": { "currency": "EUR", "split": {
            "vendors": [{ "vendorId": vendor, "netMinor": net, "commissionMinor": 20 }],
            "taxMinor": 40, "shippingMinor": 60, "pointsMinor": 300, "discountsMinor": 0,
        } } })
    };
    let orders = app.as_service("orders");
    let unbalanced = orders.execute_internal(query, sale(181)).await;
    assert_eq!(unbalanced.codes(), ["BAD_USER_INPUT"], "it says other than the points are worth");
    assert_eq!(points(&app, user).await, (500, 200), "nothing was spent");
    for _ in 0..2 {
        orders.execute_internal(query, sale(180)).await.data();
    }
    for (account, minor) in [
        ("VENDOR_PAYABLE", -180),
        ("COMMISSION", -20),
        ("TAX_PAYABLE", -40),
        ("SHIPPING", -60),
        ("POINTS_LIABILITY", -200),
    ] {
        assert_eq!(balance(&app, account).await, minor, "{account}");
    }
    for _ in 0..2 {
        release(&app, "order:1").await.data();
    }
    assert_eq!(points(&app, user).await, (500, 500));
    assert_eq!(balance(&app, "VENDOR_PAYABLE").await, 0);
    assert_eq!(balance(&app, "POINTS_LIABILITY").await, -500);
}

#[tokio::test]
async fn a_reference_is_one_users() {
    let app = start().await;
    let (ann, eve) = (app.ids().next(), app.ids().next());
    grant(&app, ann, 500, "welcome").await.data();
    assert_eq!(grant(&app, eve, 500, "welcome").await.codes(), ["IDEMPOTENCY_KEY_REUSED"]);
    grant(&app, eve, 500, "welcome-eve").await.data();
    assert_eq!(points(&app, eve).await, (500, 500));
}

/// Points are given to somebody; whom users does not know has none, and nothing is booked.
#[tokio::test]
async fn points_are_granted_to_users_alone() {
    let users = ScriptedPeer::of("users").answer("user", Value::Null);
    let app = TestSubgraph::<PaymentsSubgraph>::builder().peer("users", users.clone()).start().await;
    let nobody = app.ids().next();
    let refused = grant(&app, nobody, 500, "welcome").await;
    assert_eq!(refused.codes(), ["NOT_FOUND"], "{}", refused.body);
    assert_eq!(refused.errors()[0]["extensions"]["field"], "userId", "{}", refused.body);
    assert_eq!(users.calls("user")[0].variables, json!({ "userId": nobody }));
    assert_eq!((points(&app, nobody).await, balance(&app, "POINTS_EXPENSE").await), ((0, 0), 0));
    users.set_down(true);
    assert_eq!(grant(&app, nobody, 500, "welcome").await.codes(), ["UNAVAILABLE"]);
    users.set_down(false);
    drop(users.answer("user", json!({ "id": nobody })));
    grant(&app, nobody, 500, "welcome").await.data();
    assert_eq!(points(&app, nobody).await, (500, 500));
}

/// A payment of 25.00 that 333 points pay for besides, its points held and its money taken.
async fn captured_with_held_points(app: &App) -> (UserId, String, String) {
    let purchase = Purchase::of_user(app);
    let (user, key) = (purchase.user.unwrap(), format!("order:{}", purchase.order));
    grant(app, user, 500, "welcome").await.data();
    hold(app, &key, user, 333).await.data();
    let id = payment(app, &purchase, "tok_approve").await;
    capture(app, &id).await.data();
    (user, key, id)
}

async fn refund(app: &App, id: &str, amount: &str) -> i64 {
    let document = "mutation ($input: RefundPaymentInput!) { refundPayment(input: $input) {
        ... on RefundPayload { refund { points } } } }";
    let input = json!({ "paymentId": id, "amount": { "amount": amount, "currency": "EUR" }, "reason": "late",
        "idempotencyKey": amount });
    staff(app).execute(document, json!({ "input": input })).await.get("refundPayment.refund.points")
}

/// Staff take and give back the money of a checkout under way, which is undone then: its points were held and are free again,
/// and nobody has more of them than before.
#[tokio::test]
async fn a_refund_gives_back_no_points_that_were_only_held() {
    let app = start().await;
    let (user, key, id) = captured_with_held_points(&app).await;
    assert_eq!(refund(&app, &id, "25.00").await, 0);
    assert_eq!(points(&app, user).await, (500, 167));
    release(&app, &key).await.data();
    assert_eq!(points(&app, user).await, (500, 500));
    assert_eq!(balance(&app, "POINTS_LIABILITY").await, -500);
}

/// The same checkout goes on: what was refunded is given back with the points that it spends.
#[tokio::test]
async fn points_that_are_spent_after_a_refund_come_back_in_its_measure() {
    let app = start().await;
    let (user, key, id) = captured_with_held_points(&app).await;
    refund(&app, &id, "12.50").await;
    for _ in 0..2 {
        commit(&app, &key).await.data();
    }
    let (balance_now, available) = points(&app, user).await;
    assert!(
        (333..=334).contains(&balance_now) && available == balance_now,
        "half of 333 is back: {balance_now}"
    );
    assert_eq!(balance(&app, "POINTS_LIABILITY").await, -balance_now);
    refund(&app, &id, "12.5").await;
    assert_eq!(points(&app, user).await, (500, 500));
    assert_eq!(balance(&app, "POINTS_LIABILITY").await, -500);
}

/// An order is called off whose money staff have given back in part: its points come back once.
#[tokio::test]
async fn spent_points_that_a_refund_gave_back_are_not_given_back_again() {
    let app = start().await;
    let (user, key, id) = captured_with_held_points(&app).await;
    commit(&app, &key).await.data();
    let of_refund = refund(&app, &id, "12.50").await;
    assert!((166..=167).contains(&of_refund), "half of 333: {of_refund}");
    for _ in 0..2 {
        release(&app, &key).await.data();
    }
    assert_eq!(points(&app, user).await, (500, 500));
    assert_eq!(refund(&app, &id, "12.5").await, 0, "they are back already");
    assert_eq!(points(&app, user).await, (500, 500));
    assert_eq!(balance(&app, "POINTS_LIABILITY").await, -500);
}
