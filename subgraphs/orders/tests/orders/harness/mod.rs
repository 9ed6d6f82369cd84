//! Check 32, in process: every change that the sagas of an order ask of catalog, payments and logistics is lost on its way, is made
//! and its answer is lost, or is asked for twice. Whatever happens to which of them, the order ends as it would have, and
//! what is held, sold and taken for it agrees with that.

mod world;

use contracts::payments::PaymentAuthorized;
use futures::future::join_all;
use orders_entities::order::{Column, Entity as OrderRow};
use platform_commerce::{CurrencyCode, Money};
use platform_core::id::OrderId;
use platform_testkit::{Side, TestClient, eventually};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde_json::{Value, json};

use crate::shop::{ORDER, STANDARD, Shop, add, order, place};
use world::World;

const COUPON: &str = "mutation { applyCoupon(input: { code: \"SAVE10\" }) { cart { id } } }";
const CANCEL: &str = "mutation ($id: ID!) { cancelOrder(input: { orderId: $id }) { __typename } }";

/// How a purchase goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Course {
    Paid,
    /// The payment waits for the customer first.
    Challenged,
    PaidAndCancelled,
    /// Called off while the payment waits.
    ChallengedAndCancelled,
    /// The change of this name is refused, so that the checkout is undone.
    Refused(&'static str),
}

impl Course {
    /// How the order ends.
    fn end(self) -> &'static str {
        match self {
            Self::Paid | Self::Challenged => "PAID",
            Self::PaidAndCancelled | Self::ChallengedAndCancelled => "CANCELLED",
            Self::Refused(_) => "FAILED",
        }
    }

    fn waits(self) -> bool {
        matches!(self, Self::Challenged | Self::ChallengedAndCancelled)
    }
}

struct Harness {
    shop: Shop,
    world: World,
    course: Course,
    begun: usize,
}

impl Harness {
    async fn open(course: Course) -> Self {
        let shop = Shop::open().await;
        let refused = if let Course::Refused(change) = course { Some(change) } else { None };
        let world = World::play(&shop, refused);
        shop.deliver_by(|options| options["options"][0]["kind"] = json!("SLOT"));
        if course.waits() {
            world.challenge();
        }
        Self { shop, world, course, begun: 0 }
    }

    /// The next customer's purchase, to its end: all of it adds up.
    async fn purchase(&mut self, what: &str) {
        let (shop, course) = (&self.shop, self.course);
        let buyer = shop.app.as_user(shop.app.ids().next());
        add(&buyer, shop.app.ids().next(), 2).await.data();
        buyer.execute(COUPON, json!({})).await.data();
        self.begun += 1;
        let mut input = order(&format!("key-{:05}", self.begun));
        input["points"] = json!(100);
        input["delivery"] = json!({ "optionId": STANDARD, "slotId": "an-evening" });
        let id = ordered(shop, &buyer, &input).await;
        if course.waits() {
            eventually(|| async { seen(&buyer, &id).await["status"] == "AWAITING_PAYMENT" }).await;
        }
        if course == Course::Challenged {
            self.world.pass_challenge(&id);
            self.tell_authorized(&id);
        }
        if matches!(course, Course::PaidAndCancelled | Course::ChallengedAndCancelled) {
            // The same request again is what a customer sends who had no answer.
            eventually(|| async { buyer.execute(CANCEL, json!({ "id": id })).await.errors().is_empty() })
                .await;
        }
        eventually(|| async { seen(&buyer, &id).await["status"] == course.end() }).await;
        eventually(|| async {
            let sagas = shop.saga_column("status").await;
            sagas.iter().all(|status| status == "completed" || status == "compensated")
        })
        .await;
        let (kept, order) = (self.world.of(&id), seen(&buyer, &id).await);
        let adds_up = if course.end() == "PAID" { kept.is_bought() } else { kept.is_given_back() };
        assert!(adds_up, "{course:?}, {what}: {kept:?} of {order:#}");
    }

    fn tell_authorized(&self, order: &str) {
        let order_id: OrderId = order.parse().unwrap();
        let payment = self.world.of(order).payment.unwrap();
        let payment_id = payment.id.as_str().unwrap().parse().unwrap();
        let amount = Money::from_minor(2_399, CurrencyCode::EUR);
        let authorized = PaymentAuthorized { payment_id, order_id, user_id: None, amount, deferred: true };
        self.shop.app.publish(&authorized);
    }
}

/// The order that is kept under the key of `input`. Its customer need not have been told of it.
async fn ordered(shop: &Shop, buyer: &TestClient, input: &Value) -> String {
    place(buyer, input).await;
    let key = format!(":{}", input["idempotencyKey"].as_str().unwrap());
    let of_key = OrderRow::find().filter(Column::IdempotencyKey.ends_with(&key));
    of_key.one(shop.app.database().read()).await.unwrap().unwrap().id.to_string()
}

async fn seen(buyer: &TestClient, id: &str) -> Value {
    buyer.execute(ORDER, json!({ "id": id })).await.at("order").clone()
}

/// Every change of a course, on both sides of it; and every change twice.
async fn run(course: Course) {
    let mut harness = Harness::open(course).await;
    let wire = harness.shop.wire.clone();
    wire.count(None);
    harness.purchase("undisturbed").await;
    let asked = wire.asked();
    assert!(!asked.is_empty());
    for (number, change) in asked.iter().enumerate() {
        for side in [Side::Before, Side::After] {
            wire.count(Some((number, side)));
            harness.purchase(&format!("{side:?} {change}")).await;
            assert!(
                wire.asked().len() > asked.len(),
                "{course:?}: {side:?} {change} was lost and not asked again"
            );
        }
    }
    wire.repeat();
    harness.purchase("everything twice").await;
}

#[tokio::test]
async fn a_paid_order_survives_every_lost_request_and_answer() {
    run(Course::Paid).await;
}

#[tokio::test]
async fn an_order_whose_payment_waits_survives_every_lost_request_and_answer() {
    run(Course::Challenged).await;
}

#[tokio::test]
async fn a_cancelled_order_survives_every_lost_request_and_answer() {
    run(Course::PaidAndCancelled).await;
}

#[tokio::test]
async fn an_order_cancelled_while_its_payment_waits_survives_every_lost_request_and_answer() {
    run(Course::ChallengedAndCancelled).await;
}

/// Every step that can refuse does, and its undoing is disturbed at every change.
#[tokio::test]
async fn an_undone_order_survives_every_lost_request_and_answer() {
    let refusals = [
        "reserveStock",
        "reserveCoupon",
        "holdSlot",
        "planDelivery",
        "holdPoints",
        "authorizePayment",
        "commitReservation",
        "commitCoupon",
        "commitPoints",
    ];
    join_all(refusals.map(|refused| run(Course::Refused(refused)))).await;
}
