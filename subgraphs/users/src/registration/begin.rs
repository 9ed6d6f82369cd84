//! The first half: what somebody wants to have, kept until the code comes.

use chrono::{DateTime, Utc};
use platform_commerce::Market;
use platform_identity::Identity;
use platform_text::Email;
use sea_orm::ActiveValue::Set;
use users_entities::registration;

use crate::account::{AccountError, check_language, check_name};
use crate::app::App;
use crate::mail::limit;
use crate::password::{self, PasswordWeakness};
use crate::registration::mail::RegistrationMail;
use crate::registration::{LIFETIME, store};
use crate::secret::Secret;
use crate::session::SessionError;

const PREFIX: &str = "souk_rg_";

/// What a client gives.
pub struct Registration {
    pub email: String,
    pub password: String,
    pub name: String,
    pub language: Option<String>,
}

/// What registering came to, whoever has the address.
pub enum RegisterOutcome {
    Pending { registration: Secret, expires_at: DateTime<Utc> },
    Weak(PasswordWeakness),
}

/// Keeps a registration and has a mail sent. Does not look whether an account has the address: the job does.
pub async fn register(
    app: &App,
    caller: &Identity,
    input: Registration,
) -> Result<RegisterOutcome, AccountError> {
    let email = Email::parse("email", &input.email)?;
    let name = check_name(&input.name)?;
    let language = check_language(input.language.as_deref().unwrap_or(&Market::of(caller).language))?;
    if let Err(weakness) = password::check(&input.password, &email) {
        return Ok(RegisterOutcome::Weak(weakness));
    }
    limit::take(app, caller.network, Some(&email)).await?;
    let password_hash = app.hasher().hash(input.password).await?;
    let secret = Secret::generate(PREFIX).map_err(SessionError::from)?;
    let (id, now) = (app.next_id::<uuid::Uuid>(), app.now());
    let expires_at = now + LIFETIME;
    let row = registration::ActiveModel {
        id: Set(id),
        hash: Set(secret.hash()),
        email_key: Set(email.key()),
        email: Set(email.as_str().to_owned()),
        password_hash: Set(password_hash),
        name: Set(name),
        language: Set(language),
        code_hash: Set(None),
        mailed_at: Set(None),
        wrong_codes: Set(0),
        created_at: Set(now),
        expires_at: Set(expires_at),
    };
    let tx = app.begin().await?;
    store::insert(&tx, row).await?;
    app.jobs.enqueue(&tx, &RegistrationMail { registration: id }).await?;
    tx.commit().await?;
    Ok(RegisterOutcome::Pending { registration: secret, expires_at })
}
