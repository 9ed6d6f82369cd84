//! What has to add up, whoever was killed: goods, coupons, money, and nothing left under way.

use std::collections::{BTreeMap, BTreeSet};

use chrono::TimeDelta;
use platform_core::{Clock, SystemClock};
use serde_json::{Value, json};

use super::purchases::{COUPON, Sold};
use crate::support::{Client, Installation, eventually};

/// The state before anybody bought.
pub struct Books {
    admin: Client,
    offer: Value,
    stock: Stock,
    delivery: Value,
    under_way: BTreeSet<String>,
}

#[derive(Debug, PartialEq, Eq, Clone, Copy)]
struct Stock {
    on_hand: i64,
    reserved: i64,
}

impl Books {
    pub async fn open(shop: &Installation) -> Self {
        let anyone = shop.client();
        let admin = anyone.log_in("admin@demo.souk.example", "souk-demo-2026").await;
        let coupon = "mutation New($code: String!) { createCoupon(input: { code: $code, rate: \"0.1\" }) { __typename } }";
        admin.execute(coupon, json!({ "code": COUPON })).await.data();
        let query = "{ products(first: 40) { nodes { bestOffer { id available } } } }";
        let products = anyone.execute(query, json!({})).await;
        let nodes = products.data()["products"]["nodes"].as_array().unwrap().clone();
        let offers = nodes.iter().map(|node| &node["bestOffer"]);
        let offer = offers.max_by_key(|offer| offer["available"].as_i64()).unwrap()["id"].clone();
        let stock = stock(&admin, &offer).await;
        let delivery = slot(&admin).await;
        Self { admin, offer, stock, delivery, under_way: under_way(shop).await }
    }

    pub fn admin(&self) -> &Client {
        &self.admin
    }

    /// Of which everybody buys one.
    pub fn offer(&self) -> &Value {
        &self.offer
    }

    /// How everybody has it delivered: in one slot.
    pub fn delivery(&self) -> &Value {
        &self.delivery
    }

    /// The only saga that is under way besides those that were before.
    pub async fn begun_saga(&self, shop: &Installation) -> String {
        let begun: Vec<String> = under_way(shop).await.difference(&self.under_way).cloned().collect();
        let [saga] = begun.as_slice() else { panic!("under way: {begun:?}") };
        saga.clone()
    }

    /// Waits until no saga is under way but those that were before.
    pub async fn settle(&self, shop: &Installation) {
        eventually("every saga has ended", || async {
            under_way(shop).await.is_subset(&self.under_way).then_some(())
        })
        .await;
    }

    /// One unit, one use of the coupon and one place in the slot is gone for each paid order, and none is held; and the ledger
    /// balances.
    pub async fn assert_they_add_up(&self, sold: Sold) {
        let expected = Stock { on_hand: self.stock.on_hand - sold.units, ..self.stock };
        assert_eq!(stock(&self.admin, &self.offer).await, expected, "{sold:?}");
        let coupon = "query Used($code: String!) { coupon(code: $code) { used } }";
        let used = self.admin.execute(coupon, json!({ "code": COUPON })).await;
        assert_eq!(used.data()["coupon"]["used"], sold.coupons, "{sold:?}");
        let usage = "query Usage($service: ID!, $from: DateTime!, $to: DateTime!) {
            deliverySlotUsage(serviceId: $service, from: $from, to: $to) { taken } }";
        let now = SystemClock.now();
        let variables =
            json!({ "service": self.delivery["optionId"], "from": now, "to": now + TimeDelta::days(2) });
        let used = self.admin.execute(usage, variables).await;
        let slots = used.data()["deliverySlotUsage"].as_array().unwrap();
        assert_eq!(
            slots.iter().filter_map(|slot| slot["taken"].as_i64()).sum::<i64>(),
            sold.units,
            "{sold:?}"
        );
        let ledger = "{ ledgerBalances { amount { amount currency } } }";
        let balances = self.admin.execute(ledger, json!({})).await;
        let mut sums = BTreeMap::<&str, i64>::new();
        for balance in balances.data()["ledgerBalances"].as_array().unwrap() {
            let amount = &balance["amount"];
            let minor = amount["amount"].as_str().unwrap().replace('.', "").parse::<i64>().unwrap();
            *sums.entry(amount["currency"].as_str().unwrap()).or_default() += minor;
        }
        assert!(!sums.is_empty() && sums.values().all(|sum| *sum == 0), "the ledger: {sums:?}");
    }
}

/// A service that brings everything on the next day, and its slot.
async fn slot(admin: &Client) -> Value {
    let set = "mutation Zone($input: SetDeliveryZoneInput!) { setDeliveryZone(input: $input) { deliveryZone { services { id } } } }";
    let days = json!(["MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY"]);
    let service = json!({
        "name": "On the next day", "kind": "SLOT", "rates": [{ "fee": { "amount": "3", "currency": "EUR" } }],
        "windows": [{ "weekdays": days, "begins": "00:00", "ends": "24:00", "capacity": 1_000 }],
    });
    let input = json!({ "name": "All", "priority": 1, "timeZone": "UTC", "services": [service] });
    let made = admin.execute(set, json!({ "input": input })).await;
    let option = made.data()["setDeliveryZone"]["deliveryZone"]["services"][0]["id"].clone();
    let slots = "query Slots($from: DateTime!, $to: DateTime!) {
        deliverySlots(address: { country: \"DE\" }, from: $from, to: $to) { id } }";
    let now = SystemClock.now();
    let slot = eventually("the slots are known", || async {
        let listed = admin.execute(slots, json!({ "from": now, "to": now + TimeDelta::days(2) })).await;
        listed.data()["deliverySlots"].as_array()?.last().map(|slot| slot["id"].clone())
    })
    .await;
    json!({ "optionId": option, "slotId": slot })
}

async fn stock(admin: &Client, offer: &Value) -> Stock {
    let query = "query Stock($offer: ID!) { stockLevels(offerId: $offer) { onHand reserved } }";
    let answer = admin.execute(query, json!({ "offer": offer })).await;
    let sum = |field: &str| {
        let levels = answer.data()["stockLevels"].as_array().unwrap();
        levels.iter().filter_map(|level| level[field].as_i64()).sum()
    };
    Stock { on_hand: sum("onHand"), reserved: sum("reserved") }
}

/// The sagas that have not ended, as operators see them.
async fn under_way(shop: &Installation) -> BTreeSet<String> {
    let (succeeded, text) = shop.run(&["saga", "list"]).await;
    assert!(succeeded, "{text}");
    text.lines()
        .filter_map(|line| line.strip_prefix("orders  ")?.split_whitespace().next())
        .map(str::to_owned)
        .collect()
}
