//! Changes of the profile.

use async_graphql::MaybeUndefined;
use platform_core::id::UserId;
use platform_identity::Identity;
use platform_text::https_url;
use sea_orm::ActiveValue::Set;
use serde_json::json;
use users_entities::user;

use crate::account::create::{check_language, check_name};
use crate::account::error::AccountError;
use crate::app::App;
use crate::audit::{self, Action};
use crate::role;
use crate::store;

/// What changes; `None` and `Undefined` stay as they are.
pub struct ProfileChange {
    pub name: Option<String>,
    pub picture_url: MaybeUndefined<String>,
    pub phone: MaybeUndefined<String>,
    pub language: Option<String>,
}

pub async fn update(
    app: &App,
    actor: &Identity,
    user: UserId,
    change: ProfileChange,
) -> Result<(), AccountError> {
    let mut row: user::ActiveModel = user::ActiveModel { id: Set(user), ..Default::default() };
    let mut fields = Vec::new();
    if let Some(name) = change.name {
        row.name = Set(check_name(&name)?);
        fields.push("name");
    }
    if let Some(language) = change.language {
        row.language = Set(check_language(&language)?);
        fields.push("language");
    }
    if !change.picture_url.is_undefined() {
        row.picture_url =
            Set(change.picture_url.take().map(|url| https_url("pictureUrl", &url)).transpose()?);
        fields.push("pictureUrl");
    }
    if !change.phone.is_undefined() {
        row.phone = Set(change.phone.take().map(|text| platform_text::phone("phone", &text)).transpose()?);
        fields.push("phone");
    }
    if fields.is_empty() {
        return Ok(());
    }
    row.updated_at = Set(app.now());
    let tx = role::begin(app, actor, &[user]).await?;
    if store::user::find(&*tx, user).await?.is_none() {
        return Err(AccountError::NoSuchUser);
    }
    store::user::update(&tx, row).await?;
    audit::record(&tx, app, actor, Action::ProfileUpdated, user.0, json!({ "fields": fields })).await?;
    tx.commit().await?;
    Ok(())
}
