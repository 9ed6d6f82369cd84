//! What the catalog does by events and by the clock.

use std::sync::Arc;
use std::time::Duration;

use contracts::catalog::ProductUpdated;
use platform_events::{Consumer, EventContext, EventHandler, HandlerError, Handlers};
use platform_jobs::{JobContext, JobError, JobHandlers, RecurringJob};

use crate::described::DescribeAnew;
use crate::search::indexer::Indexer;
use crate::services::Services;

/// Marks changed products for the index, in case the process that changed them died before it could.
pub fn search_index(services: &Services) -> Arc<dyn Consumer> {
    let marking = Marking { indexer: Arc::clone(&services.indexer) };
    Arc::new(Handlers::new("catalog.search-index", marking).on::<ProductUpdated>())
}

struct Marking {
    indexer: Arc<Indexer>,
}

impl EventHandler<ProductUpdated> for Marking {
    async fn handle(&self, context: EventContext<'_>, event: ProductUpdated) -> Result<(), HandlerError> {
        let indexer = Arc::clone(&self.indexer);
        context.tx.on_commit(move || indexer.mark(&[event.product_id]));
        Ok(())
    }
}

pub fn schedules(services: &Arc<Services>) -> JobHandlers {
    JobHandlers::new().on::<DescribeAnew>(services.app.clone()).every(ExpireHolds(Arc::clone(services)))
}

/// Releases expired holds.
struct ExpireHolds(Arc<Services>);

impl RecurringJob for ExpireHolds {
    const NAME: &'static str = "catalog.expire-holds";
    const EVERY: Duration = Duration::from_secs(5);

    async fn run(&self, _: JobContext) -> Result<(), JobError> {
        let reservations = platform_holds::expire(&self.0.reservations).await?;
        let coupons = platform_holds::expire(&self.0.coupons).await?;
        if reservations + coupons > 0 {
            tracing::info!(reservations, coupons, "expired holds were released");
        }
        Ok(())
    }
}
