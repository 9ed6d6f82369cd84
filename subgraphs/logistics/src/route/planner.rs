//! Plans routes by the clock, so that nothing waits for a dispatcher.

use std::time::Duration;

use platform_jobs::{JobContext, JobError, RecurringJob};

use super::lapse::lapse;
use super::plan::{Wanted, plan};
use crate::app::App;

/// Takes back what nobody drives, and gives what waits to the couriers who are free.
pub struct PlanRoutes(pub App);

impl RecurringJob for PlanRoutes {
    const NAME: &'static str = "logistics.plan-routes";
    const EVERY: Duration = Duration::from_secs(5);

    async fn run(&self, _: JobContext) -> Result<(), JobError> {
        if !self.0.config.fulfilment.plan_routes {
            return Ok(());
        }
        lapse(&self.0).await?;
        let planned = plan(&self.0, Wanted::default()).await?;
        if !planned.routes.is_empty() {
            tracing::info!(routes = planned.routes.len(), left = planned.left.len(), "routes were planned");
        }
        Ok(())
    }
}
