//! A guest's order: found by number and address, claimed and called off by proof of the address alone.

use std::time::Duration;

use contracts::orders::OrderClaimed;
use platform_testkit::{Answer, TestClient};
use serde_json::{Value, json};

use crate::shop::{GUEST, ORDER, Shop, add, order, place, status, told};

const CLAIM: &str = "mutation ($number: String!, $code: String) {
    claimOrder(input: { number: $number, code: $code }) { __typename ... on ClaimOrderPayload { order { id } } } }";
const ASK_CLAIM: &str =
    "mutation ($number: String!) { requestOrderClaim(input: { number: $number }) { message } }";
const ASK_CANCEL: &str = "mutation ($number: String!, $email: String!) {
    requestOrderCancellation(input: { number: $number, email: $email }) { message } }";
const CANCEL: &str = "mutation ($number: String!, $email: String!, $code: String!) {
    cancelGuestOrder(input: { number: $number, email: $email, code: $code }) {
        __typename ... on CancelOrderPayload { order { id status } } ... on OrderNotCancellable { order { status } } } }";
const EMAIL: &str = "ann@example.com";

struct Placed {
    guest: TestClient,
    id: String,
    number: String,
    input: Value,
}

async fn place_as_guest(shop: &Shop) -> Placed {
    let guest = shop.app.as_guest().with_guest(GUEST);
    add(&guest, shop.app.ids().next(), 2).await.data();
    let mut input = order("key-00001");
    input["email"] = json!("Ann@Example.com");
    let placed = place(&guest, &input).await;
    let (id, number) = (placed.text("placeOrder.order.id"), placed.text("placeOrder.order.number"));
    Placed { guest, id, number, input }
}

fn user(shop: &Shop) -> TestClient {
    shop.app.as_user(shop.app.ids().next())
}

async fn claim(client: &TestClient, number: &str, code: Option<&str>) -> Answer {
    client.execute(CLAIM, json!({ "number": number, "code": code })).await
}

/// The inputs of the mails with a code that users was asked to send, once there are `count`.
async fn mails(shop: &Shop, count: usize) -> Vec<Value> {
    crate::shop::mails(shop, &["ORDER_CLAIM", "ORDER_CANCELLATION"], count).await
}

fn code(mail: &Value) -> String {
    mail["data"]["code"].as_str().unwrap().to_owned()
}

async fn sees(client: &TestClient, id: &str) -> bool {
    !client.execute(ORDER, json!({ "id": id })).await.data()["order"].is_null()
}

#[tokio::test]
async fn guest_order_is_found_by_number_and_address() {
    let shop = Shop::open().await;
    let placed = place_as_guest(&shop).await;
    let find =
        "query ($number: String!, $email: String!) { guestOrder(number: $number, email: $email) { id } }";
    let anyone = shop.app.as_guest();
    let found = anyone.execute(find, json!({ "number": placed.number, "email": "ANN@example.com" })).await;
    assert_eq!(found.text("guestOrder.id"), placed.id);
    let wrong = anyone.execute(find, json!({ "number": placed.number, "email": "eve@example.com" })).await;
    assert!(wrong.data()["guestOrder"].is_null());
    assert!(!sees(&anyone, &placed.id).await);
}

/// Knowing the address of an order is no proof of it: users says whose verified address it is.
#[tokio::test]
async fn claim_order_needs_the_verified_address() {
    let shop = Shop::open().await;
    let placed = place_as_guest(&shop).await;
    let (ann, eve) = (user(&shop), user(&shop));
    let theft = claim(&eve, &placed.number, None).await;
    assert_eq!(theft.text("claimOrder.__typename"), "OrderNotFound", "{}", theft.body);
    let asked = shop.users.calls("ownsEmail")[0].variables.clone();
    assert_eq!(asked, json!({ "userId": eve.identity().user, "email": EMAIL }));
    assert!(sees(&placed.guest, &placed.id).await, "nothing is lost by a theft that fails");
    shop.users_say("ownsEmail", json!(true));
    let claimed = claim(&ann, &placed.number, None).await;
    assert_eq!(claimed.text("claimOrder.order.id"), placed.id, "{}", claimed.body);
    assert_eq!(claim(&ann, &placed.number, None).await.text("claimOrder.order.id"), placed.id, "again");
    assert_eq!(claim(&eve, &placed.number, None).await.text("claimOrder.__typename"), "OrderNotFound");
    let guest = claim(&placed.guest, &placed.number, None).await;
    assert_eq!(guest.codes(), ["UNAUTHENTICATED"]);
}

/// Mails that anybody can have sent are counted for the network that asks, whether there is such an order or not.
#[tokio::test]
async fn codes_asked_for_by_one_network_are_limited() {
    let shop = Shop::open().await;
    let placed = place_as_guest(&shop).await;
    let mut identity = placed.guest.identity().clone();
    identity.network = Some([198, 51, 100, 7].into());
    let anyone = shop.app.as_identity(identity.clone());
    anyone.execute(ASK_CANCEL, json!({ "number": "0000-0000", "email": EMAIL })).await.data();
    assert_eq!(shop.users.calls("countMail")[0].caller.network, identity.network);
    shop.users_say("countMail", json!({ "allowed": false, "retryAfterSeconds": 42 }));
    for (number, email) in [("0000-0000", "eve@example.com"), (placed.number.as_str(), EMAIL)] {
        let refused = anyone.execute(ASK_CANCEL, json!({ "number": number, "email": email })).await;
        assert_eq!(refused.codes(), ["RATE_LIMITED"], "{}", refused.body);
        assert_eq!(refused.errors()[0]["extensions"]["retryAfter"], 42);
        let refused = user(&shop).execute(ASK_CLAIM, json!({ "number": number })).await;
        assert_eq!(refused.codes(), ["RATE_LIMITED"], "{}", refused.body);
    }
    shop.users_say("countMail", json!({ "allowed": true, "retryAfterSeconds": null }));
    anyone.execute(ASK_CANCEL, json!({ "number": placed.number, "email": EMAIL })).await.data();
    assert_eq!(mails(&shop, 1).await.len(), 1, "what was refused sends nothing");
}

/// What the guest's id showed, it shows no longer: order, list of entities, subscription, the key of the order.
#[tokio::test]
async fn a_claimed_order_is_lost_to_the_guest() {
    let shop = Shop::open().await;
    let placed = place_as_guest(&shop).await;
    let live = "subscription ($id: ID!) { orderUpdated(id: $id) { status version } }";
    let mut updates = placed.guest.subscribe(live, json!({ "id": placed.id })).await;
    assert_eq!(updates.next().await.text("orderUpdated.status"), "PAID");
    shop.users_say("ownsEmail", json!(true));
    let ann = user(&shop);
    claim(&ann, &placed.number, None).await.data();
    assert!(updates.try_next().await.is_none(), "the subscription ends");
    assert!(sees(&ann, &placed.id).await);
    assert!(!sees(&placed.guest, &placed.id).await);
    assert_eq!(place(&placed.guest, &placed.input).await.codes(), ["CONFLICT"]);
    let mut fresh = placed.input.clone();
    fresh["idempotencyKey"] = json!("key-00002");
    let answer = place(&placed.guest, &fresh).await;
    assert_eq!(answer.text("placeOrder.__typename"), "CartEmpty", "the cart does not show it either");
    let cancel = "mutation ($id: ID!) { cancelOrder(input: { orderId: $id }) { __typename } }";
    assert_eq!(placed.guest.execute(cancel, json!({ "id": placed.id })).await.codes(), ["NOT_FOUND"]);
    let claimed = told::<OrderClaimed>(&shop.app, 1).await;
    assert_eq!(claimed[0].order_id.to_string(), placed.id);
    assert_eq!(Some(claimed[0].user_id), ann.identity().user);
}

/// Payments hears of a claim within its answer; where it is away, the event says so later, and the order is claimed.
#[tokio::test]
async fn a_claim_is_told_to_payments_and_stands_without() {
    let shop = Shop::open().await;
    let placed = place_as_guest(&shop).await;
    shop.users_say("ownsEmail", json!(true));
    let ann = user(&shop);
    shop.payments.set_down(true);
    assert_eq!(claim(&ann, &placed.number, None).await.text("claimOrder.order.id"), placed.id);
    shop.payments.set_down(false);
    assert_eq!(claim(&ann, &placed.number, None).await.text("claimOrder.order.id"), placed.id, "again");
    let asked = shop.payments.calls("claimPayments");
    let said = json!({ "orderId": placed.id, "userId": ann.identity().user });
    assert_eq!(asked.iter().map(|call| &call.variables).collect::<Vec<_>>(), [&said]);
    assert_eq!(told::<OrderClaimed>(&shop.app, 1).await.len(), 1);
}

/// Nor while it waits for its payment, and so still has what is in the cart.
#[tokio::test]
async fn a_claimed_order_that_waits_is_lost_to_the_guest() {
    let shop = Shop::open().await;
    shop.payment_stands("REQUIRES_ACTION", json!({ "actionUrl": "/challenge" }));
    let placed = place_as_guest(&shop).await;
    shop.users_say("ownsEmail", json!(true));
    claim(&user(&shop), &placed.number, None).await.data();
    let mut fresh = placed.input.clone();
    fresh["idempotencyKey"] = json!("key-00002");
    let answer = place(&placed.guest, &fresh).await;
    assert_eq!(answer.codes(), ["CONFLICT"], "{}", answer.body);
    assert!(!answer.body.to_string().contains(&placed.number), "{}", answer.body);
}

#[tokio::test]
async fn claim_order_takes_a_code_that_was_mailed_to_the_orders_address() {
    let shop = Shop::open().await;
    let placed = place_as_guest(&shop).await;
    let ann = user(&shop);
    let asked = ann.execute(ASK_CLAIM, json!({ "number": placed.number })).await;
    let mail = mails(&shop, 1).await.remove(0);
    assert_eq!((&mail["to"], &mail["template"]), (&json!(EMAIL), &json!("ORDER_CLAIM")));
    assert_eq!((&mail["data"]["orderNumber"], &mail["language"]), (&json!(placed.number), &json!("en")));
    let unknown = ann.execute(ASK_CLAIM, json!({ "number": "K7QF-2M9X" })).await;
    assert_eq!(unknown.body, asked.body, "asking does not tell whether the order exists");
    for wrong in ["0000-0000-0000", "", "ÄÖÜ"] {
        let refused = claim(&ann, &placed.number, Some(wrong)).await;
        assert_eq!(refused.text("claimOrder.__typename"), "OrderCodeInvalid", "{}", refused.body);
    }
    let typed = code(&mail).to_lowercase();
    assert_eq!(claim(&ann, &placed.number, Some(&typed)).await.text("claimOrder.order.id"), placed.id);
    let late = claim(&user(&shop), &placed.number, Some(&typed)).await;
    assert_eq!(late.text("claimOrder.__typename"), "OrderCodeInvalid", "a code works once");
}

#[tokio::test]
async fn cancel_guest_order_takes_a_mailed_code_from_any_device() {
    let shop = Shop::open().await;
    let placed = place_as_guest(&shop).await;
    shop.catalog_says("releaseReservation", json!({ "status": "COMMITTED" }));
    let other = shop.app.as_guest().with_guest("guest-of-another-device");
    let asked = other.execute(ASK_CANCEL, json!({ "number": placed.number, "email": EMAIL })).await;
    let mail = mails(&shop, 1).await.remove(0);
    assert_eq!(mail["template"], "ORDER_CANCELLATION");
    let stranger =
        other.execute(ASK_CANCEL, json!({ "number": placed.number, "email": "eve@example.com" })).await;
    assert_eq!(stranger.body, asked.body);
    let with = |email: &str, code: &str| json!({ "number": placed.number, "email": email, "code": code });
    let right = code(&mail);
    for wrong in [with("eve@example.com", &right), with(EMAIL, "0000-0000-0000")] {
        let refused = other.execute(CANCEL, wrong).await;
        assert_eq!(refused.text("cancelGuestOrder.__typename"), "OrderCodeInvalid", "{}", refused.body);
    }
    assert_eq!(
        claim(&user(&shop), &placed.number, Some(&right)).await.text("claimOrder.__typename"),
        "OrderCodeInvalid"
    );
    let cancelled = other.execute(CANCEL, with(EMAIL, &right)).await;
    assert_eq!(cancelled.text("cancelGuestOrder.order.status"), "CANCELLED", "{}", cancelled.body);
    assert_eq!(status(&placed.guest, &placed.id).await, "CANCELLED");
    assert_eq!(shop.payments.calls("refundRemaining").len(), 1);
    assert_eq!(mails(&shop, 1).await.len(), 1, "nothing was mailed for the stranger");
}

/// Codes lapse, bear five guesses of a network, and are mailed once a minute and to a network five times a day.
#[tokio::test]
async fn codes_have_limits() {
    let shop = Shop::open().await;
    let placed = place_as_guest(&shop).await;
    let ann = user(&shop);
    let ask = async || ann.execute(ASK_CLAIM, json!({ "number": placed.number })).await.data().clone();
    let refused = async |code: &str| {
        let answer = claim(&ann, &placed.number, Some(code)).await;
        assert_eq!(answer.text("claimOrder.__typename"), "OrderCodeInvalid", "{}", answer.body);
    };
    futures::future::join_all((0..10).map(|_| ask())).await;
    let first = code(&mails(&shop, 1).await[0]);
    shop.app.clock().advance(Duration::from_secs(31 * 60));
    refused(&first).await;
    for count in 2..=5 {
        ask().await;
        let sent = mails(&shop, count).await;
        assert_eq!(sent.len(), count, "one a minute");
        for _ in 0..5 {
            refused("0000-0000-0000").await;
        }
        refused(&code(&sent[count - 1])).await;
        shop.app.clock().advance(Duration::from_secs(61));
    }
    ask().await;
    // The jobs of an order's mails are done in turn: had there been a sixth, it would come before the next order's.
    shop.app.clock().advance(Duration::from_secs(24 * 60 * 60));
    ask().await;
    assert_eq!(mails(&shop, 6).await.len(), 6, "five a day");
}

/// A client from a network of its own.
fn from(client: &TestClient, shop: &Shop, network: u32) -> TestClient {
    let mut identity = client.identity().clone();
    identity.network = Some(std::net::Ipv4Addr::from_bits(0xC633_6400 + network).into());
    shop.app.as_identity(identity)
}

/// Whoever knows the number and address of an order, but not the mail, takes nothing from its owner by guessing.
#[tokio::test]
async fn guesses_of_strangers_do_not_use_a_code_up() {
    let shop = Shop::open().await;
    let placed = place_as_guest(&shop).await;
    let owner = from(&shop.app.as_guest(), &shop, 1);
    owner.execute(ASK_CANCEL, json!({ "number": placed.number, "email": EMAIL })).await.data();
    let right = code(&mails(&shop, 1).await[0]);
    let cancel = async |client: &TestClient, code: &str| {
        let variables = json!({ "number": placed.number, "email": EMAIL, "code": code });
        client.execute(CANCEL, variables).await.text("cancelGuestOrder.__typename")
    };
    let stranger = from(&shop.app.as_guest(), &shop, 2);
    for _ in 0..20 {
        assert_eq!(cancel(&stranger, "0000-0000-0000").await, "OrderCodeInvalid");
    }
    assert_eq!(cancel(&stranger, &right).await, "OrderCodeInvalid", "a network has five guesses at a code");
    shop.catalog_says("releaseReservation", json!({ "status": "COMMITTED" }));
    assert_eq!(cancel(&owner, &right).await, "CancelOrderPayload", "the owner has not guessed");
}

/// An order bears so many wrong guesses in all; past them the network that asked for a code is listened to all the same.
#[tokio::test]
async fn guesses_from_everywhere_are_limited_and_leave_out_who_asked() {
    let shop = Shop::open().await;
    let placed = place_as_guest(&shop).await;
    let owner = from(&shop.app.as_guest(), &shop, 1);
    owner.execute(ASK_CANCEL, json!({ "number": placed.number, "email": EMAIL })).await.data();
    let right = code(&mails(&shop, 1).await[0]);
    let cancel = async |network: u32, code: &str| {
        let variables = json!({ "number": placed.number, "email": EMAIL, "code": code });
        let client = from(&shop.app.as_guest(), &shop, network);
        client.execute(CANCEL, variables).await.text("cancelGuestOrder.__typename")
    };
    for network in 2..202 {
        for _ in 0..5 {
            assert_eq!(cancel(network, "0000-0000-0000").await, "OrderCodeInvalid");
        }
    }
    assert_eq!(cancel(300, &right).await, "OrderCodeInvalid", "a thousand guesses were made");
    shop.catalog_says("releaseReservation", json!({ "status": "COMMITTED" }));
    assert_eq!(cancel(1, &right).await, "CancelOrderPayload");
}

/// Who asks for codes of a stranger's order again and again does not use up those of its owner, nor fill the mailbox.
#[tokio::test]
async fn codes_that_strangers_ask_for_leave_some_to_the_owner() {
    let shop = Shop::open().await;
    let placed = place_as_guest(&shop).await;
    let ask = async |network: u32| {
        let client = from(&shop.app.as_guest(), &shop, network);
        client.execute(ASK_CANCEL, json!({ "number": placed.number, "email": EMAIL })).await.data();
        shop.app.clock().advance(Duration::from_secs(61));
    };
    for _ in 0..8 {
        ask(2).await;
    }
    ask(1).await;
    assert_eq!(mails(&shop, 6).await.len(), 6, "five for the stranger's network, and the owner's");
    for network in 3..20 {
        ask(network).await;
    }
    ask(1).await;
    assert_eq!(mails(&shop, 10).await.len(), 10, "in all, as long as one of them is good");
    shop.app.clock().advance(Duration::from_secs(30 * 60));
    ask(1).await;
    let sent = mails(&shop, 11).await;
    assert_eq!(sent.len(), 11, "and another when none is");
    shop.catalog_says("releaseReservation", json!({ "status": "COMMITTED" }));
    let variables = json!({ "number": placed.number, "email": EMAIL, "code": code(&sent[10]) });
    let cancelled = from(&shop.app.as_guest(), &shop, 1).execute(CANCEL, variables).await;
    assert_eq!(cancelled.text("cancelGuestOrder.__typename"), "CancelOrderPayload", "{}", cancelled.body);
}
