//! What payments does by itself, later and by the clock.

use std::time::Duration;

use platform_jobs::{JobContext, JobError, JobHandler, JobHandlers, RecurringJob};

use crate::app::App;
use crate::gateway::Gateway;
use crate::gateway::sandbox::DeliverWebhook;
use crate::payment::{self, ExpirePayment};
use crate::points::{self, ExpireHold, ExpirePoints};
use crate::refund::{self, FinishRefund, GiveBackRest};

pub fn handlers(app: &App) -> JobHandlers {
    let handlers = JobHandlers::new()
        .on::<ExpirePayment>(app.clone())
        .on::<FinishRefund>(app.clone())
        .on::<GiveBackRest>(app.clone())
        .on::<ExpireHold>(app.clone())
        .on::<ExpirePoints>(app.clone())
        .every(LapsedHolds(app.clone()))
        .every(Stranded(app.clone()));
    if app.sandbox().is_served() { handlers.on::<DeliverWebhook>(app.clone()) } else { handlers }
}

impl JobHandler<ExpirePayment> for App {
    async fn run(&self, _: JobContext, job: ExpirePayment) -> Result<(), JobError> {
        Ok(payment::expire(self, job.payment_id).await?)
    }
}

impl JobHandler<FinishRefund> for App {
    async fn run(&self, _: JobContext, job: FinishRefund) -> Result<(), JobError> {
        Ok(refund::finish(self, job.refund_id).await.map(drop)?)
    }
}

impl JobHandler<GiveBackRest> for App {
    async fn run(&self, _: JobContext, job: GiveBackRest) -> Result<(), JobError> {
        Ok(refund::refund_remaining(self, job.payment_id, &job.reason, &job.idempotency_key).await?)
    }
}

impl JobHandler<ExpireHold> for App {
    async fn run(&self, _: JobContext, _: ExpireHold) -> Result<(), JobError> {
        Ok(points::expire_holds(self).await.map(drop)?)
    }
}

impl JobHandler<ExpirePoints> for App {
    async fn run(&self, _: JobContext, job: ExpirePoints) -> Result<(), JobError> {
        Ok(points::expire(self, job.user_id).await?)
    }
}

/// The sandbox's webhooks, which come to where they are sent from.
impl JobHandler<DeliverWebhook> for App {
    async fn run(&self, context: JobContext, job: DeliverWebhook) -> Result<(), JobError> {
        let event = self.sandbox().webhook(&job, &context).await?;
        Ok(payment::handle_webhook(self, self.sandbox().name(), event).await?)
    }
}

/// Frees points that nobody spent in time.
struct LapsedHolds(App);

impl RecurringJob for LapsedHolds {
    const NAME: &'static str = "payments.expire-points-holds";
    const EVERY: Duration = Duration::from_secs(10);

    async fn run(&self, _: JobContext) -> Result<(), JobError> {
        let ended = points::expire_holds(&self.0).await?;
        if ended > 0 {
            tracing::info!(ended, "expired holds of points were released");
        }
        Ok(())
    }
}

/// Gives up payments that nobody goes on with.
struct Stranded(App);

impl RecurringJob for Stranded {
    const NAME: &'static str = "payments.stranded";
    const EVERY: Duration = Duration::from_secs(60);

    async fn run(&self, _: JobContext) -> Result<(), JobError> {
        Ok(payment::give_up_stranded(&self.0).await?)
    }
}
