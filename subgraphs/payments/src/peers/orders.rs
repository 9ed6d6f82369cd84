//! What became of a payment, told to orders before a mutation answers, so that the order beside it is the order after it.
//!
//! Orders hears the same by the event that the mutation has published, and does it once. So where orders does not answer,
//! the payment stands, and the answer shows the order as it was.

/// The documents beside this file, with their answers.
mod asked {
    platform_server::questions!("orders");
}

use platform_commerce::Money;
use platform_core::id::OrderId;
use platform_server::{PeerError, Peers};

use asked::{RecordRefund, ResumeCheckout};

/// The payment of an order waits for its customer no longer: the checkout goes on.
pub async fn resume_checkout(peers: &Peers, order: OrderId) {
    note(order, peers.ask(ResumeCheckout { order_id: order }, peers.own()).await);
}

/// So much was given back of the payment of an order, in money and in points, in all, and so many points with the last of it.
pub async fn record_refund(
    peers: &Peers,
    order: OrderId,
    refunded: Money,
    points_refunded: i64,
    points: i64,
) {
    let question = RecordRefund { order_id: order, refunded, points, points_refunded };
    note(order, peers.ask(question, peers.own()).await);
}

/// Orders answers with true, or with an error.
fn note(order: OrderId, told: Result<bool, PeerError>) {
    if let Err(error) = told {
        tracing::warn!(order.id = %order, error = &error as &dyn std::error::Error, "orders hears of a payment later");
    }
}
