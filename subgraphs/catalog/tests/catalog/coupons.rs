use std::time::Duration;

use platform_core::Clock;
use platform_testkit::{Answer, eventually};
use sea_orm::ConnectionTrait;
use serde_json::{Value, json};

use crate::shop::{Shop, user};

async fn create(shop: &Shop, input: Value) {
    let mutation = "mutation($input: CreateCouponInput!) { createCoupon(input: $input) { __typename } }";
    let answer = shop.admin().execute(mutation, json!({"input": input})).await;
    assert_eq!(answer.text("createCoupon.__typename"), "CouponSuccess");
}

async fn reserve(shop: &Shop, key: &str, code: &str, by: Option<u128>) -> Answer {
    let mutation = "mutation($input: ReserveCouponInput!) { reserveCoupon(input: $input) { __typename
        ... on CouponRejected { reason } ... on CouponUseClosed { status } } }";
    let expires_at = shop.app.clock().now() + chrono::TimeDelta::minutes(15);
    let input = json!({"key": key, "code": code, "userId": by.map(user), "expiresAt": expires_at});
    shop.orders().execute_internal(mutation, json!({"input": input})).await
}

async fn reserved(shop: &Shop, key: &str, code: &str, by: Option<u128>) -> bool {
    reserve(shop, key, code, by).await.text("reserveCoupon.__typename") == "CouponReserved"
}

async fn end(shop: &Shop, field: &str, key: &str) {
    let mutation = format!("mutation($input: HoldKeyInput!) {{ {field}(input: $input) {{ __typename }} }}");
    shop.orders().execute_internal(&mutation, json!({"input": {"key": key}})).await.data();
}

async fn used(shop: &Shop, code: &str) -> i64 {
    let query = "query($code: String!) { coupon(code: $code) { used } }";
    shop.admin().execute(query, json!({"code": code})).await.get("coupon.used")
}

/// Check 26: a thousand parallel uses of a 50-use coupon give 50.
#[tokio::test]
async fn the_total_limit_holds_under_a_thousand_parallel_uses() {
    let shop = Shop::open().await;
    create(&shop, json!({"code": "FIFTY", "rate": "0.10", "totalLimit": 50})).await;
    let uses = (0..1_000).map(|n| {
        let shop = &shop;
        async move { reserved(shop, &format!("order-{n}"), "fifty", Some(n)).await }
    });
    let outcomes = futures::future::join_all(uses).await;
    assert_eq!(outcomes.iter().filter(|held| **held).count(), 50);
    assert_eq!(used(&shop, "FIFTY").await, 50);
}

/// Check 26: one per user holds, and a use given back can be used again.
#[tokio::test]
async fn the_limit_per_user_holds_under_parallel_uses() {
    let shop = Shop::open().await;
    create(&shop, json!({"code": "ONCE", "rate": "0.10", "perUserLimit": 1})).await;
    let uses = (0..40).map(|n| {
        let shop = &shop;
        async move { (n, reserved(shop, &format!("order-{n}"), "ONCE", Some(n % 2)).await) }
    });
    let held: Vec<u128> =
        futures::future::join_all(uses).await.into_iter().filter(|(_, held)| *held).map(|(n, _)| n).collect();
    assert_eq!(held.len(), 2);
    assert_ne!(held[0] % 2, held[1] % 2, "one for each user");
    assert_eq!(reserve(&shop, "guest", "ONCE", None).await.text("reserveCoupon.reason"), "SIGN_IN_REQUIRED");
    end(&shop, "releaseCoupon", &format!("order-{}", held[0])).await;
    assert_eq!(used(&shop, "ONCE").await, 1);
    assert!(reserved(&shop, "again", "ONCE", Some(held[0] % 2)).await);
}

#[tokio::test]
async fn a_use_counts_once_however_often_its_key_comes() {
    let shop = Shop::open().await;
    create(&shop, json!({"code": "TWO", "rate": "0.10", "totalLimit": 2})).await;
    for _ in 0..3 {
        assert!(reserved(&shop, "order-1", "TWO", Some(1)).await);
    }
    for _ in 0..2 {
        end(&shop, "commitCoupon", "order-1").await;
    }
    assert_eq!(used(&shop, "TWO").await, 1);
    assert_eq!(reserve(&shop, "order-1", "TWO", Some(2)).await.codes(), ["IDEMPOTENCY_KEY_REUSED"]);
    for _ in 0..2 {
        end(&shop, "releaseCoupon", "order-1").await;
    }
    assert_eq!(used(&shop, "TWO").await, 0);
    end(&shop, "releaseCoupon", "never-seen").await;
    let late = reserve(&shop, "never-seen", "TWO", Some(1)).await;
    assert_eq!(late.text("reserveCoupon.status"), "RELEASED");
}

#[tokio::test]
async fn a_lapsed_use_is_given_back() {
    let shop = Shop::open().await;
    create(&shop, json!({"code": "LAST", "rate": "0.10", "totalLimit": 1})).await;
    assert!(reserved(&shop, "order-1", "LAST", Some(1)).await);
    assert_eq!(reserve(&shop, "order-2", "LAST", Some(2)).await.text("reserveCoupon.reason"), "EXHAUSTED");
    shop.app.clock().advance(Duration::from_secs(16 * 60));
    eventually(|| async { used(&shop, "LAST").await == 0 }).await;
    assert!(reserved(&shop, "order-2", "LAST", Some(2)).await);
    assert_eq!(reserve(&shop, "order-1", "LAST", Some(1)).await.text("reserveCoupon.status"), "EXPIRED");
}

#[tokio::test]
async fn a_coupon_is_refused_with_its_reason() {
    let shop = Shop::open().await;
    let now = shop.app.clock().now();
    let hour = chrono::TimeDelta::hours(1);
    create(&shop, json!({"code": "SOON", "rate": "0.10", "startsAt": now + hour})).await;
    create(&shop, json!({"code": "OVER", "rate": "0.10", "endsAt": now - hour})).await;
    for (code, reason) in [("SOON", "NOT_STARTED"), ("OVER", "ENDED"), ("NEVER", "UNKNOWN")] {
        assert_eq!(reserve(&shop, code, code, None).await.text("reserveCoupon.reason"), reason);
    }
    let taken = "mutation { createCoupon(input: {code: \"soon\", rate: \"0.1\"}) { __typename } }";
    assert_eq!(
        shop.admin().execute(taken, json!({})).await.text("createCoupon.__typename"),
        "CouponCodeTaken"
    );
    for bad in ["rate: \"1.5\"", "rate: \"0\"", "totalLimit: 5", "rate: \"0.1\", perUserLimit: 0"] {
        let mutation =
            format!("mutation {{ createCoupon(input: {{code: \"BAD\", {bad}}}) {{ __typename }} }}");
        assert_eq!(shop.admin().execute(&mutation, json!({})).await.codes(), ["BAD_USER_INPUT"], "{bad}");
    }
}

/// Check 56: a code is the same code in any Unicode form.
#[tokio::test]
async fn a_coupon_is_found_in_any_unicode_form() {
    let shop = Shop::open().await;
    create(&shop, json!({"code": "cafe\u{301}", "rate": "0.10"})).await;
    assert!(reserved(&shop, "order-1", "CAFÉ", None).await);
    assert!(reserved(&shop, "order-2", "Cafe\u{301}", None).await);
    assert!(reserved(&shop, "order-3", "ＣＡＦÉ", None).await, "full width looks alike");
    assert_eq!(used(&shop, "caf\u{e9}").await, 3);
    let mutation = "mutation { createCoupon(input: {code: \"ｃａｆé\", rate: \"0.50\"}) { __typename } }";
    let again = shop.admin().execute(mutation, json!({})).await;
    assert_eq!(again.text("createCoupon.__typename"), "CouponCodeTaken");
}

/// On a full disk the statement may succeed and its end fail: then there is no coupon, and none is answered.
#[tokio::test]
async fn a_coupon_that_is_not_stored_is_not_answered() {
    let shop = Shop::open().await;
    let database = shop.app.database();
    let (body, trigger) = match database.is_postgres() {
        true => (
            "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS
             'BEGIN INSERT INTO refused VALUES (''none''); RETURN NEW; END';",
            "FOR EACH ROW EXECUTE FUNCTION refuse()",
        ),
        false => ("", "BEGIN INSERT INTO refused VALUES ('none'); END"),
    };
    let sql = format!(
        "CREATE TABLE refused (missing TEXT REFERENCES tax_class (code) DEFERRABLE INITIALLY DEFERRED);
         {body} CREATE TRIGGER refused AFTER INSERT ON coupon {trigger}"
    );
    database.write().execute_unprepared(&sql).await.unwrap();
    let create = "mutation { createCoupon(input: {code: \"GONE\", rate: \"0.1\"}) { __typename } }";
    let answer = shop.admin().execute(create, json!({})).await;
    assert_eq!(answer.codes().len(), 1, "{}", answer.body);
    let coupon = shop.admin().execute("{ coupon(code: \"GONE\") { used } }", json!({})).await;
    assert_eq!(coupon.at("coupon"), &Value::Null, "{}", coupon.body);
}
