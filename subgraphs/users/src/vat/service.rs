//! Changes of VAT ids: by their users, and the mark by staff.

use platform_core::id::UserId;
use platform_core::{ApiError, ErrorCode};
use platform_database::StoreError;
use platform_identity::Identity;
use platform_text::{TextError, VatId};
use serde_json::json;

use super::store;
use crate::app::App;
use crate::audit::{self, Action};
use crate::role::{self, StandingError};

#[derive(Debug, thiserror::Error)]
pub enum VatIdError {
    #[error("only a user has a VAT id")]
    NotAUser,
    #[error("there is no user with this id")]
    UnknownUser,
    #[error("the user has no such VAT id; read it again and check the one that stands there now")]
    Changed,
    #[error(transparent)]
    Text(#[from] TextError),
    #[error(transparent)]
    Standing(#[from] StandingError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl ApiError for VatIdError {
    fn code(&self) -> ErrorCode {
        match self {
            Self::NotAUser => ErrorCode::Forbidden,
            Self::Changed | Self::UnknownUser => ErrorCode::NotFound,
            Self::Text(_) => ErrorCode::BadUserInput,
            Self::Standing(error) => error.code(),
            Self::Store(error) => error.code(),
        }
    }

    fn field(&self) -> Option<&str> {
        match self {
            Self::Text(error) => Some(error.field()),
            Self::Changed => Some("vatId"),
            Self::UnknownUser => Some("userId"),
            Self::NotAUser | Self::Standing(_) | Self::Store(_) => None,
        }
    }
}

platform_core::api_error!(VatIdError);

/// Gives `user` a VAT id, or takes it away.
pub async fn set(app: &App, actor: &Identity, user: UserId, vat_id: Option<&str>) -> Result<(), VatIdError> {
    let vat_id = vat_id.map(|text| VatId::parse("vatId", text)).transpose()?;
    let tx = role::begin(app, actor, &[user]).await?;
    match vat_id {
        Some(id) => store::set(&tx, user, id.into(), app.now()).await?,
        None if store::remove(&tx, user).await? => {}
        None => return Ok(()),
    }
    audit::record(&tx, app, actor, Action::VatIdSet, user.0, json!({})).await?;
    Ok(tx.commit().await?)
}

/// Marks a user's VAT id valid, or takes the mark away.
pub async fn validate(
    app: &App,
    actor: &Identity,
    user: UserId,
    vat_id: &str,
    valid: bool,
) -> Result<(), VatIdError> {
    let vat_id = VatId::parse("vatId", vat_id)?;
    let tx = role::begin(app, actor, &[user]).await?;
    if !store::mark(&tx, user, vat_id.as_str(), valid.then(|| app.now())).await? {
        let is_known = store::is_user(&tx, user).await?;
        return Err(if is_known { VatIdError::Changed } else { VatIdError::UnknownUser });
    }
    audit::record(&tx, app, actor, Action::VatIdValidated, user.0, json!({ "valid": valid })).await?;
    Ok(tx.commit().await?)
}
