//! The exchange of a refresh token for the next pair.

use chrono::TimeDelta;
use platform_identity::Identity;
use users_entities::session::RevocationReason;

use crate::app::App;
use crate::role;
use crate::secret::{Secret, random_bytes};
use crate::session::tokens::{self, IssuedTokens, REFRESH_PREFIX};
use crate::session::{SessionError, Which, revoke, store};
use crate::store::user;

/// A token that comes again within this time was sent twice by one client (several tabs, a lost answer) and is
/// answered with the same successor; later it was copied.
const GRACE: TimeDelta = TimeDelta::seconds(10);

/// What came of an exchange.
pub enum RefreshOutcome {
    Success(IssuedTokens),
    /// Not a token of ours.
    Unknown,
    Expired,
    /// The session ended: by logout, by a new password, by staff.
    Revoked,
    /// The token was exchanged before; the session has now been ended for whoever holds its tokens.
    Reused,
}

pub async fn refresh(app: &App, caller: &Identity, token: String) -> Result<RefreshOutcome, SessionError> {
    let token = Secret::received(token);
    // Read without locks first, to lock in the order user, session, token.
    let Some(row) = store::find_refresh_token(app.database(), token.hash()).await? else {
        return Ok(RefreshOutcome::Unknown);
    };
    let Some(found) = store::find(app.database(), row.session_id).await? else {
        return Ok(RefreshOutcome::Unknown);
    };
    let key = tokens::signing_key(app).await?;

    let tx = app.begin().await?;
    let user = user::lock_shared(&tx, found.user_id).await?;
    let session = store::lock(&tx, found.id).await?;
    let row = store::lock_refresh_token(&tx, token.hash()).await?;
    let (Some(user), Some(session), Some(row)) = (user, session, row) else {
        return Ok(RefreshOutcome::Unknown);
    };
    if session.revoked_at.is_some() || role::is_barred(app, &user) {
        return Ok(RefreshOutcome::Revoked);
    }
    let now = app.now();
    if let (Some(rotated_at), Some(salt)) = (row.rotated_at, &row.successor_salt) {
        if now - rotated_at > GRACE {
            let actor = Identity { user: Some(user.id), ..caller.clone() };
            revoke(&tx, app, &actor, user.id, Which::One(session.id), RevocationReason::RefreshTokenReused)
                .await?;
            tx.commit().await?;
            tracing::warn!(session.id = %session.id, "a refresh token was used again; its session is revoked");
            return Ok(RefreshOutcome::Reused);
        }
        let refresh = token.successor(REFRESH_PREFIX, salt);
        let access = tokens::access_token(&tx, app, &key, &user, &session).await?;
        let refresh_expires_at = tokens::refresh_expiry(&app.config.auth, session.created_at, rotated_at);
        return Ok(RefreshOutcome::Success(IssuedTokens {
            user: user.id,
            session: session.id,
            access,
            refresh,
            refresh_expires_at,
        }));
    }
    if row.expires_at <= now {
        return Ok(RefreshOutcome::Expired);
    }

    let salt = random_bytes::<32>()?;
    let refresh = token.successor(REFRESH_PREFIX, &salt);
    let refresh_expires_at = tokens::refresh_expiry(&app.config.auth, session.created_at, now);
    store::rotate(&tx, token.hash(), &salt, now).await?;
    tokens::store_refresh(&tx, session.id, &refresh, now, refresh_expires_at).await?;
    store::extend(&tx, session.id, refresh_expires_at, now).await?;
    let access = tokens::access_token(&tx, app, &key, &user, &session).await?;
    tx.commit().await?;
    Ok(RefreshOutcome::Success(IssuedTokens {
        user: user.id,
        session: session.id,
        access,
        refresh,
        refresh_expires_at,
    }))
}
