//! The jobs: mails, and what is tidied up by time.

use std::time::Duration;

use chrono::TimeDelta;
use platform_jobs::{JobContext, JobError, JobHandler, JobHandlers, RecurringJob};

use crate::app::App;
use crate::recovery::{self, AccountMail};
use crate::registration::{self, RegistrationMail};
use crate::store::account_token;
use crate::{account, mail, revocation, session};

const HOUR: Duration = Duration::from_secs(3_600);

pub fn jobs(app: &App) -> JobHandlers {
    JobHandlers::new()
        .on::<AccountMail>(app.clone())
        .on::<RegistrationMail>(app.clone())
        .every(Clean(app.clone()))
        .every(MaintainKeys(app.clone()))
}

impl JobHandler<AccountMail> for App {
    async fn run(&self, context: JobContext, job: AccountMail) -> Result<(), JobError> {
        recovery::send(self, &context, job).await
    }
}

impl JobHandler<RegistrationMail> for App {
    async fn run(&self, context: JobContext, job: RegistrationMail) -> Result<(), JobError> {
        registration::send(self, &context, job).await
    }
}

struct Clean(App);

impl RecurringJob for Clean {
    const NAME: &'static str = "users.clean";
    const EVERY: Duration = HOUR;

    async fn run(&self, _: JobContext) -> Result<(), JobError> {
        clean(&self.0).await
    }
}

struct MaintainKeys(App);

impl RecurringJob for MaintainKeys {
    const NAME: &'static str = "users.signing-keys";
    const EVERY: Duration = HOUR;

    async fn run(&self, _: JobContext) -> Result<(), JobError> {
        Ok(self.0.keyring().maintain().await?)
    }
}

/// Deletes what has lost its meaning by time.
async fn clean(app: &App) -> Result<(), JobError> {
    let now = app.now();
    session::clean(app.database(), now).await?;
    registration::clean(app.database(), now).await?;
    account::fill_keys(app.database()).await?;
    account_token::clean(app.database(), now).await?;
    mail::forget_sent(app).await?;
    mail::limit::forget(app.database(), &app.config.mail.limits, now).await?;
    let access_ttl = i64::try_from(app.config.auth.access_ttl_s).unwrap_or(i64::MAX / 1_000);
    revocation::forget(app.database(), now, TimeDelta::seconds(access_ttl)).await?;
    Ok(())
}
