//! What a token sent by mail allows.

use platform_core::id::UserId;
use platform_database::{StoreError, Transaction};
use platform_identity::Identity;
use platform_text::Email;
use serde_json::json;
use users_entities::user;

use crate::account::{self, AccountError, Replacement};
use crate::app::App;
use crate::audit::{self, Action};
use crate::mail::limit;
use crate::password::{self, PasswordWeakness};
use crate::recovery::RecoveryError;
use crate::recovery::mail::{self, Purpose};
use crate::recovery::store::mark_verified;
use crate::role;
use crate::secret::Secret;
use crate::session::Which;
use crate::store::{self, account_token};

/// Has a mail sent if an account that may be used has the address.
pub async fn request_reset(app: &App, caller: &Identity, email: &str) -> Result<(), RecoveryError> {
    let written = email;
    let email = Email::parse("email", written).map_err(AccountError::Text)?;
    limit::take(app, caller.network, Some(&email)).await?;
    let tx = app.begin().await?;
    let user = account::by_email(&*tx, &email, written).await?.filter(|user| !role::is_barred(app, user));
    mail::enqueue(&tx, app, Purpose::ResetPassword, user.map(|user| user.id)).await?;
    tx.commit().await?;
    Ok(())
}

/// Has a mail sent to the caller.
pub async fn request_verification(app: &App, caller: &Identity) -> Result<(), RecoveryError> {
    let user = caller.user.ok_or(RecoveryError::NotAUser)?;
    let found = store::user::find(app.database().read(), user).await?;
    let email = Email::stored(found.ok_or(RecoveryError::NotAUser)?.email);
    limit::take(app, caller.network, Some(&email)).await?;
    let tx = app.begin().await?;
    mail::enqueue(&tx, app, Purpose::VerifyEmail, Some(user)).await?;
    tx.commit().await?;
    Ok(())
}

/// What came of a reset.
pub enum ResetOutcome {
    Reset,
    InvalidToken,
    Weak(PasswordWeakness),
}

/// Sets a new password and ends all sessions. A token whose new password is refused stays good.
pub async fn reset(
    app: &App,
    caller: &Identity,
    token: String,
    password: String,
) -> Result<ResetOutcome, RecoveryError> {
    let token = Secret::received(token);
    let Some(user) = holder(app, &token, Purpose::ResetPassword).await? else {
        return Ok(ResetOutcome::InvalidToken);
    };
    let email = Email::stored(user.email);
    if let Err(weakness) = password::check(&password, &email) {
        return Ok(ResetOutcome::Weak(weakness));
    }
    let hash = app.hasher().hash(password).await.map_err(AccountError::Hasher)?;
    let tx = app.begin().await?;
    if !lock(&tx, app, user.id).await? || !consume(&tx, app, &token, user.id, Purpose::ResetPassword).await? {
        return Ok(ResetOutcome::InvalidToken);
    }
    let actor = Identity { user: Some(user.id), session: None, ..caller.clone() };
    mark_verified(&tx, user.id, app.now()).await?;
    let (sessions, action) = (Which::All, Action::PasswordReset);
    let new = Replacement { user: user.id, email: &email, hash, sessions, action };
    account::replace_password(&tx, app, &actor, new).await?;
    tx.commit().await?;
    Ok(ResetOutcome::Reset)
}

/// Notes that the address is the user's; false for a token that is not good.
pub async fn verify(app: &App, caller: &Identity, token: String) -> Result<bool, RecoveryError> {
    let token = Secret::received(token);
    let Some(user) = holder(app, &token, Purpose::VerifyEmail).await? else { return Ok(false) };
    let tx = app.begin().await?;
    if !lock(&tx, app, user.id).await? || !consume(&tx, app, &token, user.id, Purpose::VerifyEmail).await? {
        return Ok(false);
    }
    mark_verified(&tx, user.id, app.now()).await?;
    let actor = Identity { user: Some(user.id), ..caller.clone() };
    audit::record(&tx, app, &actor, Action::EmailVerified, user.id.0, json!({})).await?;
    tx.commit().await?;
    Ok(true)
}

/// Locks the user's row; false if the account may not be used by now.
async fn lock(tx: &Transaction, app: &App, user: UserId) -> Result<bool, StoreError> {
    let found = store::user::lock(tx, user).await?;
    Ok(found.is_some_and(|user| !role::is_barred(app, &user)))
}

/// Whose token it is, if it is good and the account may be used.
async fn holder(app: &App, token: &Secret, purpose: Purpose) -> Result<Option<user::Model>, StoreError> {
    let row = account_token::find(app.database(), token.hash()).await?;
    let good = row.filter(|row| row.purpose == purpose.stored() && row.expires_at > app.now());
    match good {
        Some(row) => {
            let user = store::user::find(app.database().read(), row.user_id).await?;
            Ok(user.filter(|user| !role::is_barred(app, user)))
        }
        None => Ok(None),
    }
}

/// Uses a token up, and the user's others of its purpose with it; false if another request was faster.
async fn consume(
    tx: &Transaction,
    app: &App,
    token: &Secret,
    user: UserId,
    purpose: Purpose,
) -> Result<bool, StoreError> {
    let taken = account_token::take(tx, token.hash(), app.now()).await?;
    account_token::delete_of_purpose(tx, user, purpose.stored()).await?;
    Ok(taken)
}
