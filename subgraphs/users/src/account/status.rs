//! Blocking of accounts by staff.

use platform_core::id::UserId;
use platform_identity::Identity;
use sea_orm::prelude::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde_json::json;
use users_entities::account_token;
use users_entities::session::RevocationReason;
use users_entities::user::{self, Status};

use crate::account::error::AccountError;
use crate::app::App;
use crate::audit::{self, Action};
use crate::role;
use crate::session::{self, Which};

/// Blocks or unblocks; false if it was so before. A block ends all sessions and tokens.
pub async fn set(app: &App, actor: &Identity, id: UserId, status: Status) -> Result<bool, AccountError> {
    if actor.owns(id) && status == Status::Blocked {
        return Err(AccountError::BlocksItself);
    }
    let tx = role::begin(app, actor, &[id]).await?;
    let user = user::Entity::find_by_id(id).one(&*tx).await?.ok_or(AccountError::UnknownUser)?;
    if user.status == status {
        return Ok(false);
    }
    let now = app.now();
    user::Entity::update_many()
        .col_expr(user::Column::Status, Expr::value(status))
        .col_expr(user::Column::UpdatedAt, Expr::value(now))
        .filter(user::Column::Id.eq(id))
        .exec(&*tx)
        .await?;
    match status {
        Status::Blocked => {
            audit::record(&tx, app, actor, Action::UserBlocked, id.0, json!({})).await?;
            role::touch_auth(&tx, app, id, now).await?;
            // Mailed codes are over, whatever becomes of the account.
            account_token::Entity::delete_many()
                .filter(account_token::Column::UserId.eq(id))
                .exec(&*tx)
                .await?;
            session::revoke(&tx, app, actor, id, Which::All, RevocationReason::UserBlocked).await?;
        }
        Status::Active => audit::record(&tx, app, actor, Action::UserUnblocked, id.0, json!({})).await?,
    }
    tx.commit().await?;
    Ok(true)
}
