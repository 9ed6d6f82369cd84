//! Demo orders, placed as customers place them: through the schemas of the subgraphs, so that stock, ledger and
//! history are those of real orders.
//!
//! A customer's orders are made in a fixed order, each under a key of its own; what a start that was interrupted left
//! out is made at the next one.

use anyhow::{Context, Result};
use catalog::demo::ids;
use platform_identity::Caller;
use platform_server::Host;
use router_transport::Value;
use serde_json::json;
use users::demo::{BUYERS, DemoLogin, LOGINS};

use super::calls::{self, Shop, send};
use super::stories::{Country, STORIES, Story, Then};

/// Stories of each buyer whose login is not shown.
const STORIES_EACH: usize = 3;
const GUEST: &str = "demo-guest-0000000000001";
const GUEST_EMAIL: &str = "guest@demo.souk.example";

/// A customer, and the way of each of their orders.
struct Customer {
    login: &'static DemoLogin,
    stories: Vec<Story>,
}

/// The first buyer, whose login people try, has an order of every kind; the others have some.
fn customers() -> Vec<Customer> {
    let shown = LOGINS.iter().find(|login| login.role == "buyer");
    let shown = shown.map(|login| Customer { login, stories: STORIES.to_vec() });
    let others = BUYERS.iter().enumerate().map(|(n, login)| Customer {
        login,
        stories: STORIES.iter().copied().cycle().skip(n * STORIES_EACH).take(STORIES_EACH).collect(),
    });
    shown.into_iter().chain(others).collect()
}

/// Places the demo orders that are missing; `progress` is told how many of how many are done. Returns how many were
/// placed. The demo shop's goods exist.
pub async fn place(host: &Host, progress: &(dyn Fn(u64, u64) + Send + Sync)) -> Result<u64> {
    let shop = Shop::of(host)?;
    let customers = customers();
    let total = u64::try_from(1 + customers.iter().map(|c| c.stories.len()).sum::<usize>())?;
    let (mut done, mut placed, mut goods) = (0, 0, 0);
    for (number, customer) in customers.iter().enumerate() {
        let known = orders_of(&shop, customer.login).await?;
        if number == 0 {
            if known == 0 {
                place_as_guest(&shop).await.context("demo order of a guest")?;
                placed += 1;
            }
            done += 1;
        }
        for (n, story) in customer.stories.iter().enumerate() {
            progress(done, total);
            let basket = basket(goods, story.lines);
            if n >= known {
                let order = format!("demo order {n} of {}", customer.login.email);
                tell(&shop, customer.login, n, story, &basket).await.context(order)?;
                placed += 1;
            }
            done += 1;
            goods += 1;
        }
    }
    progress(total, total);
    Ok(placed)
}

/// How many orders a customer has.
async fn orders_of(shop: &Shop, login: &DemoLogin) -> Result<usize> {
    let query = "query Known($user: [_Any!]!) {
        _entities(representations: $user) { ... on User { orders(first: 50) { nodes { id } } } }
    }";
    let caller = calls::buyer(login, Country::Germany.market());
    let user = json!({ "user": [{ "__typename": "User", "id": login.id }] });
    let answer = send(&shop.orders, &caller, query, user).await?;
    Ok(answer.pointer("/_entities/0/orders/nodes").and_then(Value::as_array).map_or(0, Vec::len))
}

/// Goods of different shelves that are in stock, with how many of each.
pub fn basket(order: u32, lines: u32) -> Vec<(u32, u32)> {
    let from = |step: u32| {
        let first = order * 11 + step * 37;
        (first..).map(|n| n % ids::PRODUCTS).find(|n| !ids::is_sold_out(ids::offer(*n, 0)))
    };
    (0..lines).filter_map(|step| Some((from(step)?, 1 + (order + step) % 2))).collect()
}

/// Places one order and lets happen what happens to it.
async fn tell(shop: &Shop, login: &DemoLogin, n: usize, story: &Story, basket: &[(u32, u32)]) -> Result<()> {
    let caller = calls::buyer(login, story.country.market());
    let staff = LOGINS.iter().find(|login| login.role == "admin").context("there is a demo administrator")?;
    let staff = calls::staff(staff);
    fill_cart(shop, &caller, basket, story.coupon).await?;
    if story.points > 0 {
        let grant = "mutation Grant($input: GrantPointsInput!) { grantPoints(input: $input) { __typename } }";
        let currency = story.country.market().currency;
        let reference = format!("demo-welcome-{}-{n:02}", login.id);
        let input = json!({
            "userId": login.id, "points": story.points, "reference": reference, "currency": currency,
        });
        send(&shop.payments, &staff, grant, json!({ "input": input })).await?;
    }
    let input = json!({
        "idempotencyKey": format!("demo-order-{n:02}"),
        "shippingAddress": address(login.name, story.country, n),
        "points": story.points,
        "payment": story.token.map(|token| json!({ "gateway": "sandbox", "token": token })),
    });
    let Some(order) = check_out(shop, &caller, input).await? else { return Ok(()) };
    match story.then {
        Then::Stays => Ok(()),
        Then::CancelledByBuyer => cancel(shop, &caller, &order).await,
        Then::CancelledByStaff => cancel(shop, &staff, &order).await,
        Then::RefundedInPart => refund(shop, &staff, &order, Some("5.00")).await,
        Then::RefundedInFull => refund(shop, &staff, &order, None).await,
    }
}

/// The order of somebody without an account, to be found by its number and [`GUEST_EMAIL`].
async fn place_as_guest(shop: &Shop) -> Result<()> {
    let caller = calls::guest(GUEST);
    fill_cart(shop, &caller, &basket(200, 2), None).await?;
    let input = json!({
        "idempotencyKey": "demo-order-00",
        "email": GUEST_EMAIL,
        "shippingAddress": address("Gustl Guest", Country::Germany, 0),
        "payment": { "gateway": "sandbox", "token": "tok_approve" },
    });
    check_out(shop, &caller, input).await.map(drop)
}

fn address(name: &str, country: Country, number: usize) -> Value {
    let (city, postal_code, street) = country.place();
    json!({
        "recipient": name,
        "line1": format!("{street} {}", number + 1),
        "city": city,
        "postalCode": postal_code,
        "country": country.market().country,
    })
}

/// Puts exactly these goods into the caller's cart: an order that waits for its payment left its own there.
pub async fn fill_cart(
    shop: &Shop,
    caller: &Caller,
    basket: &[(u32, u32)],
    coupon: Option<&str>,
) -> Result<()> {
    let clear = "mutation Clear { clearCart { cart { id } } removeCoupon { cart { id } } }";
    send(&shop.orders, caller, clear, json!({})).await?;
    for (product, quantity) in basket {
        let add = "mutation Add($input: AddToCartInput!) { addToCart(input: $input) { cart { id } } }";
        let input = json!({ "offerId": ids::offer(*product, 0), "quantity": quantity });
        send(&shop.orders, caller, add, json!({ "input": input })).await?;
    }
    if let Some(code) = coupon {
        let apply =
            "mutation Apply($input: ApplyCouponInput!) { applyCoupon(input: $input) { cart { id } } }";
        send(&shop.orders, caller, apply, json!({ "input": { "code": code } })).await?;
    }
    Ok(())
}

/// Orders what is in the cart; `None` if the checkout did not succeed.
pub async fn check_out(shop: &Shop, caller: &Caller, input: Value) -> Result<Option<Value>> {
    let place = "mutation Place($input: PlaceOrderInput!) {
        placeOrder(input: $input) { __typename ... on PlaceOrderPayload { order { id } } }
    }";
    let placed = send(&shop.orders, caller, place, json!({ "input": input })).await?;
    Ok(placed.pointer("/placeOrder/order/id").cloned())
}

async fn cancel(shop: &Shop, caller: &Caller, order: &Value) -> Result<()> {
    let cancel = "mutation Cancel($input: CancelOrderInput!) { cancelOrder(input: $input) { __typename } }";
    send(&shop.orders, caller, cancel, json!({ "input": { "orderId": order } })).await.map(drop)
}

/// Gives `amount` of an order's payment back, or all of it.
async fn refund(shop: &Shop, staff: &Caller, order: &Value, amount: Option<&str>) -> Result<()> {
    let find = "query Payments($order: [_Any!]!) {
        _entities(representations: $order) {
            ... on Order { payments { id capturedAmount { amount currency } } }
        }
    }";
    let order_key = json!({ "order": [{ "__typename": "Order", "id": order }] });
    let found = send(&shop.payments, staff, find, order_key).await?;
    let payment = found.pointer("/_entities/0/payments/0").context("the order was paid")?;
    let mut money = payment.pointer("/capturedAmount").cloned().unwrap_or_default();
    if let (Some(amount), Some(money)) = (amount, money.as_object_mut()) {
        money.insert("amount".to_owned(), json!(amount));
    }
    let refund =
        "mutation Refund($input: RefundPaymentInput!) { refundPayment(input: $input) { __typename } }";
    let key = format!("demo-refund-{}", order.as_str().unwrap_or_default());
    let input = json!({
        "paymentId": payment.pointer("/id"), "amount": money, "reason": "one piece was damaged", "idempotencyKey": key,
    });
    send(&shop.payments, staff, refund, json!({ "input": input })).await.map(drop)
}
