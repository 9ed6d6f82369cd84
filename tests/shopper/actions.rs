//! What somebody does in a session, and what must hold at once.

use std::collections::BTreeMap;

use futures::future::join_all;
use rand::Rng;
use serde_json::{Value, json};

use super::api::{self, Answered, ask};
use super::basket::Fate;
use super::parcels::is_paid;
use super::session::Session;
use super::sums;
use super::world::{COUPON, Goods};
use crate::support::{Client, fresh_id};

/// Headers that claim another market than the address says: some that are sold to, and taxed otherwise, and one that is
/// refused.
const MARKETS: [Option<&str>; 5] = [None, Some("FR"), Some("GB"), Some("US"), Some("AQ")];

/// How often staff try to give back what is left of a payment.
const REFUND_ATTEMPTS: usize = 6;

impl Session {
    async fn ask(&self, document: &str, variables: Value) -> Answered {
        ask(&self.owner.client, &self.world.findings, document, variables).await
    }

    fn goods(&mut self) -> Goods {
        let world = self.world.clone();
        if self.dice.random_bool(0.15) {
            world.fickle[self.dice.random_range(0..world.fickle.len())].clone()
        } else {
            world.goods[self.dice.random_range(0..world.goods.len())].clone()
        }
    }

    async fn add(&self, goods: &Goods, quantity: i64) {
        let input = json!({ "input": { "offerId": goods.offer, "quantity": quantity } });
        let answer = self.ask(api::ADD, input).await;
        if answer.data["addToCart"]["added"] == true {
            self.owner.basket.put(&goods.sku, quantity);
        }
    }

    /// Adds some things, from two tabs at once.
    pub async fn fill(&mut self) {
        let wanted: Vec<(Goods, i64)> =
            (0..self.dice.random_range(1..4)).map(|_| (self.goods(), self.dice.random_range(1..3))).collect();
        join_all(wanted.iter().map(|(goods, quantity)| self.add(goods, *quantity))).await;
    }

    /// An unknown id, or a variant's where an offer's is meant, changes nothing.
    pub async fn add_what_is_none(&mut self) {
        let id = if self.dice.random_bool(0.5) {
            self.goods().variant
        } else {
            "0199d5a0-0000-7000-8000-000000000000".to_owned()
        };
        let answer = self.ask(api::ADD, json!({ "input": { "offerId": id, "quantity": 1 } })).await;
        let entered = answer.data["addToCart"]["added"] == true;
        self.world.findings.check(!entered, "a cart takes what is no offer", || answer.whole.to_string());
        if entered {
            // So that what follows finds other faults too.
            let cart = self.ask(api::CART, json!({})).await;
            let lines = cart.data["cart"]["lines"].as_array().cloned().unwrap_or_default();
            for line in lines.iter().filter(|line| line["offer"]["id"] == id.as_str()) {
                self.ask(api::UPDATE, json!({ "input": { "lineId": line["id"], "quantity": 0 } })).await;
            }
        }
    }

    pub async fn change_coupon(&mut self) {
        if self.dice.random_bool(0.7) {
            self.ask(api::APPLY, json!({ "input": { "code": COUPON } })).await;
        } else {
            self.ask(api::REMOVE_COUPON, json!({})).await;
        }
    }

    fn place_input(&mut self, gateway: &str, token: &str) -> Value {
        let points = if self.owner.guest.is_none() && self.dice.random_bool(0.2) { 50 } else { 0 };
        json!({ "input": {
            "idempotencyKey": fresh_id(),
            "email": self.owner.guest.as_ref().map(|_| &self.owner.email),
            "shippingAddress": api::address(),
            "points": points,
            "payment": { "gateway": gateway, "token": token },
        } })
    }

    /// A purchase by a token that may be declined, or wait for the customer, who goes on shopping meanwhile.
    pub async fn order(&mut self) {
        let token = ["tok_approve", "tok_approve", "tok_challenge", "tok_decline", "tok_insufficient_funds"]
            [self.dice.random_range(0..5)];
        let client = self.in_some_market();
        let quoted = ask(&client, &self.world.findings, api::QUOTE, json!({})).await;
        sums::check(&self.world.findings, &quoted.data["checkoutQuote"]);
        let input = self.place_input("sandbox", token);
        let answer = ask(&client, &self.world.findings, api::PLACE, input.clone()).await;
        self.note(&answer);
        if token == "tok_challenge" {
            self.fill().await;
            if self.dice.random_bool(0.6) {
                self.pass_challenges().await;
            }
        }
        if self.dice.random_bool(0.2) {
            self.fill().await;
            self.order_again(&client, input, &answer).await;
        }
    }

    /// The same request under the same key, as a client sends it whose answer was lost: it makes no other order, whatever
    /// is in the cart by now.
    async fn order_again(&mut self, client: &Client, input: Value, first: &Answered) {
        let again = ask(client, &self.world.findings, api::PLACE, input).await;
        let id = |answer: &Answered| answer.data["placeOrder"]["order"]["id"].as_str().map(str::to_owned);
        let is_other = id(first).zip(id(&again)).is_some_and(|(first, again)| first != again);
        self.world.findings.check(!is_other, "a key makes two orders", || again.whole.to_string());
        self.note(&again);
    }

    fn in_some_market(&mut self) -> Client {
        let client = match MARKETS[self.dice.random_range(0..MARKETS.len())] {
            Some(country) => self.owner.client.in_country(country),
            None => self.owner.client.clone(),
        };
        if self.dice.random_bool(0.5) { client.without_tax() } else { client }
    }

    /// The same cart, ordered from three tabs at once: each piece is sold once. What was added meanwhile may be sold by
    /// another of them, so the cart's contents are compared at the end.
    pub async fn order_in_tabs(&mut self) {
        let token = if self.dice.random_bool(0.5) { "tok_approve" } else { "tok_challenge" };
        let inputs: Vec<Value> = (0..3).map(|_| self.place_input("sandbox", token)).collect();
        let answers = join_all(inputs.into_iter().map(|input| self.ask(api::PLACE, input))).await;
        let new = answers.iter().filter(|answer| self.owner.basket_takes(answer)).count();
        // A guest has no other session that fills the cart.
        self.world.findings.check(
            new <= 1 || self.owner.guest.is_none(),
            "one cart makes several orders",
            || format!("{new} orders: {:?}", answers.iter().map(|a| a.data.to_string()).collect::<Vec<_>>()),
        );
        for answer in &answers {
            self.note(answer);
        }
    }

    /// Means of payment that do not exist are refused in the answer, and leave nothing behind.
    pub async fn order_by_mistake(&mut self) {
        let (gateway, token) = [("stripe", "tok_approve"), ("sandbox", "tok_unknown"), ("nowhere", "x")]
            [self.dice.random_range(0..3)];
        let input = self.place_input(gateway, token);
        let answer = self.ask(api::PLACE, input).await;
        let order = &answer.data["placeOrder"]["order"];
        let undecided =
            ["PENDING", "AWAITING_PAYMENT", "CONFIRMED"].contains(&order["status"].as_str().unwrap_or(""));
        self.world.findings.check(!undecided, "a mistake in the payment leaves an order pending", || {
            format!("{gateway}/{token}: {}", answer.whole)
        });
        self.note(&answer);
        let injected = json!({ "input": {
            "idempotencyKey": fresh_id(), "email": "x@y.z\r\nBcc: e@example.org",
            "shippingAddress": api::address(), "payment": { "gateway": "sandbox", "token": "tok_approve" },
        } });
        if self.owner.guest.is_some() {
            let answer = self.ask(api::PLACE, injected).await;
            let taken = answer.data["placeOrder"]["order"]["id"].is_string();
            self.world
                .findings
                .check(!taken, "an order takes an address that is none", || answer.whole.to_string());
            self.note(&answer);
        }
    }

    /// Remembers an order that an answer names, and the page where its payment waits.
    fn note(&mut self, answer: &Answered) {
        let order = &answer.data["placeOrder"]["order"];
        let Some(id) = order["id"].as_str() else { return };
        self.owner.basket.ordered(id);
        let waits =
            order["status"] == "AWAITING_PAYMENT" && !self.waiting.iter().any(|(_, known)| known == id);
        if let Some(page) = order["paymentActionUrl"].as_str().filter(|_| waits) {
            self.waiting.push((page.to_owned(), id.to_owned()));
        }
        let total = api::minor(&order["total"]);
        if order["status"] == "PAID" && total > 0 {
            // Between 7 % and 19 % of the gross, whatever market the request named.
            let tax = api::minor(&order["tax"]);
            let plausible = tax * 107 >= total * 7 - 107 * 20 && tax * 119 <= total * 19 + 119 * 20;
            self.world.findings.check(plausible, "tax is not the destination's", || answer.whole.to_string());
        }
    }

    pub async fn pass_challenges(&mut self) {
        for (page, order) in std::mem::take(&mut self.waiting) {
            if self.dice.random_bool(0.2) {
                self.cancel_order(&order).await;
            } else {
                self.owner.client.pass_challenge(&page).await;
            }
        }
    }

    pub fn some_order(&mut self) -> Option<String> {
        let kept: Vec<String> = self
            .owner
            .basket
            .orders()
            .into_iter()
            .filter(|(_, fate)| *fate == Fate::Kept)
            .map(|(id, _)| id)
            .collect();
        if kept.is_empty() { None } else { Some(kept[self.dice.random_range(0..kept.len())].clone()) }
    }

    pub async fn cancel(&mut self) {
        if let Some(order) = self.some_order() {
            self.cancel_order(&order).await;
        }
    }

    async fn cancel_order(&mut self, id: &str) {
        let answer = self.ask(api::CANCEL, json!({ "input": { "orderId": id } })).await;
        let cancelled = &answer.data["cancelOrder"];
        if cancelled["__typename"] != "CancelOrderPayload" {
            return;
        }
        let order = &cancelled["order"];
        let captured =
            order["payments"].as_array().into_iter().flatten().any(|payment| payment["status"] == "CAPTURED");
        let paid = api::minor(&order["total"]) - order["points"].as_i64().unwrap_or(0);
        self.world.findings.check(
            !captured || api::minor(&order["refunded"]) == paid,
            "the answer to a cancellation does not show its refund",
            || answer.whole.to_string(),
        );
        self.owner.basket.end(id, Fate::Cancelled);
    }

    /// Staff give all the money back, at once or in two pieces; the points that paid with it come along.
    pub async fn be_refunded(&mut self) {
        if let Some(id) = self.some_order() {
            self.be_refunded_of(&id).await;
        }
    }

    pub async fn be_refunded_of(&mut self, id: &str) {
        let mut pieces = self.dice.random_range(1..3);
        // Another tab may give back a part of it meanwhile.
        for _ in 0..REFUND_ATTEMPTS {
            let Some((payment, left)) = self.refundable(id).await else { return };
            let amount = if pieces > 1 { (left / 2).max(1) } else { left };
            let input = json!({ "input": {
                "paymentId": payment, "amount": { "amount": api::amount(amount), "currency": "EUR" },
                "reason": "a whim", "idempotencyKey": fresh_id(),
            } });
            let refunded = ask(&self.world.admin, &self.world.findings, api::REFUND, input).await;
            if refunded.data["refundPayment"]["__typename"] == "RefundPayload" {
                pieces -= 1;
                if amount == left {
                    self.owner.basket.end(id, Fate::Refunded);
                    return;
                }
            }
        }
    }

    /// The payment of an order that is paid, and what of it was not given back yet.
    async fn refundable(&self, id: &str) -> Option<(Value, i64)> {
        let order = ask(&self.world.admin, &self.world.findings, api::ORDER, json!({ "id": id })).await;
        let order = &order.data["order"];
        let payment = order["payments"].as_array()?.iter().find(|payment| payment["status"] == "CAPTURED")?;
        let left = api::minor(&payment["capturedAmount"]) - api::minor(&payment["refundedAmount"]);
        (is_paid(order) && left > 0).then(|| (payment["id"].clone(), left))
    }

    /// Somebody else knows a guest's number and address, and wants the order.
    pub async fn be_robbed(&mut self) {
        let Some(id) = self.some_order().filter(|_| self.owner.guest.is_some()) else { return };
        let order =
            ask(&self.owner.client, &self.world.findings, api::ORDER_STATUS, json!({ "id": id })).await;
        let thief = self.world.accounts[self.dice.random_range(0..self.world.accounts.len())].clone();
        if thief.email == self.owner.email {
            return;
        }
        let number = &order.data["order"]["number"];
        let answer =
            ask(&thief.client, &self.world.findings, api::CLAIM, json!({ "input": { "number": number } }))
                .await;
        let robbed = answer.data["claimOrder"]["__typename"] == "ClaimOrderPayload";
        self.world.findings.check(!robbed, "a stranger claims a guest's order", || answer.whole.to_string());
    }

    /// Whose verified address a guest's orders have takes them into the account: they are the account's alone.
    pub async fn claim(&mut self) {
        let email = &self.owner.email;
        let Some(account) = self.world.accounts.iter().find(|account| account.email == *email).cloned()
        else {
            return;
        };
        if self.owner.guest.is_none() {
            return;
        }
        for (id, _) in self.owner.basket.orders() {
            let order = self.ask(api::ORDER_STATUS, json!({ "id": id })).await;
            let input = json!({ "input": { "number": order.data["order"]["number"] } });
            let claimed = ask(&account.client, &self.world.findings, api::CLAIM, input).await;
            if claimed.data["claimOrder"]["__typename"] != "ClaimOrderPayload" {
                continue;
            }
            let own =
                ask(&account.client, &self.world.findings, api::ORDER_STATUS, json!({ "id": id })).await;
            let is_own = own.data["order"]["number"] == order.data["order"]["number"];
            self.world
                .findings
                .check(is_own, "a claimed order is not the account's", || own.whole.to_string());
            let left = self.ask(api::ORDER_STATUS, json!({ "id": id })).await;
            let is_left = !left.data["order"].is_null();
            self.world
                .findings
                .check(!is_left, "a claimed order stays with its guest", || left.whole.to_string());
        }
    }

    /// Orders and cart answer, whatever became of the products.
    pub async fn look_back(&mut self) {
        if self.owner.guest.is_some() {
            let cart = self.ask(api::CART, json!({})).await;
            self.world
                .findings
                .check(!cart.is_refused(), "a cart does not answer", || cart.whole.to_string());
            return;
        }
        let history = self.ask(api::HISTORY, json!({})).await;
        let whole = !history.is_refused() && history.data["me"]["orders"]["nodes"].is_array();
        self.world.findings.check(whole, "a history does not answer", || history.whole.to_string());
    }

    /// A product leaves the shop, or comes back.
    pub async fn flip_a_product(&mut self) {
        let world = self.world.clone();
        let product = &world.fickle[self.dice.random_range(0..world.fickle.len())].product;
        let status = if self.dice.random_bool(0.5) { "DRAFT" } else { "ACTIVE" };
        ask(&world.admin, &world.findings, api::SET_STATUS, json!({ "id": product, "status": status })).await;
    }

    /// A guest signs in, and the cart goes along. Only with no order under way: what it buys would leave the
    /// account's cart.
    pub async fn take_cart_along(&mut self) {
        let Some(guest) = self.owner.guest.clone() else { return };
        for (id, _) in self.owner.basket.orders() {
            let order = self.ask(api::ORDER_STATUS, json!({ "id": id })).await;
            let status = order.data["order"]["status"].as_str().unwrap_or_default();
            if ["PENDING", "AWAITING_PAYMENT", "CONFIRMED"].contains(&status) {
                return;
            }
        }
        let before = self.held().await;
        let account = self.world.accounts[self.dice.random_range(0..self.world.accounts.len())].clone();
        let input = json!({ "input": { "guestId": guest } });
        ask(&account.client, &self.world.findings, api::MERGE, input).await;
        // What cannot be bought stays with the guest.
        let after = self.held().await;
        for (sku, quantity) in before {
            let moved = quantity - after.get(&sku).copied().unwrap_or(0);
            account.basket.put(&sku, moved);
            self.owner.basket.put(&sku, -moved);
        }
    }

    /// The pieces in the cart, by SKU.
    async fn held(&self) -> BTreeMap<String, i64> {
        let cart = self.ask(api::CART, json!({})).await;
        let lines = cart.data["cart"]["lines"].as_array().cloned().unwrap_or_default();
        lines
            .iter()
            .filter_map(|line| Some((line["sku"].as_str()?.to_owned(), line["quantity"].as_i64()?)))
            .collect()
    }
}

impl super::world::Owner {
    /// Whether an answer names an order that was not known.
    fn basket_takes(&self, answer: &Answered) -> bool {
        answer.data["placeOrder"]["order"]["id"].as_str().is_some_and(|id| self.basket.ordered(id))
    }
}
