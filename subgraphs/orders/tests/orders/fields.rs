//! Whatever of an input is refused, `extensions.field` names it.

use platform_identity::Scope;
use platform_testkit::{Answer, TestClient};
use serde_json::{Value, json};

use crate::shop::{GUEST, PLACE, Shop, add, order};

/// An answer that refuses one field of the input, whose name it says.
fn assert_field(answer: &Answer, field: &str) {
    assert_eq!(answer.codes(), ["BAD_USER_INPUT"], "{field}: {}", answer.body);
    assert_eq!(answer.errors()[0]["extensions"]["field"], field, "{}", answer.body);
}

async fn refuses(client: &TestClient, operation: &str, field: &str) {
    assert_field(&client.execute(operation, json!({})).await, field);
}

/// An order with `value` at `path`.
fn with(path: &str, value: Value) -> Value {
    let mut input = json!({ "input": order("key-00001") });
    let (parent, name) = path.rsplit_once('/').unwrap();
    input["input"].pointer_mut(parent).unwrap()[name] = value;
    input
}

#[tokio::test]
async fn place_order_names_the_field_that_it_refuses() {
    let shop = Shop::open().await;
    let buyer = shop.buyer().await;
    let means = |gateway: &str, token: &str| json!({ "gateway": gateway, "token": token });
    for (path, value, field) in [
        ("/idempotencyKey", json!("short"), "idempotencyKey"),
        ("/idempotencyKey", json!("k".repeat(129)), "idempotencyKey"),
        ("/idempotencyKey", json!("key-0001\r\nX: y"), "idempotencyKey"),
        ("/idempotencyKey", json!("key-0001\u{7f}"), "idempotencyKey"),
        ("/idempotencyKey", json!("key\u{200b}-00001"), "idempotencyKey"),
        ("/payment", json!({}), "payment"),
        ("/payment", json!(null), "payment"),
        ("/payment", means("sand\nbox", "tok_approve"), "gateway"),
        ("/payment", means("sandbox", ""), "token"),
        ("/payment", means("sandbox", "tok\tapprove"), "token"),
        ("/payment", means("sandbox", "4242424242424242"), "token"),
        ("/payment", json!({ "methodId": "nonsense" }), "methodId"),
        ("/email", json!("nobody"), "email"),
        ("/points", json!(-1), "points"),
        ("/vatId", json!("nonsense"), "vatId"),
        ("/expectedTotal", json!({ "amount": "1.2.3", "currency": "EUR" }), "expectedTotal"),
        ("/expectedTotal", json!({ "amount": "1.23", "currency": "XXX" }), "currency"),
        ("/shippingAddress/recipient", json!(" "), "recipient"),
        ("/shippingAddress/country", json!("ZZ"), "country"),
        ("/shippingAddress/postalCode", json!("nonsense"), "postalCode"),
        ("/shippingAddress/postalCode", json!(null), "postalCode"),
        ("/shippingAddress/phone", json!("call me"), "phone"),
    ] {
        assert_field(&buyer.execute(PLACE, with(path, value)).await, field);
    }
    let guest = shop.app.as_guest().with_guest(GUEST);
    add(&guest, shop.app.ids().next(), 1).await.data();
    assert_field(&guest.execute(PLACE, with("/email", json!(null))).await, "email");
    assert!(shop.asked().is_empty(), "nothing was begun: {:?}", shop.asked());
}

#[tokio::test]
async fn carts_orders_and_sagas_name_the_field_that_they_refuse() {
    let shop = Shop::open().await;
    let offer = shop.app.ids().next_uuid();
    let (user, stranger) = (shop.buyer().await, shop.app.as_guest());
    let staff = shop.app.as_user(shop.app.ids().next()).with_scopes([Scope::OrdersRead, Scope::OrdersManage]);
    let add = format!("mutation {{ addToCart(input: {{ offerId: \"{offer}\" }}) {{ added }} }}");
    refuses(&stranger, &add, "X-Souk-Guest").await;
    let none =
        format!("mutation {{ addToCart(input: {{ offerId: \"{offer}\", quantity: 0 }}) {{ added }} }}");
    refuses(&user, &none, "quantity").await;
    for (operation, field) in [
        ("mutation { addToCart(input: { offerId: \"nonsense\" }) { added } }", "offerId"),
        (
            "mutation { updateCartLine(input: { lineId: \"nonsense\", quantity: 1 }) { cart { id } } }",
            "lineId",
        ),
        ("mutation { removeFromCart(input: { lineId: \"nonsense\" }) { cart { id } } }", "lineId"),
        ("mutation { applyCoupon(input: { code: \"\" }) { cart { id } } }", "code"),
        ("mutation { mergeCart(input: { guestId: \"short\" }) { cart { id } } }", "guestId"),
        ("{ checkoutQuote(points: -1) { points } }", "points"),
        ("{ checkoutQuote(vatId: \"nonsense\") { points } }", "vatId"),
        ("{ checkoutQuote(destination: { country: \"ZZ\" }) { points } }", "country"),
        ("{ order { id } }", "id"),
        ("{ order(id: \"a\", number: \"b\") { id } }", "id"),
        ("{ guestOrder(number: \"K7QF-2M9X\", email: \"nobody\") { id } }", "email"),
        ("mutation { cancelOrder(input: { orderId: \"nonsense\" }) { __typename } }", "orderId"),
        (
            "mutation { requestOrderCancellation(input: { number: \"K7QF-2M9X\", email: \"nobody\" }) { message } }",
            "email",
        ),
        (
            "mutation { cancelGuestOrder(input: { number: \"K\", email: \"nobody\", code: \"c\" }) { __typename } }",
            "email",
        ),
    ] {
        refuses(&user, operation, field).await;
    }
    for (operation, field) in [
        ("{ orders(first: 0) { nodes { id } } }", "first"),
        ("{ orders(after: \"nonsense\") { nodes { id } } }", "after"),
        ("{ orderSagas(first: 101) { nodes { id } } }", "first"),
        ("{ orderSagas(filter: { kind: \"\" }) { nodes { id } } }", "kind"),
        ("mutation { retryOrderSaga(input: { sagaId: \"nonsense\" }) { __typename } }", "sagaId"),
        ("mutation { abandonOrderSaga(input: { sagaId: \"nonsense\" }) { __typename } }", "sagaId"),
    ] {
        refuses(&staff, operation, field).await;
    }
    // The value may come by a variable, and stand beside others.
    let asked = "mutation ($id: ID!, $line: ID!) { cancelOrder(input: { orderId: $id }) { __typename }
        removeFromCart(input: { lineId: $line }) { cart { id } } }";
    let answer = user.execute(asked, json!({ "id": "not an id", "line": offer })).await;
    assert_eq!(answer.errors()[0]["extensions"]["field"], "orderId", "{}", answer.body);
}

/// One wrong argument makes its own field null, not what surrounds it.
#[tokio::test]
async fn a_bad_argument_of_a_list_leaves_its_surroundings() {
    let shop = Shop::open().await;
    let user = shop.buyer().await;
    let query = "query ($of: [_Any!]!) { _entities(representations: $of) {
        ... on User { id orders(first: 0) { nodes { id } } } } }";
    let me = user.identity().user.unwrap();
    let answer = user.execute(query, json!({ "of": [{ "__typename": "User", "id": me }] })).await;
    assert_eq!(answer.at("_entities.0"), &json!({ "id": me }), "{}", answer.body);
}

/// An id of nothing is refused where it is given.
#[tokio::test]
async fn an_id_of_nobody_names_its_field() {
    let shop = Shop::open().await;
    let (buyer, id) = (shop.buyer().await, shop.app.ids().next_uuid());
    let staff = shop.app.as_user(shop.app.ids().next()).with_scopes([Scope::OrdersManage]);
    for (client, mutation, input, field) in [
        (&buyer, "updateCartLine", json!({ "lineId": id, "quantity": 1 }), "lineId"),
        (&buyer, "removeFromCart", json!({ "lineId": id }), "lineId"),
        (&buyer, "cancelOrder", json!({ "orderId": id }), "orderId"),
        (&staff, "retryOrderSaga", json!({ "sagaId": id }), "sagaId"),
        (&staff, "abandonOrderSaga", json!({ "sagaId": id }), "sagaId"),
    ] {
        let answer = client.mutate(mutation, input).await;
        assert_eq!(answer.codes(), ["NOT_FOUND"], "{mutation}: {}", answer.body);
        assert_eq!(answer.errors()[0]["extensions"]["field"], field, "{mutation}: {}", answer.body);
    }
}
