//! The exchange of a refresh token for the next pair.

use chrono::TimeDelta;
use platform_identity::Identity;
use sea_orm::prelude::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect};
use users_entities::session::RevocationReason;
use users_entities::{refresh_token, session, user};

use crate::app::App;
use crate::role;
use crate::secret::{Secret, random_bytes};
use crate::session::tokens::{self, IssuedTokens, REFRESH_PREFIX};
use crate::session::{SessionError, Which, revoke};

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
    let Some(row) = refresh_token::Entity::find_by_id(token.hash()).one(app.database().read()).await? else {
        return Ok(RefreshOutcome::Unknown);
    };
    let Some(found) = session::Entity::find_by_id(row.session_id).one(app.database().read()).await? else {
        return Ok(RefreshOutcome::Unknown);
    };
    let key = tokens::signing_key(app).await?;

    let tx = app.begin().await?;
    let user = user::Entity::find_by_id(found.user_id).lock_shared().one(&*tx).await?;
    let session = session::Entity::find_by_id(found.id).lock_exclusive().one(&*tx).await?;
    let row = refresh_token::Entity::find_by_id(token.hash()).lock_exclusive().one(&*tx).await?;
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
        let refresh_expires_at =
            tokens::refresh_expiry(&app.platform().config.auth, session.created_at, rotated_at);
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
    let refresh_expires_at = tokens::refresh_expiry(&app.platform().config.auth, session.created_at, now);
    refresh_token::Entity::update_many()
        .col_expr(refresh_token::Column::RotatedAt, Expr::value(now))
        .col_expr(refresh_token::Column::SuccessorSalt, Expr::value(salt.to_vec()))
        .filter(refresh_token::Column::Hash.eq(token.hash()))
        .exec(&*tx)
        .await?;
    tokens::store_refresh(&tx, session.id, &refresh, now, refresh_expires_at).await?;
    session::Entity::update_many()
        .col_expr(session::Column::RefreshedAt, Expr::value(now))
        .col_expr(session::Column::ExpiresAt, Expr::value(refresh_expires_at))
        .filter(session::Column::Id.eq(session.id))
        .exec(&*tx)
        .await?;
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
