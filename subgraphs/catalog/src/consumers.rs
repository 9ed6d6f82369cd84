//! What the catalog does by events and by the clock.

use std::sync::Arc;
use std::time::Duration;

use contracts::catalog::ProductUpdated;
use platform_events::{Consumer, EventContext, Handlers};
use platform_jobs::{JobContext, JobHandlers};

use crate::services::Services;

/// How often expired holds are looked for.
const SWEEP_EVERY: Duration = Duration::from_secs(5);

/// Marks changed products for the index, in case the process that changed them died before it could.
pub fn search_index(services: &Arc<Services>) -> Arc<dyn Consumer> {
    let indexer = Arc::clone(&services.indexer);
    Arc::new(Handlers::new("catalog.search-index").on::<ProductUpdated>(
        move |ctx: EventContext<'_>, event: ProductUpdated| {
            let indexer = Arc::clone(&indexer);
            ctx.tx.on_commit(move || indexer.mark(&[event.product_id]));
            Box::pin(async { Ok(()) })
        },
    ))
}

/// Releases expired holds.
pub fn schedules(services: &Arc<Services>) -> JobHandlers {
    let services = Arc::clone(services);
    JobHandlers::new().every("catalog.expire-holds", SWEEP_EVERY, move |_: JobContext| {
        let services = Arc::clone(&services);
        Box::pin(async move {
            let reservations = services.reservations.expire().await?;
            let coupons = services.coupons.expire().await?;
            if reservations + coupons > 0 {
                tracing::info!(reservations, coupons, "expired holds were released");
            }
            Ok(())
        })
    })
}
