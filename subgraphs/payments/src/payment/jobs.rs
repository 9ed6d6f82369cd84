//! Gives up payments whose customer did not act in time.

use platform_core::id::PaymentId;
use platform_jobs::Job;
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ExpirePayment {
    pub payment_id: PaymentId,
}

impl Job for ExpirePayment {
    const KIND: &'static str = "payments.expire";
    const MAX_ATTEMPTS: u32 = 20;
}
