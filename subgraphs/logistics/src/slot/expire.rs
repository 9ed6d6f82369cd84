//! Gives places back whose holds have lapsed.

use std::time::Duration;

use platform_jobs::{JobContext, JobError, RecurringJob};

use super::holds::SlotHolds;
use crate::app::App;

/// Ends holds of slots that have lapsed.
pub struct ExpireSlotHolds(pub App);

impl RecurringJob for ExpireSlotHolds {
    const NAME: &'static str = "logistics.expire-slot-holds";
    const EVERY: Duration = Duration::from_secs(5);

    async fn run(&self, _: JobContext) -> Result<(), JobError> {
        platform_holds::expire(&SlotHolds(&self.0)).await?;
        Ok(())
    }
}
