//! Staff give back the price of pieces.

use rand::Rng;
use serde_json::{Value, json};

use super::api::{self, ask, minor};
use super::basket::Fate;
use super::parcels::is_paid;
use super::session::Session;
use crate::support::fresh_id;

impl Session {
    /// Staff take pieces back, some at a time and some of them or all, and give back the shipping last. What other tabs left
    /// of the money comes back as an amount.
    pub async fn be_refunded_by_pieces(&mut self) {
        let Some(id) = self.some_order() else { return };
        let order = ask(&self.world.admin, &self.world.findings, api::ORDER, json!({ "id": id })).await;
        let order = &order.data["order"];
        let (paid, points) = (minor(&order["total"]), order["points"].as_i64().unwrap_or(0));
        if !is_paid(order) || paid == points {
            return;
        }
        let is_partial = self.dice.random_bool(0.3);
        let mut goods = 0;
        for line in order["lines"].as_array().into_iter().flatten() {
            goods += minor(&line["total"]);
            let mut left = line["quantity"].as_i64().unwrap_or(0);
            while left > 0 {
                let pieces = self.dice.random_range(1..=left);
                let lines = json!([{ "lineId": line["id"], "quantity": pieces }]);
                if !self.give_back(&id, json!({ "lines": lines })).await {
                    return self.be_refunded_of(&id).await;
                }
                if is_partial {
                    return;
                }
                left -= pieces;
            }
        }
        let shipping = paid - goods;
        if shipping > 0 {
            let shipping = json!({ "amount": api::amount(shipping), "currency": "EUR" });
            if !self.give_back(&id, json!({ "lines": [], "shipping": shipping })).await {
                return self.be_refunded_of(&id).await;
            }
        }
        self.owner.basket.end(&id, Fate::Refunded);
    }

    /// False where it was refused: another tab was faster.
    async fn give_back(&self, order: &str, mut input: Value) -> bool {
        input["orderId"] = json!(order);
        input["reason"] = json!("a whim");
        input["idempotencyKey"] = json!(fresh_id());
        input["restock"] = json!(true);
        let world = &self.world;
        let answer = ask(&world.admin, &world.findings, api::REFUND_PIECES, json!({ "input": input })).await;
        let refund = &answer.data["refundOrderLines"]["refund"];
        if refund["status"] != "SUCCEEDED" {
            return false;
        }
        let back = minor(&refund["money"]) + refund["points"].as_i64().unwrap_or(0);
        world.findings.check(
            minor(&refund["amount"]) == back,
            "pieces give back what they did not cost",
            || answer.whole.to_string(),
        );
        true
    }
}
