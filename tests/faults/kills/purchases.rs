//! The customers: each with an account, points and a coupon, and one purchase.

use futures::future::join_all;
use platform_identity::Identity;
use serde_json::{Value, json};

use super::invariants::Books;
use crate::support::{Answer, Client, Installation, eventually, fresh_id};

/// What a customer has, and spends on the purchase.
const POINTS: i64 = 100;
pub const COUPON: &str = "KILLS10";

/// How a purchase goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Course {
    Paid,
    Declined,
    /// Paid, and called off by the customer.
    PaidAndCancelled,
    /// The customer completes the payment after the goods' reservation was lost.
    HoldFellFree,
}

/// What has to be gone at the end.
#[derive(Debug, Default, Clone, Copy)]
pub struct Sold {
    pub units: i64,
    /// A customer whose process died early has ordered without.
    pub coupons: i64,
}

struct Customer {
    client: Client,
    key: String,
    course: Option<Course>,
}

pub struct Purchases {
    customers: Vec<Customer>,
    begun: usize,
    offer: Value,
    /// In which slot all of it is delivered.
    delivery: Value,
}

const ADD: &str = "mutation Add($input: AddToCartInput!) { addToCart(input: $input) { cart { id } } }";
const APPLY: &str =
    "mutation Apply($input: ApplyCouponInput!) { applyCoupon(input: $input) { cart { id } } }";
const PLACE: &str = "mutation Place($input: PlaceOrderInput!) {
    placeOrder(input: $input) {
        __typename
        ... on PlaceOrderPayload { order { id status paymentActionUrl } }
    }
}";
const CANCEL: &str =
    "mutation Cancel($input: CancelOrderInput!) { cancelOrder(input: $input) { __typename } }";

impl Purchases {
    /// Makes `count` customers.
    pub async fn prepare(shop: &Installation, books: &Books, count: usize) -> Self {
        let anyone = shop.client();
        let mut customers = Vec::new();
        while customers.len() < count {
            let some = join_all((0..8).map(|_| customer(&anyone, books.admin()))).await;
            customers.extend(some);
        }
        let (offer, delivery) = (books.offer().clone(), books.delivery().clone());
        Self { customers, begun: 0, offer, delivery }
    }

    /// The next customer's purchase, until all that follows from it has reached the customer. False when an answer is
    /// missing: a process that it needs has died.
    pub fn begin(&mut self, shop: &Installation, course: Course) -> impl Future<Output = bool> + use<> {
        let customer = self.customers.get_mut(self.begun).expect("enough customers were prepared");
        self.begun += 1;
        customer.course = Some(course);
        let (client, input) = (customer.client.clone(), place(&customer.key, course, &self.delivery));
        let offer = self.offer.clone();
        let catalog = shop.at_subgraph_as("catalog", Identity::service("test")).unwrap();
        async move {
            if buy(&client, &offer, input, course, &catalog).await.is_none() {
                return false;
            }
            come_to_rest(&client, course).await;
            true
        }
    }

    /// Each purchase has come to nothing: the order is closed, and its customer has all that it would have cost.
    pub async fn assert_given_up(&self) {
        for customer in self.customers.iter().take(self.begun) {
            eventually("the order is closed", || async {
                let seen = customer.client.execute(ORDERS, json!({})).await;
                let status = &seen.data()["me"]["orders"]["nodes"][0]["status"];
                (status == "CANCELLED" || status == "FAILED").then_some(())
            })
            .await;
            customer.assert_accounts(false).await;
        }
    }

    /// Asks for the answer to each purchase until there is one, and looks at what was made of it.
    pub async fn assert_decided(&self) -> Sold {
        let mut sold = Sold::default();
        for customer in self.customers.iter().take(self.begun) {
            let course = customer.course.unwrap();
            let order =
                eventually("the order is decided", || decided(customer, course, &self.delivery)).await;
            if order["status"] == "PAID" {
                sold.units += 1;
                sold.coupons += i64::from(order["couponCode"] == COUPON);
            }
            customer.assert_accounts(order["status"] == "PAID").await;
        }
        sold
    }
}

async fn customer(anyone: &Client, admin: &Client) -> Customer {
    const GRANT: &str =
        "mutation Grant($input: GrantPointsInput!) { grantPoints(input: $input) { points { balance } } }";
    let key = fresh_id();
    let email = format!("kill-{key}@example.org");
    let made = anyone.register(&email, "a long enough password", "Kim Killed").await;
    let user = made["user"]["id"].clone();
    let token = made["tokens"]["accessToken"].as_str().unwrap();
    let points = json!({ "userId": user, "points": POINTS, "reference": user, "currency": "EUR" });
    admin.execute(GRANT, json!({ "input": points })).await.data();
    Customer { client: anyone.with_token(token), key, course: None }
}

fn place(key: &str, course: Course, delivery: &Value) -> Value {
    let token = match course {
        Course::Paid | Course::PaidAndCancelled => "tok_approve",
        Course::Declined => "tok_decline",
        Course::HoldFellFree => "tok_challenge",
    };
    json!({ "input": {
        "idempotencyKey": key,
        "points": POINTS,
        "shippingAddress": {
            "recipient": "Kim Killed", "line1": "Marktgasse 1", "city": "Berlin", "postalCode": "10115", "country": "DE",
        },
        "delivery": delivery,
        "payment": { "gateway": "sandbox", "token": token },
    } })
}

/// Goes through the course until an answer is missing.
async fn buy(client: &Client, offer: &Value, input: Value, course: Course, catalog: &Client) -> Option<()> {
    let goods = json!({ "input": { "offerId": offer, "quantity": 1 } });
    taken(client, ADD, goods).await?;
    taken(client, APPLY, json!({ "input": { "code": COUPON } })).await?;
    let placed = taken(client, PLACE, input).await?;
    let order = placed.data()["placeOrder"]["order"].clone();
    match course {
        Course::Paid | Course::Declined => {}
        Course::PaidAndCancelled => {
            taken(client, CANCEL, json!({ "input": { "orderId": order["id"] } })).await?;
        }
        Course::HoldFellFree => {
            let release =
                "mutation Release($key: String!) { releaseReservation(input: { key: $key }) { status } }";
            let key = format!("order:{}", order["id"].as_str()?);
            let released =
                catalog.try_execute_at("/internal/graphql", release, json!({ "key": key })).await?;
            assert_eq!(released.data()["releaseReservation"]["status"], "RELEASED");
            let page = order["paymentActionUrl"].as_str()?;
            client.pass_challenge(page).await?.error_for_status().ok()?;
        }
    }
    Some(())
}

/// The answer to a request that is taken. One that is refused for now is sent again: after some deaths a part is given a
/// rest by those who ask it, and lives by then.
async fn taken(client: &Client, query: &str, variables: Value) -> Option<Answer> {
    let answer = eventually("a request is not refused for now", || async {
        let answer = client.try_execute(query, variables.clone()).await;
        let is_put_off = answer.as_ref().is_some_and(|answer| answer.codes().contains(&"UNAVAILABLE"));
        (!is_put_off).then_some(answer)
    })
    .await;
    answer.filter(|answer| answer.codes().is_empty())
}

/// Waits for what follows the last answer: the order's end and the points' by sagas and events of payments, and the
/// message about it by an event of orders. Of an order that never was confirmed there is none.
async fn come_to_rest(client: &Client, course: Course) {
    const INBOX: &str = "{ notifications(first: 10) { nodes { kind } } }";
    let (status, message) = match course {
        Course::Paid => ("PAID", Some("ORDER_PAID")),
        Course::Declined | Course::HoldFellFree => ("FAILED", None),
        Course::PaidAndCancelled => ("CANCELLED", Some("ORDER_CANCELLED")),
    };
    eventually("the purchase comes to rest", || async {
        let (seen, inbox) =
            (client.try_execute(ORDERS, json!({})).await?, client.try_execute(INBOX, json!({})).await?);
        let (me, messages) = (&seen.0["data"]["me"], &inbox.0["data"]["notifications"]["nodes"]);
        let messages = messages.as_array()?;
        let is_told = message.is_none_or(|kind| messages.iter().any(|each| each["kind"] == kind));
        let order = &me["orders"]["nodes"][0];
        let has_ended = order["status"] == status && me["points"] == points_left(status == "PAID");
        let is_sent = status != "PAID" || !order["shipments"].as_array()?.is_empty();
        (is_told && has_ended && is_sent).then_some(())
    })
    .await;
}

/// Points that a purchase leaves its customer.
fn points_left(is_paid: bool) -> Value {
    let left = if is_paid { 0 } else { POINTS };
    json!({ "balance": left, "available": left })
}

const ORDERS: &str = "{ me {
    points { balance available }
    cart { totalQuantity }
    orders(first: 5) { nodes { id status couponCode shipments { status } payments { status capturedAmount { amount } refundedAmount { amount } } } }
} }";

/// The order that the purchase ends with, or null if it never came to one.
async fn decided(customer: &Customer, course: Course, delivery: &Value) -> Option<Value> {
    let answer = customer.client.try_execute(PLACE, place(&customer.key, course, delivery)).await?;
    if !answer.codes().is_empty() {
        return None;
    }
    let seen = customer.client.execute(ORDERS, json!({})).await;
    let orders = seen.data()["me"]["orders"]["nodes"].as_array().unwrap();
    assert!(orders.len() <= 1, "one key is one order: {orders:#?}");
    let Some(order) = orders.first() else { return Some(Value::Null) };
    let status = order["status"].as_str().unwrap();
    let is_final = match (course, status) {
        (Course::Paid, "PAID") | (Course::Declined | Course::HoldFellFree, "FAILED") => true,
        // Cancelled, if the customer came that far.
        (Course::PaidAndCancelled, "PAID" | "CANCELLED") => true,
        (_, "PENDING" | "AWAITING_PAYMENT" | "CONFIRMED") => false,
        _ => panic!("{course:?} ends {status}: {order:#}"),
    };
    is_final.then(|| order.clone())
}

impl Customer {
    /// One charge and one shipment for a paid order, none for another; points are spent or free.
    async fn assert_accounts(&self, is_paid: bool) {
        let course = self.course;
        let left = points_left(is_paid);
        // Points come back with the event of a refund.
        let seen = eventually("the points are where they belong", || async {
            let seen = self.client.execute(ORDERS, json!({})).await.data()["me"].clone();
            (seen["points"] == left).then_some(seen)
        })
        .await;
        let payments = seen["orders"]["nodes"][0]["payments"].as_array().cloned().unwrap_or_default();
        let kept = payments.iter().filter(|payment| {
            payment["status"] == "AUTHORIZED"
                || payment["status"] == "CAPTURED" && payment["refundedAmount"] != payment["capturedAmount"]
        });
        assert_eq!(kept.count(), usize::from(is_paid), "{course:?}: {seen:#}");
        assert!(payments.len() <= 1, "one order is one charge: {seen:#}");
        let sent = eventually("its shipments are as the order is", || async {
            let seen = self.client.execute(ORDERS, json!({})).await;
            let shipments = seen.data()["me"]["orders"]["nodes"][0]["shipments"].clone();
            let sent =
                shipments.as_array().into_iter().flatten().filter(|s| s["status"] != "CANCELLED").count();
            (sent == usize::from(is_paid)).then_some(sent)
        })
        .await;
        assert_eq!(sent, usize::from(is_paid));
    }
}
