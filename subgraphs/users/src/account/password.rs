//! A new password for an account.

use platform_core::id::UserId;
use platform_database::Transaction;
use platform_identity::Identity;
use platform_text::Email;
use serde_json::json;
use users_entities::session::RevocationReason;

use crate::account::error::AccountError;
use crate::app::App;
use crate::audit::{self, Action};
use crate::password::{self, PasswordWeakness, Verdict};
use crate::role::{self, is_barred};
use crate::session::{self, Attempt, Which};
use crate::store;

/// What came of a change.
pub enum ChangeOutcome {
    Changed { ended_sessions: usize },
    WrongPassword,
    Weak(PasswordWeakness),
}

/// Changes the password of one who knows the old one. Ends the user's other sessions.
pub async fn change(
    app: &App,
    caller: &Identity,
    current: String,
    new: String,
) -> Result<ChangeOutcome, AccountError> {
    let id = caller.user.ok_or(AccountError::NotAUser)?;
    let found = store::user::find(app.database().read(), id).await?.ok_or(AccountError::NoSuchUser)?;
    if is_barred(app, &found) {
        return Err(AccountError::Barred);
    }
    let email = Email::stored(found.email);
    let Some(stored) = found.password_hash else { return Ok(ChangeOutcome::WrongPassword) };
    let slot = app.hasher().slot().await?;
    // A stolen access token must not become a way to guess the password.
    let attempt = Attempt::new(&email, caller);
    if attempt.locked_until(app).await?.is_some() {
        return Ok(ChangeOutcome::WrongPassword);
    }
    let (verdict, slot) = slot.verify(current, stored.clone()).await?;
    if verdict == Verdict::Wrong {
        attempt.count_failure(app).await?;
        return Ok(ChangeOutcome::WrongPassword);
    }
    drop(slot);
    if let Err(weakness) = password::check(&new, &email) {
        return Ok(ChangeOutcome::Weak(weakness));
    }
    let hash = app.hasher().hash(new).await?;
    let tx = role::begin(app, caller, &[id]).await?;
    let user = store::user::find(&*tx, id).await?;
    // Changed meanwhile by somebody who knew it too.
    if user.is_none_or(|user| user.password_hash.as_deref() != Some(&*stored)) {
        return Ok(ChangeOutcome::WrongPassword);
    }
    let sessions = caller.session.map_or(Which::All, Which::Others);
    let action = Action::PasswordChanged;
    let ended =
        replace(&tx, app, caller, Replacement { user: id, email: &email, hash, sessions, action }).await?;
    tx.commit().await?;
    Ok(ChangeOutcome::Changed { ended_sessions: ended })
}

/// A new password for `user`, and which sessions it ends.
pub struct Replacement<'a> {
    pub user: UserId,
    pub email: &'a Email,
    pub hash: String,
    pub sessions: Which,
    /// How it came about.
    pub action: Action,
}

/// Stores a new hash and ends sessions; the user's row is locked. Returns how many were ended.
pub async fn replace(
    tx: &Transaction,
    app: &App,
    actor: &Identity,
    new: Replacement<'_>,
) -> Result<usize, AccountError> {
    let Replacement { user, email, hash, sessions, action } = new;
    store::user::set_password(tx, user, hash, app.now()).await?;
    Attempt::new(email, actor).proved(tx, app.now()).await?;
    audit::record(tx, app, actor, action, user.0, json!({})).await?;
    Ok(session::revoke(tx, app, actor, user, sessions, RevocationReason::PasswordChanged).await?.len())
}
