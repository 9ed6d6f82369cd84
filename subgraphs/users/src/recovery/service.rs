//! What a token sent by mail allows.

use platform_core::id::UserId;
use platform_database::{StoreError, Transaction};
use platform_identity::Identity;
use platform_text::Email;
use sea_orm::prelude::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect};
use serde_json::json;
use users_entities::{account_token, user};

use crate::account::{self, AccountError, Replacement};
use crate::app::App;
use crate::audit::{self, Action};
use crate::mail::limit;
use crate::password::{self, PasswordWeakness};
use crate::recovery::RecoveryError;
use crate::recovery::mail::{self, Purpose};
use crate::role;
use crate::secret::Secret;
use crate::session::Which;

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
    let found = user::Entity::find_by_id(user).one(app.database().read()).await?;
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
    mark_verified(&tx, app, user.id).await?;
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
    mark_verified(&tx, app, user.id).await?;
    let actor = Identity { user: Some(user.id), ..caller.clone() };
    audit::record(&tx, app, &actor, Action::EmailVerified, user.id.0, json!({})).await?;
    tx.commit().await?;
    Ok(true)
}

/// Locks the user's row; false if the account may not be used by now.
async fn lock(tx: &Transaction, app: &App, user: UserId) -> Result<bool, StoreError> {
    let found = user::Entity::find_by_id(user).lock_exclusive().one(&**tx).await?;
    Ok(found.is_some_and(|user| !role::is_barred(app, &user)))
}

/// Whose token it is, if it is good and the account may be used.
async fn holder(app: &App, token: &Secret, purpose: Purpose) -> Result<Option<user::Model>, StoreError> {
    let row = account_token::Entity::find_by_id(token.hash()).one(app.database().read()).await?;
    let good = row.filter(|row| row.purpose == purpose.stored() && row.expires_at > app.now());
    match good {
        Some(row) => {
            let user = user::Entity::find_by_id(row.user_id).one(app.database().read()).await?;
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
    let used = account_token::Entity::delete_many()
        .filter(account_token::Column::Hash.eq(token.hash()))
        .filter(account_token::Column::ExpiresAt.gt(app.now()))
        .exec(&**tx)
        .await?;
    account_token::Entity::delete_many()
        .filter(account_token::Column::UserId.eq(user))
        .filter(account_token::Column::Purpose.eq(purpose.stored()))
        .exec(&**tx)
        .await?;
    Ok(used.rows_affected == 1)
}

async fn mark_verified(tx: &Transaction, app: &App, user: UserId) -> Result<(), StoreError> {
    user::Entity::update_many()
        .col_expr(user::Column::EmailVerifiedAt, Expr::value(app.now()))
        .filter(user::Column::Id.eq(user))
        .filter(user::Column::EmailVerifiedAt.is_null())
        .exec(&**tx)
        .await?;
    Ok(())
}
