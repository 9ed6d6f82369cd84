//! Expiry of points and of holds.

use platform_core::id::UserId;
use platform_jobs::Job;
use serde::{Deserialize, Serialize};

/// A hold lapses. Releases before this one queued it with each hold; now all that lapse are looked for.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ExpireHold {
    pub key: String,
}

impl Job for ExpireHold {
    const KIND: &'static str = "payments.expire-points-hold";
    const MAX_ATTEMPTS: u32 = 20;
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ExpirePoints {
    pub user_id: UserId,
}

impl Job for ExpirePoints {
    const KIND: &'static str = "payments.expire-points";
    const MAX_ATTEMPTS: u32 = 20;
}
