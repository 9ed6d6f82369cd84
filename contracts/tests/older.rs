//! What older releases published is still read.

use contracts::payments::{PaymentAuthorized, PaymentFailed};
use serde_json::json;

const ID: &str = "0190a000-0000-7000-8000-000000000001";

/// It did not say who waits: everybody is woken, as then.
#[test]
fn a_payments_outcome_that_does_not_say_so_was_deferred() {
    let authorized: PaymentAuthorized = serde_json::from_value(json!({
        "paymentId": ID, "orderId": ID, "userId": null, "amount": { "minor": 2_500, "currency": "EUR" },
    }))
    .unwrap();
    assert!(authorized.deferred);
    let failed: PaymentFailed = serde_json::from_value(
        json!({ "paymentId": ID, "orderId": ID, "userId": null, "reason": "declined" }),
    )
    .unwrap();
    assert!(failed.deferred);
}
