//! Check 56: what people write is measured in characters, kept in one Unicode form, and refused by the field's name.

use platform_testkit::{Answer, TestClient};
use sea_orm::ConnectionTrait;
use serde_json::{Value, json};

use crate::shop::{GUEST, Shop, add, order, place};

const ADDRESS: &str = "query ($id: ID!) { order(id: $id) { shippingAddress {
    recipient company line1 line2 city region postalCode country phone } } }";
const NO_EMAILS: [&str; 5] = ["x@y.z\r\nBcc: e@example.org", "a b@c.d", "a@.", "a\u{7}@b.c", "@"];

fn field(answer: &Answer) -> &Value {
    &answer.errors()[0]["extensions"]["field"]
}

async fn guest(shop: &Shop) -> TestClient {
    let guest = shop.app.as_guest().with_guest(GUEST);
    add(&guest, shop.app.ids().next(), 1).await.data();
    guest
}

async fn address_of(client: &TestClient, placed: &Answer) -> Value {
    let id = placed.text("placeOrder.order.id");
    client.execute(ADDRESS, json!({ "id": id })).await.data()["order"]["shippingAddress"].clone()
}

/// Check 56: 67 Japanese characters are 201 bytes and 67 characters.
#[tokio::test]
async fn place_order_measures_an_address_in_characters_and_tidies_it() {
    let shop = Shop::open().await;
    let buyer = shop.buyer().await;
    let japanese = "東".repeat(67);
    let mut input = order("key-00001");
    input["shippingAddress"] = json!({
        "recipient": japanese, "company": "Cre\u{300}me", "line1": " Street 1 ", "line2": " ", "city": "Bonn",
        "postalCode": " 53111 ", "country": "de", "phone": "+49 30 90-1820",
    });
    let placed = place(&buyer, &input).await;
    assert_eq!(placed.text("placeOrder.order.status"), "PAID", "{}", placed.body);
    assert_eq!(
        address_of(&buyer, &placed).await,
        json!({
            "recipient": japanese, "company": "Crème", "line1": "Street 1", "line2": null, "city": "Bonn",
            "region": null, "postalCode": "53111", "country": "DE", "phone": "+4930901820",
        })
    );
}

/// Check 56: a refusal names the field, in one sentence.
#[tokio::test]
async fn place_order_refuses_a_line_by_its_name() {
    let shop = Shop::open().await;
    let buyer = shop.buyer().await;
    for (name, text) in [
        ("recipient", " ".to_owned()),
        ("line1", "Street\n1".to_owned()),
        ("city", "x".repeat(101)),
        ("region", "\u{202e}".to_owned()),
        ("postalCode", "53111\u{7}".to_owned()),
        ("country", "ZZ".to_owned()),
        ("phone", "call me".to_owned()),
    ] {
        let mut input = order("key-00001");
        input["shippingAddress"][name] = json!(text);
        let refused = place(&buyer, &input).await;
        assert_eq!(refused.codes(), ["BAD_USER_INPUT"], "{name}: {}", refused.body);
        assert_eq!(field(&refused), name, "{}", refused.body);
        assert!(refused.errors()[0]["message"].as_str().unwrap().contains(&format!("`{name}`")));
    }
    assert!(shop.asked().is_empty());
}

/// Check 56: what cannot be an address is refused wherever one is asked for.
#[tokio::test]
async fn an_email_that_is_none_is_refused_everywhere() {
    let shop = Shop::open().await;
    let guest = guest(&shop).await;
    let asks = [
        "query ($email: String!) { guestOrder(number: \"K7QF-2M9X\", email: $email) { id } }",
        "mutation ($email: String!) { requestOrderCancellation(input: { number: \"K7QF-2M9X\", email: $email }) {
            message } }",
        "mutation ($email: String!) { cancelGuestOrder(
            input: { number: \"K7QF-2M9X\", email: $email, code: \"0000-0000-0000\" }) { __typename } }",
    ];
    for email in NO_EMAILS {
        let mut input = order("key-00001");
        input["email"] = json!(email);
        let mut answers = vec![place(&guest, &input).await];
        for ask in asks {
            answers.push(guest.execute(ask, json!({ "email": email })).await);
        }
        for answer in answers {
            assert_eq!(answer.codes(), ["BAD_USER_INPUT"], "{email:?}: {}", answer.body);
            assert_eq!(field(&answer), "email", "{email:?}: {}", answer.body);
        }
    }
    let mut input = order("key-00001");
    input["email"] = json!(" Jose\u{301}@Example.com ");
    let placed = place(&guest, &input).await;
    assert_eq!(placed.text("placeOrder.order.status"), "PAID", "{}", placed.body);
    let find = "query ($number: String!) { guestOrder(number: $number, email: \"JOSÉ@example.com\") { id } }";
    let found = guest.execute(find, json!({ "number": placed.text("placeOrder.order.number") })).await;
    assert_eq!(found.text("guestOrder.id"), placed.text("placeOrder.order.id"), "{}", found.body);
}

/// Check 56: a NUL reaches no database, from whichever input it comes.
#[tokio::test]
async fn a_nul_is_refused_in_every_text() {
    let shop = Shop::open().await;
    let guest = guest(&shop).await;
    let mut inputs = Vec::new();
    for path in ["/idempotencyKey", "/email", "/shippingAddress/line1", "/payment/token", "/payment/gateway"]
    {
        let mut input = order("key-00001");
        input["email"] = json!("ann@example.com");
        *input.pointer_mut(path).unwrap() = json!("key\0-00001@example.com");
        inputs.push(input);
    }
    for input in inputs {
        let refused = place(&guest, &input).await;
        assert_eq!(refused.codes(), ["BAD_USER_INPUT"], "{}", refused.body);
    }
    for literal in [
        "mutation { applyCoupon(input: { code: \"SAVE\\u000010\" }) { cart { id } } }",
        "mutation { applyCoupon(input: { code: \"SAVE\0\" }) { cart { id } } }",
        "{ guestOrder(number: \"K7QF-2M9X\", email: \"a\\u0000@b.cd\") { id } }",
        "{ order(number: \"K7QF\\u00002M9X\") { id } }",
    ] {
        let refused = guest.execute(literal, json!({})).await;
        assert_eq!(refused.codes(), ["BAD_USER_INPUT"], "{literal:?}: {}", refused.body);
    }
}

/// Check 56: a coupon's code is measured in characters, and is one line.
#[tokio::test]
async fn apply_coupon_measures_the_code_in_characters() {
    let shop = Shop::open().await;
    let guest = guest(&shop).await;
    let apply = "mutation ($code: String!) { applyCoupon(input: { code: $code }) { cart { couponCode } } }";
    let long = guest.execute(apply, json!({ "code": "得".repeat(64) })).await;
    assert_eq!(long.text("applyCoupon.cart.couponCode"), "得".repeat(64), "{}", long.body);
    for code in [" ".to_owned(), "SAVE\n10".to_owned(), "x".repeat(65)] {
        let refused = guest.execute(apply, json!({ "code": code })).await;
        assert_eq!(refused.codes(), ["BAD_USER_INPUT"], "{code:?}");
        assert_eq!(field(&refused), "code");
    }
}

/// An order of the first release has `name` where later ones have `recipient`, and whatever country was written.
#[tokio::test]
async fn an_address_of_an_earlier_release_is_still_read() {
    let shop = Shop::open().await;
    let buyer = shop.buyer().await;
    let placed = place(&buyer, &order("key-00001")).await;
    let old = r#"{"name":"Ann","line1":"Street 1","line2":null,"city":"Bonn","region":null,"postalCode":"53111","country":"ZZ","phone":null}"#;
    let update = format!("UPDATE orders SET shipping_address = '{old}'");
    shop.app.database().write().execute_unprepared(&update).await.unwrap();
    let address = address_of(&buyer, &placed).await;
    assert_eq!((&address["recipient"], &address["country"]), (&json!("Ann"), &json!("ZZ")));
}
