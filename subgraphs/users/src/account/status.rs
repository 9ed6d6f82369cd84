//! Blocking of accounts by staff.

use platform_core::id::UserId;
use platform_identity::Identity;
use serde_json::json;
use users_entities::session::RevocationReason;
use users_entities::user::Status;

use crate::account::error::AccountError;
use crate::app::App;
use crate::audit::{self, Action};
use crate::role;
use crate::session::{self, Which};
use crate::store;

/// Blocks or unblocks; false if it was so before. A block ends all sessions and tokens.
pub async fn set(app: &App, actor: &Identity, id: UserId, status: Status) -> Result<bool, AccountError> {
    if actor.owns(id) && status == Status::Blocked {
        return Err(AccountError::BlocksItself);
    }
    let tx = role::begin(app, actor, &[id]).await?;
    let user = store::user::find(&*tx, id).await?.ok_or(AccountError::UnknownUser)?;
    if user.status == status {
        return Ok(false);
    }
    let now = app.now();
    store::user::set_status(&tx, id, status, now).await?;
    match status {
        Status::Blocked => {
            audit::record(&tx, app, actor, Action::UserBlocked, id.0, json!({})).await?;
            role::touch_auth(&tx, app, id, now).await?;
            // Mailed codes are over, whatever becomes of the account.
            store::account_token::delete_all(&tx, id).await?;
            session::revoke(&tx, app, actor, id, Which::All, RevocationReason::UserBlocked).await?;
        }
        Status::Active => audit::record(&tx, app, actor, Action::UserUnblocked, id.0, json!({})).await?,
    }
    tx.commit().await?;
    Ok(true)
}
