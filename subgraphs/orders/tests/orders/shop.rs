//! What the tests share: orders between a catalog and a payments that say yes until told otherwise.

use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};

use orders::OrdersSubgraph;
use orders_entities::vendor_order;
use platform_core::id::{OfferId, PaymentId, VendorId};
use platform_events::Event;
use platform_testkit::{
    Answer, ScriptedPeer, TestClient, TestSubgraph, TestSubgraphBuilder, Wire, eventually_some,
};
use sea_orm::{ConnectionTrait, EntityTrait, Statement};
use serde_json::{Value, json};

/// The service that delivers unless another is chosen.
pub const STANDARD: &str = "01900000-0000-7000-8000-0000000000e2";
pub const GUEST: &str = "guest-of-this-device";
pub const ADD: &str = "mutation ($offer: ID!, $quantity: Int!) {
    addToCart(input: { offerId: $offer, quantity: $quantity }) {
        cart { id version totalQuantity couponCode lines { id quantity offer { id } } } } }";
pub const CART: &str = "{ cart { id totalQuantity couponCode lines { id quantity offer { id } } } }";
pub const PLACE: &str = "mutation ($input: PlaceOrderInput!) { placeOrder(input: $input) {
    __typename
    ... on PlaceOrderPayload { order { ...O } }
    ... on OutOfStock { lines { offerId requested available } }
    ... on CouponRejected { code reason }
    ... on NotEnoughPoints { available }
    ... on PaymentDeclined { code }
    ... on PaymentMeansRejected { problem message }
    ... on CartAlreadyOrdered { order { ...O } }
    ... on HoldLimitReached { of }
    ... on CheckoutExpired { order { ...O } }
    ... on TotalChanged { total { amount } }
    ... on CartNotOrderable { quote { problems { code } couponRejection } }
    ... on DestinationNotServed { country region }
    ... on DeliveryNotPossible { problem }
} }
fragment O on Order { id number status reason paymentActionUrl total { amount } tax { amount } vendorOrders { id status } }";
pub const ORDER: &str = "query ($id: ID!) { order(id: $id) {
    id number status reason paymentActionUrl version refunded { amount } history { status reason }
    vendorOrders { status } } }";

pub struct Shop {
    pub app: TestSubgraph<OrdersSubgraph>,
    pub catalog: ScriptedPeer,
    pub payments: ScriptedPeer,
    pub users: ScriptedPeer,
    pub logistics: ScriptedPeer,
    /// By which orders reaches them.
    pub wire: Wire,
    /// The price of every offer, in minor units.
    pub price: Arc<AtomicI64>,
    /// The tax in it, in millionths.
    pub rate: Arc<AtomicI64>,
    pub vendor: VendorId,
    pub payment: PaymentId,
    log: Arc<Mutex<Vec<String>>>,
}

impl Shop {
    pub async fn open() -> Self {
        Self::open_as(TestSubgraph::builder()).await
    }

    /// With orders set up by the test.
    pub async fn open_as(builder: TestSubgraphBuilder<OrdersSubgraph>) -> Self {
        let names = ["catalog", "payments", "users", "logistics"];
        let [catalog, payments, users, logistics] = names.map(ScriptedPeer::of);
        let wire = Wire::default();
        let wired = names
            .into_iter()
            .zip([&catalog, &payments, &users, &logistics])
            .fold(builder, |builder, (name, peer)| builder.peer(name, wire.to(peer.clone())));
        let app = wired.start().await;
        let (vendor, payment) = (app.ids().next(), app.ids().next());
        let (price, rate) = (Arc::new(AtomicI64::new(1_000)), Arc::new(AtomicI64::new(250_000)));
        let shop = Self {
            app,
            catalog,
            payments,
            users,
            logistics,
            wire,
            price,
            rate,
            vendor,
            payment,
            log: Arc::default(),
        };
        shop.catalog_says("quoteLines", json!(null));
        shop.price_by(|_| {});
        shop.say_yes();
        shop.check_by(|_| {});
        shop
    }

    /// Catalog, payments and logistics agree to everything.
    pub fn say_yes(&self) {
        self.catalog_says("reserveStock", json!({ "__typename": "StockReserved", "lines": [] }));
        self.catalog_says("commitReservation", json!({ "__typename": "ReservationCommitted" }));
        self.catalog_says("releaseReservation", json!({ "status": "RELEASED" }));
        self.catalog_says("restockReservation", json!({ "status": "RESTOCKED" }));
        self.catalog_says("extendReservation", json!({ "__typename": "StockReserved" }));
        self.catalog_says("extendCoupon", json!({ "__typename": "CouponReserved" }));
        self.logistics_says("trackingLinks", json!([]));
        self.logistics_says("delivery", json!({ "hasLeft": false }));
        self.deliver_by(|_| {});
        for (field, answer) in [
            ("holdSlot", "SlotPlaceHeld"),
            ("extendSlot", "SlotPlaceHeld"),
            ("releaseSlot", "SlotReleased"),
            ("confirmSlot", "SlotConfirmed"),
        ] {
            self.logistics_says(field, json!({ "__typename": answer }));
        }
        self.logistics_says("planDelivery", json!({ "__typename": "DeliveryPlanned" }));
        self.logistics_says("stopDelivery", json!({ "__typename": "DeliveryStopped" }));
        self.users_say("ownsEmail", json!(false));
        self.users_say("sendMail", json!({ "sent": true }));
        self.users_say("user", json!({ "email": "account@example.com", "active": true }));
        self.users_say("countMail", json!({ "allowed": true, "retryAfterSeconds": null }));
        self.catalog_says("reserveCoupon", json!({ "__typename": "CouponReserved" }));
        self.catalog_says("commitCoupon", json!({ "__typename": "CouponCommitted" }));
        self.catalog_says("releaseCoupon", json!({ "status": "RELEASED" }));
        self.payments_say("holdPoints", json!({ "__typename": "PointsHeld" }));
        self.payments_say("availablePoints", json!(1_000_000));
        self.payments_say("voidPaymentOf", json!(null));
        for field in [
            "commitPoints",
            "releasePoints",
            "refundRemaining",
            "claimPayments",
            "bookFreeSale",
            "reverseFreeSale",
        ] {
            self.payments_say(field, json!(true));
        }
        for (field, status) in [
            ("authorizePayment", "AUTHORIZED"),
            ("payment", "AUTHORIZED"),
            ("capturePayment", "CAPTURED"),
            ("voidPayment", "VOIDED"),
        ] {
            self.payment_is(field, status, json!({}));
        }
    }

    pub fn catalog_says(&self, field: &str, value: Value) {
        self.script(&self.catalog, field, value);
    }

    pub fn payments_say(&self, field: &str, value: Value) {
        self.script(&self.payments, field, value);
    }

    pub fn logistics_says(&self, field: &str, value: Value) {
        self.script(&self.logistics, field, value);
    }

    pub fn users_say(&self, field: &str, value: Value) {
        drop(self.users.clone().answer(field, value));
    }

    /// `field` answers with the payment in this status.
    pub fn payment_is(&self, field: &str, status: &str, with: Value) {
        let mut state = json!({ "id": self.payment, "status": status, "actionUrl": null, "declineCode": null,
            "refunded": euro(0) });
        for (key, value) in with.as_object().unwrap() {
            state[key] = value.clone();
        }
        self.payments_say(field, state);
    }

    /// The order's payment stands so from now on, whoever asks and however.
    pub fn payment_stands(&self, status: &str, with: Value) {
        for field in ["authorizePayment", "payment"] {
            self.payment_is(field, status, with.clone());
        }
    }

    fn script(&self, peer: &ScriptedPeer, field: &str, value: Value) {
        let (log, name) = (self.log.clone(), field.to_owned());
        drop(peer.clone().answer_with(field, move |_| {
            // To look how a payment, an account or a delivery stands changes nothing.
            if !["payment", "availablePoints", "delivery", "trackingLinks"].contains(&name.as_str()) {
                log.lock().unwrap().push(name.clone());
            }
            value.clone()
        }));
    }

    /// Catalog prices every line at [`Self::price`] with tax of [`Self::rate`] in it; `change` has the last word.
    pub fn price_by(&self, change: impl Fn(&mut Value) + Send + Sync + 'static) {
        let (price, rate, vendor) = (self.price.clone(), self.rate.clone(), self.vendor);
        drop(self.catalog.clone().answer_with("quoteLines", move |call| {
            let (unit, ppm) = (price.load(Ordering::SeqCst), rate.load(Ordering::SeqCst));
            // Rounded to the nearest minor unit.
            let tax = |gross: i64| (2 * gross * ppm + 1_000_000 + ppm) / (2 * (1_000_000 + ppm));
            let rate = ppm.to_string().trim_end_matches('0').to_owned();
            let lines = call.variables["input"]["lines"].as_array().unwrap();
            let mut sum = 0;
            let priced: Vec<_> = lines
                .iter()
                .map(|line| {
                    let total = unit * line["quantity"].as_i64().unwrap();
                    sum += total;
                    json!({
                        "offerId": line["offerId"], "variantId": line["offerId"], "productId": line["offerId"],
                        "vendorId": vendor, "sku": "SKU", "productName": "Lamp", "variantName": "red",
                        "productSlug": "lamp", "imageUrl": null, "quantity": line["quantity"], "unitPrice": euro(unit),
                        "weightGrams": 700,
                        "subtotal": euro(total), "discount": euro(0), "net": euro(total - tax(total)),
                        "tax": euro(tax(total)), "total": euro(total), "taxRate": format!("0.{rate}"),
                        "listedPrice": euro(unit), "discountNet": euro(0), "entered": euro(total),
                        "terms": "INCLUDED", "termsRatePpm": ppm,
                    })
                })
                .collect();
            let coupon = &call.variables["input"]["couponCode"];
            let applied = coupon.is_string().then(|| json!({ "code": coupon, "funding": "PLATFORM", "vendorId": null }));
            let mut quote = json!({
                "destinationServed": true, "taxExempt": false, "pricesIncludeTax": true,
                "lines": priced, "problems": [], "coupon": applied, "couponRejection": null,
                "subtotal": euro(sum), "discount": euro(0), "tax": euro(tax(sum)), "total": euro(sum),
            });
            change(&mut quote);
            quote
        }));
    }

    /// Logistics delivers everything for 4.99 a parcel, free from 50.00 of goods on; `change` has the last word.
    pub fn deliver_by(&self, change: impl Fn(&mut Value) + Send + Sync + 'static) {
        drop(self.logistics.clone().answer_with("deliveryOptions", move |call| {
            let input = &call.variables["input"];
            let fee = |parcel: &Value| {
                let minor = if parcel["valueMinor"].as_i64().unwrap() >= 5_000 { 0 } else { 499 };
                let fee = json!({ "amount": format!("{}.{:02}", minor / 100, minor % 100), "currency": input["currency"] });
                json!({ "vendorId": parcel["vendorId"], "fee": fee })
            };
            let fees: Value = input["parcels"].as_array().unwrap().iter().map(fee).collect();
            let chosen = &input["choice"]["serviceId"];
            let id = if chosen.is_null() { json!(STANDARD) } else { chosen.clone() };
            let option = json!({ "serviceId": id, "kind": "STANDARD", "name": "Standard delivery", "timeZone": "UTC",
                "fees": fees, "arrivesFrom": "2026-05-02T00:00:00Z", "arrivesBy": "2026-05-05T00:00:00Z" });
            let mut options = json!({ "options": [option], "chosenId": id, "problem": null,
                "arrivesFrom": "2026-05-02T00:00:00Z", "arrivesBy": "2026-05-05T00:00:00Z" });
            change(&mut options);
            options
        }));
    }

    /// A column of all sagas, oldest first.
    pub async fn saga_column(&self, column: &str) -> Vec<String> {
        let read = self.app.database().read();
        let sql = format!("SELECT {column} AS text FROM sagas ORDER BY created_at, id");
        let rows =
            read.query_all_raw(Statement::from_string(read.get_database_backend(), sql)).await.unwrap();
        rows.iter().map(|row| row.try_get("", "text").unwrap()).collect()
    }

    /// The id of the only vendor's part of an order.
    pub async fn vendor_order(&self) -> String {
        let parts = vendor_order::Entity::find().all(self.app.database().read()).await.unwrap();
        let [part] = parts.as_slice() else { panic!("{} parts", parts.len()) };
        part.id.to_string()
    }

    /// Catalog says that every line can be bought, of which there are plenty; `change` has the last word.
    pub fn check_by(&self, change: impl Fn(&mut Value) + Send + Sync + 'static) {
        drop(self.catalog.clone().answer_with("checkLines", move |call| {
            let lines = call.variables["input"]["lines"].as_array().unwrap();
            let snapshot = json!({ "sku": "SKU", "productName": "Lamp", "variantName": "red",
                "productSlug": "lamp", "imageUrl": "/media/lamp.svg" });
            let check = |line: &Value| {
                let mut checked = json!({ "offerId": line["offerId"], "problem": null, "available": 1_000_000,
                    "snapshot": snapshot });
                change(&mut checked);
                checked
            };
            lines.iter().map(check).collect()
        }));
    }

    /// Catalog says of one offer that it cannot be bought.
    pub fn take_off_sale(&self, offer: OfferId, code: &'static str) {
        self.check_by(move |checked| {
            if checked["offerId"] == json!(offer) {
                checked["problem"] = json!(code);
            }
        });
    }

    /// The calls that changed something at catalog, payments or logistics so far, oldest first.
    pub fn asked(&self) -> Vec<String> {
        self.log.lock().unwrap().clone()
    }

    /// A user with two of an offer in the cart.
    pub async fn buyer(&self) -> TestClient {
        let client = self.app.as_user(self.app.ids().next());
        add(&client, self.app.ids().next(), 2).await.data();
        client
    }
}

pub fn euro(minor: i64) -> Value {
    json!({ "amount": format!("{}.{:02}", minor / 100, minor % 100), "currency": "EUR" })
}

pub async fn add(client: &TestClient, offer: OfferId, quantity: i32) -> Answer {
    client.execute(ADD, json!({ "offer": offer, "quantity": quantity })).await
}

/// An order with a card, under `key`.
pub fn order(key: &str) -> Value {
    json!({
        "idempotencyKey": key,
        "shippingAddress": { "recipient": "Ann", "line1": "Street 1", "city": "Bonn", "postalCode": "53111", "country": "DE" },
        "payment": { "gateway": "sandbox", "token": "tok_approve" },
    })
}

/// An order that is being placed while the test goes on.
pub fn placing(buyer: &TestClient) -> tokio::task::JoinHandle<Answer> {
    let (client, input) = (buyer.clone(), order("key-00001"));
    tokio::spawn(async move { place(&client, &input).await })
}

pub async fn place(client: &TestClient, input: &Value) -> Answer {
    client.execute(PLACE, json!({ "input": input })).await
}

pub async fn status(client: &TestClient, id: &str) -> String {
    client.execute(ORDER, json!({ "id": id })).await.text("order.status")
}

/// The inputs of the mails of these templates that users was asked to send, once there are `count`.
pub async fn mails(shop: &Shop, templates: &[&str], count: usize) -> Vec<Value> {
    eventually_some(|| async {
        let calls = shop.users.calls("sendMail");
        let inputs = calls.iter().map(|call| call.variables["input"].clone());
        let asked = inputs.filter(|input| templates.iter().any(|template| input["template"] == *template));
        Some(asked.collect::<Vec<_>>()).filter(|asked| asked.len() >= count)
    })
    .await
}

/// Kind and status of all sagas, oldest first.
pub async fn sagas(shop: &Shop) -> Vec<(String, String)> {
    let (kinds, statuses) = (shop.saga_column("kind").await, shop.saga_column("status").await);
    kinds.into_iter().zip(statuses).collect()
}

/// The events of one type once there are `count` of them; readers see an event some time after its commit.
pub async fn told<E: Event>(app: &TestSubgraph<OrdersSubgraph>, count: usize) -> Vec<E> {
    eventually_some(|| async { Some(app.published_of::<E>().await).filter(|events| events.len() >= count) })
        .await
}
