//! What became of a payment, told to orders before a mutation answers, so that the order beside it is the order after it.
//!
//! Orders hears the same by the event that the mutation has published, and does it once. So where orders does not answer,
//! the payment stands, and the answer shows the order as it was.

use platform_commerce::Money;
use platform_core::id::OrderId;
use platform_server::{PeerError, Peers};
use serde_json::{Value, json};

const ORDERS: &str = "orders";

/// The payment of an order waits for its customer no longer: the checkout goes on.
pub async fn resume_checkout(peers: &Peers, order: OrderId) {
    let variables = json!({ "orderId": order });
    let document = include_str!("orders/resume_checkout.graphql");
    note(order, peers.call(ORDERS, document, variables, peers.own()).await);
}

/// So much was given back of the payment of an order, in all.
pub async fn record_refund(peers: &Peers, order: OrderId, refunded: Money) {
    let refunded = json!({ "amount": refunded.to_decimal(), "currency": refunded.currency() });
    let variables = json!({ "orderId": order, "refunded": refunded });
    let document = include_str!("orders/record_refund.graphql");
    note(order, peers.call(ORDERS, document, variables, peers.own()).await);
}

fn note(order: OrderId, told: Result<Value, PeerError>) {
    if let Err(error) = told {
        tracing::warn!(order.id = %order, error = &error as &dyn std::error::Error, "orders hears of a payment later");
    }
}
