//! The jobs: mails, and what is tidied up by time.

use std::time::Duration;

use chrono::TimeDelta;
use platform_jobs::{JobError, JobHandlers};

use crate::app::App;
use crate::recovery::{self, AccountMail};
use crate::registration::{self, RegistrationMail};
use crate::store::account_token;
use crate::{account, mail, revocation, session};

const HOUR: Duration = Duration::from_secs(3_600);

pub fn jobs(app: &App) -> JobHandlers {
    let (mails, codes, cleaning, keys) = (app.clone(), app.clone(), app.clone(), app.clone());
    JobHandlers::new()
        .on::<AccountMail>(move |context, job| {
            let app = mails.clone();
            Box::pin(async move { recovery::send(&app, &context, job).await })
        })
        .on::<RegistrationMail>(move |context, job| {
            let app = codes.clone();
            Box::pin(async move { registration::send(&app, &context, job).await })
        })
        .every("users.clean", HOUR, move |_| {
            let app = cleaning.clone();
            Box::pin(async move { clean(&app).await })
        })
        .every("users.signing-keys", HOUR, move |_| {
            let app = keys.clone();
            Box::pin(async move { Ok(app.keyring().maintain().await?) })
        })
}

/// Deletes what has lost its meaning by time.
async fn clean(app: &App) -> Result<(), JobError> {
    let now = app.now();
    session::clean(app.database(), now).await?;
    registration::clean(app.database(), now).await?;
    account::fill_keys(app.database()).await?;
    account_token::clean(app.database(), now).await?;
    mail::forget_sent(app).await?;
    mail::limit::forget(app.database(), &app.platform().config.mail.limits, now).await?;
    let access_ttl = i64::try_from(app.platform().config.auth.access_ttl_s).unwrap_or(i64::MAX / 1_000);
    revocation::forget(app.database(), now, TimeDelta::seconds(access_ttl)).await?;
    Ok(())
}
