//! Finishes refunds whose request died on the way.

use chrono::TimeDelta;
use platform_core::id::RefundId;
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
