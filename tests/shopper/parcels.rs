//! Sellers send what was ordered, and what must hold of the shipments of an order.

use rand::Rng;
use serde_json::{Value, json};

use super::api::{self, ask};
use super::session::Session;

/// Whether an order in this status is paid and in force.
pub fn is_paid(order: &Value) -> bool {
    ["PAID", "SHIPPED", "DELIVERED", "COMPLETED"].contains(&order["status"].as_str().unwrap_or_default())
}

/// The pieces with this SKU in an order's shipments of which `counts` the status.
fn pieces(order: &Value, sku: &Value, counts: impl Fn(&str) -> bool) -> i64 {
    let shipments = order["shipments"].as_array().into_iter().flatten();
    let counted = shipments.filter(|shipment| counts(shipment["status"].as_str().unwrap_or_default()));
    let items = counted.flat_map(|shipment| shipment["items"].as_array().into_iter().flatten());
    items.filter(|item| item["sku"] == *sku).filter_map(|item| item["quantity"].as_i64()).sum()
}

fn is_at_seller(status: &str) -> bool {
    ["CREATED", "PACKED"].contains(&status)
}

fn has_left(status: &str) -> bool {
    !is_at_seller(status) && status != "CANCELLED"
}

/// Whether anything of an order has left its sellers.
pub fn has_begun(order: &Value) -> bool {
    let mut shipments = order["shipments"].as_array().into_iter().flatten();
    shipments.any(|shipment| has_left(shipment["status"].as_str().unwrap_or_default()))
}

/// How many pieces of a line are neither on the shop's shelves nor to come back to them: those of an order in force, and of
/// a closed one those that have left. Refunds of pieces are of such first as have not.
pub fn kept(order: &Value, line: &Value) -> i64 {
    let left = line["quantity"].as_i64().unwrap_or(0) - line["refundedQuantity"].as_i64().unwrap_or(0);
    match is_paid(order) || order["status"] == "CONFIRMED" {
        true => left,
        false => left.min(pieces(order, &line["sku"], has_left)),
    }
}

/// Whether an order's shipments hold what is to be sent of it: every piece of one in force that was not refunded before it
/// left, and nothing that is still there of one that is closed.
pub fn agree(order: &Value) -> bool {
    let lines = order["lines"].as_array().into_iter().flatten();
    match is_paid(order) {
        false => lines.into_iter().all(|line| pieces(order, &line["sku"], is_at_seller) == 0),
        true => lines.into_iter().all(|line| {
            let quantity = line["quantity"].as_i64().unwrap_or(0);
            let left = quantity - line["refundedQuantity"].as_i64().unwrap_or(0);
            let sent = pieces(order, &line["sku"], |status| status != "CANCELLED");
            // What was refunded after it left is among them still.
            if has_begun(order) { (left..=quantity).contains(&sent) } else { sent == left }
        }),
    }
}

impl Session {
    /// Sellers pack and send the parcels of an order, all or the first; some arrive.
    pub async fn be_shipped(&mut self) {
        let Some(id) = self.some_order() else { return };
        let seen = ask(&self.world.admin, &self.world.findings, api::SHIPMENTS, json!({ "id": id })).await;
        let shipments = seen.data["order"]["shipments"].as_array().cloned().unwrap_or_default();
        let count = if self.dice.random_bool(0.5) { shipments.len() } else { shipments.len().min(1) };
        for shipment in &shipments[..count] {
            let input = json!({ "input": { "shipmentId": shipment["id"] } });
            for mutation in [api::PACK, api::HAND_OVER] {
                ask(&self.world.admin, &self.world.findings, mutation, input.clone()).await;
            }
            if self.dice.random_bool(0.3) {
                let input = json!({ "input": { "shipmentId": shipment["id"], "kind": "DELIVERED" } });
                ask(&self.world.admin, &self.world.findings, api::RECORD, input).await;
            }
        }
    }
}
