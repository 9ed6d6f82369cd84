//! Forgets positions by time: where somebody was is kept no longer than it is of use.

use std::time::Duration;

use chrono::TimeDelta;
use platform_jobs::{JobContext, JobError, RecurringJob};

use super::store;
use crate::app::App;

/// Of a route that has ended a position in so many seconds is kept.
const THINNED_TO: i64 = 15;
/// Routes that ended within it are thinned, also where some runs of the job failed.
const ENDED_WITHIN: TimeDelta = TimeDelta::days(7);

/// Thins the positions of routes that ended, and forgets what is older than the configuration allows.
pub struct CleanPositions(pub App);

impl RecurringJob for CleanPositions {
    const NAME: &'static str = "logistics.clean-positions";
    const EVERY: Duration = Duration::from_secs(600);

    async fn run(&self, _: JobContext) -> Result<(), JobError> {
        let now = self.0.now();
        store::thin(self.0.database(), now - ENDED_WITHIN, THINNED_TO).await?;
        let kept = TimeDelta::days(self.0.config.fulfilment.position_days.into());
        store::forget(self.0.database(), (now - kept).timestamp()).await?;
        store::forget_last(self.0.database(), now - kept).await?;
        Ok(())
    }
}
