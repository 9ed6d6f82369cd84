//! Forgets photos by time: they show doors and people, and are kept no longer than somebody may ask for them.

use std::time::Duration;

use chrono::TimeDelta;
use platform_jobs::{JobContext, JobError, RecurringJob};

use super::store;
use crate::app::App;

/// How many photos one run removes.
const MOST: u64 = 500;

/// Removes photos of deliveries that are older than the configuration allows.
pub struct CleanPhotos(pub App);

impl RecurringJob for CleanPhotos {
    const NAME: &'static str = "logistics.clean-photos";
    const EVERY: Duration = Duration::from_secs(600);

    /// The file first: a process that ends in between leaves a name that leads nowhere, and the next run takes it.
    async fn run(&self, _: JobContext) -> Result<(), JobError> {
        let app = &self.0;
        let kept = TimeDelta::days(app.config.fulfilment.proof_days.into());
        let old = store::photos_before(app.database(), app.now() - kept, MOST).await?;
        for photo in old.iter().filter_map(|stop| stop.photo.as_deref()) {
            app.proofs().remove(photo).await?;
        }
        let stops: Vec<_> = old.iter().map(|stop| stop.id).collect();
        Ok(store::forget_photos(app.database(), &stops).await?)
    }
}
