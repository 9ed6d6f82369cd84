//! What payments does by itself, later and by the clock.

use std::sync::Arc;
use std::time::Duration;

use platform_jobs::{JobContext, JobError, JobHandler, JobHandlers, RecurringJob};

use crate::app::App;
use crate::gateway::Gateway;
use crate::gateway::sandbox::{DeliverWebhook, Sandbox};
use crate::payment::{ExpirePayment, Payments};
use crate::points::{self, ExpireHold, ExpirePoints};
use crate::refund::{FinishRefund, Refunds};

pub fn handlers(app: &App) -> JobHandlers {
    let payments = Payments { app: app.clone() };
    let refunds = Refunds { payments: payments.clone() };
    let handlers = JobHandlers::new()
        .on::<ExpirePayment>(payments.clone())
        .on::<FinishRefund>(refunds)
        .on::<ExpireHold>(app.clone())
        .on::<ExpirePoints>(app.clone())
        .every(LapsedHolds(app.clone()))
        .every(Stranded(payments.clone()));
    match app.sandbox().is_served() {
        true => handlers.on::<DeliverWebhook>(Webhooks { sandbox: app.sandbox().clone(), payments }),
        false => handlers,
    }
}

impl JobHandler<ExpirePayment> for Payments {
    async fn run(&self, _: JobContext, job: ExpirePayment) -> Result<(), JobError> {
        Ok(self.expire(job.payment_id).await?)
    }
}

impl JobHandler<FinishRefund> for Refunds {
    async fn run(&self, _: JobContext, job: FinishRefund) -> Result<(), JobError> {
        Ok(self.finish(job.refund_id).await.map(drop)?)
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
struct Stranded(Payments);

impl RecurringJob for Stranded {
    const NAME: &'static str = "payments.stranded";
    const EVERY: Duration = Duration::from_secs(60);

    async fn run(&self, _: JobContext) -> Result<(), JobError> {
        Ok(self.0.give_up_stranded().await?)
    }
}

/// The sandbox's webhooks, which come to where they are sent from.
struct Webhooks {
    sandbox: Arc<Sandbox>,
    payments: Payments,
}

impl JobHandler<DeliverWebhook> for Webhooks {
    async fn run(&self, context: JobContext, job: DeliverWebhook) -> Result<(), JobError> {
        let event = self.sandbox.webhook(&job, &context).await?;
        Ok(self.payments.handle_webhook(self.sandbox.name(), event).await?)
    }
}
