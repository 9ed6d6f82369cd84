//! The end of sessions before their time.

use platform_core::id::{SessionId, UserId};
use platform_database::{StoreError, Transaction};
use platform_identity::Identity;
use serde_json::json;
use users_entities::session::RevocationReason;

use super::store;
use crate::app::App;
use crate::audit::{self, Action};
use crate::feeds;
use crate::revocation::{self, Kind};
use crate::store::user;

/// Which of a user's sessions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Which {
    One(SessionId),
    All,
    /// All but the one that asks.
    Others(SessionId),
}

/// Ends those of `user`'s sessions that are in force, and returns them. The gateway hears of them by their
/// revocations; open subscriptions of this subgraph by the wake-up.
pub async fn revoke(
    tx: &Transaction,
    app: &App,
    actor: &Identity,
    user: UserId,
    which: Which,
    reason: RevocationReason,
) -> Result<Vec<SessionId>, StoreError> {
    if !matches!(which, Which::One(_)) {
        // Serialises those who end several sessions of one user; before the sessions, as everywhere.
        user::lock(tx, user).await?;
    }
    let now = app.now();
    let revoked = store::revoke(tx, user, which, reason, now).await?;
    for session in &revoked {
        let details = json!({ "reason": reason_name(reason) });
        audit::record(tx, app, actor, Action::SessionRevoked, session.id.0, details).await?;
    }
    let ids: Vec<SessionId> = revoked.iter().map(|session| session.id).collect();
    let subjects: Vec<_> = ids.iter().map(|id| id.0).collect();
    revocation::record(tx, Kind::Session, &subjects, now).await?;
    feeds::wake_on_commit(tx, app, user);
    Ok(ids)
}

const fn reason_name(reason: RevocationReason) -> &'static str {
    match reason {
        RevocationReason::Logout => "logout",
        RevocationReason::LogoutEverywhere => "logout-everywhere",
        RevocationReason::RefreshTokenReused => "refresh-token-reused",
        RevocationReason::PasswordChanged => "password-changed",
        RevocationReason::UserBlocked => "user-blocked",
    }
}
