//! The job that makes a token and mails it.

use chrono::TimeDelta;
use platform_core::id::UserId;
use platform_database::{StoreError, Transaction};
use platform_jobs::{Job, JobContext, JobError};
use platform_text::Email;
use sea_orm::ActiveValue::Set;
use serde::{Deserialize, Serialize};
use users_entities::account_token::{ActiveModel, Purpose as StoredPurpose};

use crate::app::App;
use crate::mail;
use crate::mailer::Mail;
use crate::role;
use crate::secret::Secret;
use crate::store::{account_token, user};

/// Between two mails of a kind to one account, so that nobody can fill a stranger's mailbox.
const PAUSE: TimeDelta = TimeDelta::minutes(1);

/// What a token proves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Purpose {
    ResetPassword,
    VerifyEmail,
}

impl Purpose {
    pub const fn stored(self) -> StoredPurpose {
        match self {
            Self::ResetPassword => StoredPurpose::ResetPassword,
            Self::VerifyEmail => StoredPurpose::VerifyEmail,
        }
    }

    const fn prefix(self) -> &'static str {
        match self {
            Self::ResetPassword => "souk_pr_",
            Self::VerifyEmail => "souk_ev_",
        }
    }

    const fn lifetime(self) -> TimeDelta {
        match self {
            Self::ResetPassword => TimeDelta::hours(1),
            Self::VerifyEmail => TimeDelta::days(3),
        }
    }
}

/// Mails a token to a user. Without a user it does nothing: a decoy, as costly to enqueue as any other.
#[derive(Debug, Serialize, Deserialize)]
pub struct AccountMail {
    user: Option<UserId>,
    purpose: Purpose,
}

impl Job for AccountMail {
    const KIND: &'static str = "users.account-mail";
    /// Some two hours.
    const MAX_ATTEMPTS: u32 = 14;
}

/// Has a mail sent once `tx` is committed, unless the account got one a moment ago.
pub async fn enqueue(
    tx: &Transaction,
    app: &App,
    purpose: Purpose,
    user: Option<UserId>,
) -> Result<(), StoreError> {
    // Looked for without a user too, so that the answer takes as long.
    let of = user.unwrap_or(UserId(uuid::Uuid::nil()));
    let recent = account_token::was_issued_after(&**tx, of, purpose.stored(), app.now() - PAUSE).await?;
    let user = user.filter(|_| !recent);
    app.jobs.enqueue(tx, &AccountMail { user, purpose }).await?;
    Ok(())
}

/// Runs the job. Repeated, it mails another token; those before stay good, since their mail may be the one that
/// arrives.
pub async fn send(app: &App, context: &JobContext, job: AccountMail) -> Result<(), JobError> {
    let Some(id) = job.user else { return Ok(()) };
    let Some(user) = user::find(app.database().read(), id).await? else { return Ok(()) };
    let needless = match job.purpose {
        Purpose::ResetPassword => false,
        Purpose::VerifyEmail => user.email_verified_at.is_some(),
    };
    if needless || role::is_barred(app, &user) {
        return Ok(());
    }
    let token = Secret::generate(job.purpose.prefix())?;
    let now = app.now();
    let row = ActiveModel {
        hash: Set(token.hash()),
        user_id: Set(id),
        purpose: Set(job.purpose.stored()),
        issued_at: Set(now),
        expires_at: Set(now + job.purpose.lifetime()),
    };
    account_token::insert(app.database(), row).await?;
    let write = match job.purpose {
        Purpose::ResetPassword => mail::password_reset,
        Purpose::VerifyEmail => mail::verify_email,
    };
    let message = write(&user.language, &user.name, &token);
    let mail = Mail {
        id: context.id.to_string(),
        to: Email::stored(user.email),
        subject: message.subject,
        text: message.text,
    };
    app.send(&mail).await
}
