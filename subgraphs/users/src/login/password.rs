//! Login with email and password.

use chrono::{DateTime, Utc};
use platform_core::id::SessionId;
use platform_database::Transaction;
use platform_identity::Identity;
use platform_text::{Email, optional_line};
use sea_orm::ActiveValue::Set;
use serde_json::json;
use users_entities::{session, user};

use crate::account;
use crate::app::App;
use crate::audit::{self, Action};
use crate::password::Verdict;
use crate::role;
use crate::secret::Secret;
use crate::session::store as sessions;
use crate::session::tokens::{self, IssuedTokens, REFRESH_PREFIX};
use crate::session::{Attempt, SessionError};
use crate::store;
use crate::token::SigningKey;

const MAX_DEVICE: usize = 100;

/// What came of a login.
pub enum LoginOutcome {
    Success(IssuedTokens),
    /// No account has this address, or the password is wrong: which of them is not told.
    InvalidCredentials,
    /// Too many failures; the password was not looked at.
    Locked {
        until: DateTime<Utc>,
    },
    /// The password is right, and the account was blocked.
    Blocked,
}

/// Takes as long for an unknown address as for a wrong password.
pub async fn login(
    app: &App,
    caller: &Identity,
    email: &str,
    password: String,
    device: Option<String>,
) -> Result<LoginOutcome, SessionError> {
    let device = check_device(device.as_deref())?;
    let written = email;
    let Ok(email) = Email::parse("email", written) else { return Ok(LoginOutcome::InvalidCredentials) };
    let attempt = Attempt::new(&email, caller);
    let decoy = app.hasher().decoy().await?;
    let slot = app.hasher().slot().await?;
    // Looked at with a core in hand: as many guesses as there are cores can pass before a failure is counted, not as
    // many as come at once.
    if let Some(until) = attempt.locked_until(app).await? {
        return Ok(LoginOutcome::Locked { until });
    }
    let found = account::by_email(app.database().read(), &email, written).await?;
    let stored = found.as_ref().and_then(|user| user.password_hash.clone());
    let known = stored.is_some();
    let (verdict, slot) =
        slot.verify(password.clone(), stored.clone().unwrap_or_else(|| decoy.to_owned())).await?;
    let (Some(found), Verdict::Right { outdated }, true) = (found, verdict, known) else {
        attempt.count_failure(app).await?;
        return Ok(LoginOutcome::InvalidCredentials);
    };
    drop(slot);
    let rehashed = if outdated { Some(app.hasher().hash(password).await?) } else { None };
    let key = tokens::signing_key(app).await?;
    let tx = app.begin().await?;
    // Who will write the row may not share it first: two of them would wait for each other.
    let user = match rehashed {
        Some(_) => store::user::lock(&tx, found.id).await?,
        None => store::user::lock_shared(&tx, found.id).await?,
    };
    // Changed since it was checked: the password counts no more.
    let Some(user) = user.filter(|user| user.password_hash == stored) else {
        return Ok(LoginOutcome::InvalidCredentials);
    };
    if role::is_barred(app, &user) {
        return Ok(LoginOutcome::Blocked);
    }
    attempt.succeeded(&tx, app.now()).await?;
    let issued = open(&tx, app, caller, &key, &user, device).await?;
    if let Some(hash) = rehashed {
        // The same password, at the cost that is configured now.
        store::user::replace_hash(&tx, user.id, stored, hash).await?;
    }
    tx.commit().await?;
    Ok(LoginOutcome::Success(issued))
}

/// Begins a session of `user`, whose row is locked.
pub async fn open(
    tx: &Transaction,
    app: &App,
    caller: &Identity,
    key: &SigningKey,
    user: &user::Model,
    device: Option<String>,
) -> Result<IssuedTokens, SessionError> {
    let now = app.now();
    let refresh = Secret::generate(REFRESH_PREFIX)?;
    let refresh_expires_at = tokens::refresh_expiry(&app.config.auth, now, now);
    let row = session::ActiveModel {
        id: Set(app.next_id::<SessionId>()),
        user_id: Set(user.id),
        device: Set(device),
        created_at: Set(now),
        refreshed_at: Set(now),
        expires_at: Set(refresh_expires_at),
        revoked_at: Set(None),
        revocation_reason: Set(None),
    };
    let session = sessions::insert(tx, row).await?;
    tokens::store_refresh(tx, session.id, &refresh, now, refresh_expires_at).await?;
    let access = tokens::access_token(tx, app, key, user, &session).await?;
    let actor = Identity { user: Some(user.id), session: Some(session.id), ..caller.clone() };
    audit::record(tx, app, &actor, Action::SessionStarted, session.id.0, json!({})).await?;
    Ok(IssuedTokens { user: user.id, session: session.id, access, refresh, refresh_expires_at })
}

/// The name of a device as it is stored.
pub fn check_device(device: Option<&str>) -> Result<Option<String>, SessionError> {
    Ok(optional_line("device", device, MAX_DEVICE)?)
}
