//! What the tests share: a payment of 25.00 with points and a platform discount, and the checkout that asks for it.

use chrono::TimeDelta;
use payments::PaymentsSubgraph;
use platform_core::Clock;
use platform_core::id::{OrderId, PaymentId, UserId, VendorId};
use platform_events::Event;
use platform_identity::Scope;
use platform_testkit::{
    Answer, ScriptedPeer, TestClient, TestSubgraph, TestSubgraphBuilder, eventually_some,
};
use serde_json::{Value, json};

pub type App = TestSubgraph<PaymentsSubgraph>;

const AUTHORIZE: &str = "mutation ($input: AuthorizePaymentInput!) { authorizePayment(input: $input) {
    id status actionUrl declineCode expiresAt amount { amount currency } } }";
pub const CONFIRM: &str = "mutation ($id: ID!) { confirmPayment(input: { paymentId: $id }) {
    payment { id status declineCode action { url } } } }";
pub const PAYMENT: &str = "query ($id: ID!) { payment(id: $id) {
    id status capturedAmount { amount } refundedAmount { amount } refunds { id status } order { id } } }";

/// Users knows everybody, orders whatever is paid for.
pub async fn start() -> App {
    start_between(ScriptedPeer::of("orders")).await
}

/// With orders played by the test; it answers to what becomes of a payment.
pub async fn start_between(orders: ScriptedPeer) -> App {
    builder(orders).start().await
}

/// As [`start_between`] starts it.
pub fn builder(orders: ScriptedPeer) -> TestSubgraphBuilder<PaymentsSubgraph> {
    let users =
        ScriptedPeer::of("users").answer_with("user", |call| json!({ "id": call.variables["userId"] }));
    let orders = orders.answer("resumeCheckout", json!(true)).answer("recordRefund", json!(true));
    TestSubgraph::builder().peer("users", users).peer("orders", orders)
}

/// Who pays for what.
#[derive(Debug, Clone)]
pub struct Purchase {
    pub order: OrderId,
    pub user: Option<UserId>,
    pub guest: Option<String>,
    pub vendor: VendorId,
}

impl Purchase {
    pub fn of_user(app: &App) -> Self {
        let ids = app.ids();
        Self { order: ids.next(), user: Some(ids.next()), guest: None, vendor: ids.next() }
    }

    /// 18.00 + 2.00 for the goods, 4.50 tax, 4.99 shipping, of which 3.33 are points and 1.16 a discount: 25.00.
    pub fn input(&self, app: &App, token: &str) -> Value {
        json!({
            "idempotencyKey": format!("order:{}", self.order),
            "orderId": self.order,
            "userId": self.user,
            "guestId": self.guest,
            "gateway": "sandbox",
            "token": token,
            "amount": { "amount": "25.00", "currency": "EUR" },
            "split": {
                "vendors": [{ "vendorId": self.vendor, "netMinor": 1_800, "commissionMinor": 200 }],
                "taxMinor": 450, "shippingMinor": 499, "pointsMinor": 333, "discountsMinor": 116,
            },
            "expiresAt": app.clock().now() + TimeDelta::minutes(30),
        })
    }

    /// The same, by a caller who has picked the payment's id.
    pub fn input_as(&self, app: &App, token: &str, id: PaymentId) -> Value {
        let mut input = self.input(app, token);
        input["id"] = json!(id);
        input
    }
}

pub async fn authorise(app: &App, input: &Value) -> Answer {
    app.as_service("orders").execute_internal(AUTHORIZE, json!({ "input": input })).await
}

/// The id of a payment made with `token`.
pub async fn payment(app: &App, purchase: &Purchase, token: &str) -> String {
    authorise(app, &purchase.input(app, token)).await.text("authorizePayment.id")
}

/// Passes the challenge on the page of a payment, as its customer does.
pub async fn pass_challenge(app: &App, page: &str) -> reqwest::Response {
    let request = app.http().post(app.url(page)).header("content-type", "application/x-www-form-urlencoded");
    request.body("approve=true").send().await.unwrap()
}

pub async fn capture(app: &App, id: &str) -> Answer {
    let capture = "mutation ($id: ID!) { capturePayment(id: $id) { id status } }";
    app.as_service("orders").execute_internal(capture, json!({ "id": id })).await
}

pub async fn void(app: &App, id: &str) -> Answer {
    let void = "mutation ($id: ID!) { voidPayment(id: $id) { id status } }";
    app.as_service("orders").execute_internal(void, json!({ "id": id })).await
}

/// Gives up the payment of a key, whether it was made or not.
pub async fn void_of(app: &App, key: &str, unmade: &Value) -> Answer {
    let void = "mutation ($key: String!, $unmade: UnmadePaymentInput) {
        voidPaymentOf(idempotencyKey: $key, unmade: $unmade) { id status } }";
    app.as_service("orders").execute_internal(void, json!({ "key": key, "unmade": unmade })).await
}

pub async fn status(app: &App, id: &str) -> String {
    let query = "query ($id: ID!) { payment(id: $id) { status } }";
    app.as_service("orders").execute_internal(query, json!({ "id": id })).await.text("payment.status")
}

pub fn staff(app: &App) -> TestClient {
    app.as_user(app.ids().next()).with_scopes([Scope::PaymentsManage, Scope::PaymentsRead, Scope::LedgerRead])
}

/// Balances of the ledger in minor units, by account and owner.
pub async fn ledger(app: &App) -> Vec<(String, String, i64)> {
    let query = "{ ledgerBalances { account owner amount { amount currency } } }";
    let answer = staff(app).execute(query, json!({})).await;
    let rows: Vec<Value> = answer.get("ledgerBalances");
    rows.iter()
        .map(|row| {
            let minor = row["amount"]["amount"].as_str().unwrap().replace('.', "").parse().unwrap();
            (row["account"].as_str().unwrap().to_owned(), row["owner"].as_str().unwrap().to_owned(), minor)
        })
        .collect()
}

/// The balance of all accounts of one kind.
pub async fn balance(app: &App, account: &str) -> i64 {
    ledger(app).await.iter().filter(|(kind, ..)| kind == account).map(|(.., minor)| minor).sum()
}

pub async fn grant(app: &App, user: UserId, points: i64, reference: &str) -> Answer {
    grant_in(app, user, points, reference, "EUR").await
}

pub async fn grant_in(app: &App, user: UserId, points: i64, reference: &str, currency: &str) -> Answer {
    let grant = "mutation ($input: GrantPointsInput!) { grantPoints(input: $input) { points { balance available } } }";
    let input = json!({ "userId": user, "points": points, "reference": reference, "currency": currency });
    staff(app).execute(grant, json!({ "input": input })).await
}

/// Balance and available points of a user.
pub async fn points(app: &App, user: UserId) -> (i64, i64) {
    let query = "query ($of: [_Any!]!) { _entities(representations: $of) { ... on User { points { balance available } } } }";
    let of = json!({ "of": [{ "__typename": "User", "id": user }] });
    let answer = app.as_user(user).execute(query, of).await;
    (answer.get("_entities.0.points.balance"), answer.get("_entities.0.points.available"))
}

/// The events of one type once there are `count` of them; readers see an event some time after its commit.
pub async fn told<E: Event>(app: &App, count: usize) -> Vec<E> {
    eventually_some(|| async { Some(app.published_of::<E>().await).filter(|events| events.len() >= count) })
        .await
}
