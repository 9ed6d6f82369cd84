//! The job that mails a code to whoever registers, or tells the owner of an account of the attempt.

use chrono::TimeDelta;
use platform_jobs::{Job, JobContext, JobError};
use platform_text::Email;
use sea_orm::ActiveValue::Set;
use sea_orm::IntoActiveModel;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::account;
use crate::app::App;
use crate::mail;
use crate::mailer::Mail;
use crate::registration::store;
use crate::role;
use crate::secret::random_bytes;

/// The most mails to one address within [`PERIOD`], so that nobody can fill a stranger's mailbox.
const MOST_MAILS: u64 = 3;
const PERIOD: TimeDelta = TimeDelta::minutes(10);
const CODE_DIGITS: usize = 8;

#[derive(Debug, Serialize, Deserialize)]
pub struct RegistrationMail {
    pub registration: Uuid,
}

impl Job for RegistrationMail {
    const KIND: &'static str = "users.registration-mail";
    /// Some two hours. A code that has expired meanwhile is not mailed.
    const MAX_ATTEMPTS: u32 = 14;
}

/// Runs the job. Repeated, it mails another code, which takes the place of the one before.
pub async fn send(app: &App, context: &JobContext, job: RegistrationMail) -> Result<(), JobError> {
    let now = app.now();
    let tx = app.begin().await?;
    let found = store::find(&tx, job.registration).await?;
    let Some(row) = found.filter(|row| row.expires_at > now) else { return Ok(()) };
    // Of several to one address at once, one after the other looks how many there were.
    store::lock_address(&tx, &row.email_key).await?;
    if row.mailed_at.is_none() && store::mails(&tx, &row.email_key, now, PERIOD).await? >= MOST_MAILS {
        return Ok(());
    }
    let email = Email::stored(row.email.clone());
    let (to, message, code_hash) = match account::by_email(&*tx, &email, email.as_str()).await? {
        // Nothing that it could be advised would work.
        Some(owner) if role::is_barred(app, &owner) => return Ok(()),
        Some(owner) => (Email::stored(owner.email), mail::account_exists(&owner.language, &owner.name), None),
        None => {
            let code = code()?;
            (email, mail::registration_code(&row.language, &code), Some(store::code_hash(row.id, &code)))
        }
    };
    let mut update = row.into_active_model();
    update.code_hash = Set(code_hash);
    update.mailed_at = Set(Some(now));
    store::update(&tx, update).await?;
    tx.commit().await?;
    let (id, subject, text) = (context.id.to_string(), message.subject, message.text);
    app.send(&Mail { id, to, subject, text }).await
}

/// Random digits, in two groups.
fn code() -> Result<String, JobError> {
    let number = u64::from_be_bytes(random_bytes::<8>()?);
    let digits = format!("{:0CODE_DIGITS$}", number % 100_000_000);
    let (left, right) = digits.split_at(CODE_DIGITS / 2);
    Ok(format!("{left} {right}"))
}
