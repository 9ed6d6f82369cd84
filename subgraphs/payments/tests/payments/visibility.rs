//! Check 20: what belongs to somebody is there for its owner and staff; for others it does not exist.

use contracts::orders::OrderClaimed;
use platform_identity::Scope;
use platform_testkit::{TestClient, eventually};
use serde_json::{Value, json};

use crate::support::{App, CONFIRM, PAYMENT, Purchase, capture, grant, payment, staff, start};

const ENTITIES: &str = "query ($of: [_Any!]!) { _entities(representations: $of) {
    ... on Order { payments { id } } ... on Payment { id } } }";

async fn entity(client: &TestClient, of: Value) -> Value {
    client.execute(ENTITIES, json!({ "of": [of] })).await.at("_entities.0").clone()
}

#[tokio::test]
async fn payments_are_seen_by_their_owner_and_staff() {
    let app = start().await;
    let mine = Purchase::of_user(&app);
    let guests =
        Purchase { user: None, guest: Some("guest-of-this-device".to_owned()), ..Purchase::of_user(&app) };
    for (purchase, owner) in [
        (&mine, app.as_user(mine.user.unwrap())),
        (&guests, app.as_guest().with_guest("guest-of-this-device")),
    ] {
        let id = payment(&app, purchase, "tok_challenge").await;
        let order = json!({ "__typename": "Order", "id": purchase.order });
        let itself = json!({ "__typename": "Payment", "id": id });
        for client in [&owner, &staff(&app)] {
            assert_eq!(client.execute(PAYMENT, json!({ "id": id })).await.text("payment.id"), id);
            assert_eq!(entity(client, order.clone()).await["payments"][0]["id"], json!(id));
            assert_eq!(entity(client, itself.clone()).await["id"], json!(id));
        }
        let strangers = [
            app.as_user(app.ids().next()),
            app.as_guest(),
            app.as_guest().with_guest("guest-of-another-device"),
            app.as_user(app.ids().next()).with_scopes([Scope::OrdersRead, Scope::UsersRead]),
        ];
        for stranger in &strangers {
            assert!(stranger.execute(PAYMENT, json!({ "id": id })).await.data()["payment"].is_null());
            assert_eq!(entity(stranger, order.clone()).await["payments"], json!([]));
            assert!(entity(stranger, itself.clone()).await.is_null());
            assert_eq!(stranger.execute(CONFIRM, json!({ "id": id })).await.codes(), ["NOT_FOUND"]);
        }
    }
    let nonsense = app.as_guest().execute(PAYMENT, json!({ "id": "no id" })).await;
    assert!(nonsense.data()["payment"].is_null());
}

#[tokio::test]
async fn payments_of_many_orders_are_one_query() {
    let app = App::builder().without_workers().start().await;
    let mut orders = Vec::new();
    for _ in 0..5 {
        let purchase = Purchase::of_user(&app);
        payment(&app, &purchase, "tok_approve").await;
        orders.push(json!({ "__typename": "Order", "id": purchase.order }));
    }
    let staff = staff(&app);
    let seen = app.assert_queries(1, staff.execute(ENTITIES, json!({ "of": orders }))).await;
    let found: Vec<Value> = seen.get("_entities");
    assert!(found.iter().all(|order| order["payments"].as_array().unwrap().len() == 1), "{}", seen.body);
}

#[tokio::test]
async fn points_and_means_of_payment_are_their_owners() {
    let app = start().await;
    let user = app.ids().next();
    grant(&app, user, 70, "welcome").await.data();
    let add = "mutation { addPaymentMethod(input: { gateway: \"sandbox\", token: \"tok_approve\" }) {
        paymentMethod { id brand lastDigits } } }";
    let added = app.as_user(user).execute(add, json!({})).await;
    assert_eq!(added.text("addPaymentMethod.paymentMethod.lastDigits"), "4242");
    let query = "query ($of: [_Any!]!) { _entities(representations: $of) {
        ... on User { points { balance } paymentMethods { brand } } } }";
    let of = json!({ "of": [{ "__typename": "User", "id": user }] });
    for client in [app.as_user(user), staff(&app)] {
        let answer = client.execute(query, of.clone()).await;
        assert_eq!(answer.at("_entities.0.points.balance"), 70);
        assert_eq!(answer.text("_entities.0.paymentMethods.0.brand"), "Visa");
    }
    let stranger = app.as_user(app.ids().next()).execute(query, of.clone()).await;
    assert!(stranger.at("_entities.0.points").is_null() && stranger.errors().is_empty());
    assert!(stranger.at("_entities.0.paymentMethods").is_null());
    let guest = app.as_guest().execute(query, of).await;
    assert!(guest.at("_entities.0.points").is_null());
    assert_eq!(guest.codes(), ["UNAUTHENTICATED", "UNAUTHENTICATED"]);

    let id = added.text("addPaymentMethod.paymentMethod.id");
    let remove = "mutation ($id: ID!) { removePaymentMethod(input: { id: $id }) { __typename } }";
    let theft = app.as_user(app.ids().next()).execute(remove, json!({ "id": id })).await;
    assert_eq!(theft.codes(), ["NOT_FOUND"]);
}

#[tokio::test]
async fn a_balance_is_the_vendors_and_of_those_who_may_read_the_ledger() {
    let app = start().await;
    let purchase = Purchase::of_user(&app);
    let id = payment(&app, &purchase, "tok_approve").await;
    capture(&app, &id).await.data();
    let query = "query ($of: [_Any!]!) { _entities(representations: $of) { ... on Vendor { balance { amount currency } } } }";
    let of = json!({ "of": [{ "__typename": "Vendor", "id": purchase.vendor }] });
    let scope = Scope::Vendor(purchase.vendor);
    for client in [app.as_user(app.ids().next()).with_scopes([scope]), staff(&app)] {
        let answer = client.execute(query, of.clone()).await;
        assert_eq!(answer.at("_entities.0.balance"), &json!([{ "amount": "18.00", "currency": "EUR" }]));
    }
    let other = Scope::Vendor(app.ids().next());
    for client in [
        app.as_user(purchase.user.unwrap()),
        app.as_user(app.ids().next()).with_scopes([other, Scope::PaymentsRead]),
    ] {
        let answer = client.execute(query, of.clone()).await;
        assert!(answer.at("_entities.0.balance").is_null() && answer.errors().is_empty());
    }
}

/// A guest's order that is claimed takes its payments along: the guest who placed it sees them no longer.
#[tokio::test]
async fn a_claimed_orders_payments_are_the_users() {
    let app = start().await;
    let guests =
        Purchase { user: None, guest: Some("guest-of-this-device".to_owned()), ..Purchase::of_user(&app) };
    let (guest, user) = (app.as_guest().with_guest("guest-of-this-device"), app.ids().next());
    let id = payment(&app, &guests, "tok_challenge").await;
    app.publish(&OrderClaimed { order_id: guests.order, user_id: user });
    let sees = async |client: &TestClient| {
        !client.execute(PAYMENT, json!({ "id": id })).await.data()["payment"].is_null()
    };
    eventually(|| async { sees(&app.as_user(user)).await }).await;
    assert!(!sees(&guest).await);
    assert_eq!(guest.execute(CONFIRM, json!({ "id": id })).await.codes(), ["NOT_FOUND"]);
    let again = payment(&app, &guests, "tok_challenge").await;
    assert_eq!(again, id, "the checkout that waits goes on with its payment");
}
