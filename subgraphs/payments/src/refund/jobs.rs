//! Finishes refunds whose request died on the way, and gives back what those leave that end after their order.

use chrono::TimeDelta;
use platform_core::id::{PaymentId, RefundId};
use platform_jobs::Job;
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct FinishRefund {
    pub refund_id: RefundId,
}

impl FinishRefund {
    /// The request itself finishes the refund; the job looks after that.
    pub const GRACE: TimeDelta = TimeDelta::seconds(10);
}

impl Job for FinishRefund {
    const KIND: &'static str = "payments.finish-refund";
    const MAX_ATTEMPTS: u32 = 50;
}

/// All that is left of a payment whose order was called off while another refund was under way.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct GiveBackRest {
    pub payment_id: PaymentId,
    pub reason: String,
    pub idempotency_key: String,
}

impl Job for GiveBackRest {
    const KIND: &'static str = "payments.give-back-rest";
    const MAX_ATTEMPTS: u32 = 50;
}
