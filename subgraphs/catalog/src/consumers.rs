//! What the catalog does by events and by the clock.

use std::sync::Arc;
use std::time::Duration;

use contracts::catalog::ProductUpdated;
use platform_events::{Consumer, EventContext, EventHandler, HandlerError, Handlers};
use platform_files::RemoveUploads;
use platform_jobs::{JobContext, JobError, JobHandlers, RecurringJob};

use crate::app::App;
use crate::coupon::uses::CouponUses;
use crate::described::DescribeAnew;
use crate::media::RemoveFile;
use crate::stock::reservations::Reservations;

/// Marks changed products for the index, in case the process that changed them died before it could.
pub fn search_index(app: &App) -> Arc<dyn Consumer> {
    Arc::new(Handlers::new("catalog.search-index", Marking(app.clone())).on::<ProductUpdated>())
}

struct Marking(App);

impl EventHandler<ProductUpdated> for Marking {
    async fn handle(&self, context: EventContext<'_>, event: ProductUpdated) -> Result<(), HandlerError> {
        let app = self.0.clone();
        context.tx.on_commit(move || app.indexer().mark(&[event.product_id]));
        Ok(())
    }
}

pub fn jobs(app: &App) -> JobHandlers {
    JobHandlers::new()
        .on::<DescribeAnew>(app.clone())
        .on::<RemoveFile>(app.clone())
        .every(ExpireHolds(app.clone()))
        .every(RemoveUploads(app.media().clone()))
}

/// Releases expired holds.
struct ExpireHolds(App);

impl RecurringJob for ExpireHolds {
    const NAME: &'static str = "catalog.expire-holds";
    const EVERY: Duration = Duration::from_secs(5);

    async fn run(&self, _: JobContext) -> Result<(), JobError> {
        let reservations = platform_holds::expire(&Reservations(&self.0)).await?;
        let coupons = platform_holds::expire(&CouponUses(&self.0)).await?;
        if reservations + coupons > 0 {
            tracing::info!(reservations, coupons, "expired holds were released");
        }
        Ok(())
    }
}
