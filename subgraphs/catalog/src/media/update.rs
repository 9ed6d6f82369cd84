//! Changing what is said of a picture.

use contracts::catalog::ProductChange;
use platform_core::id::ProductId;
use platform_identity::Identity;
use sea_orm::ActiveValue::Set;
use sea_orm::IntoActiveModel;

use super::create::check_variant;
use super::error::MediaError;
use super::graphql::UpdateMediaInput;
use super::store;
use crate::app::App;
use crate::edit::write::{finish, lock_own};
use crate::given::{optional, required};
use crate::names::localized_text;

/// Changes a picture of a product of the caller's vendor, or of any for administrators. What is absent stays as it is.
pub async fn update_media(
    app: &App,
    caller: &Identity,
    input: UpdateMediaInput,
) -> Result<ProductId, MediaError> {
    let tx = app.begin().await?;
    let product = store::product_of(&tx, input.id).await?.ok_or(MediaError::Unknown)?;
    lock_own(&tx, caller, "id", product).await?;
    let row = store::find(&tx, input.id).await?.ok_or(MediaError::Unknown)?;
    let mut update = row.into_active_model();
    if let Some(alt) = required("alt", input.alt)? {
        update.alt = Set(localized_text("alt", alt)?);
    }
    if let Some(variant) = optional(input.variant_id) {
        check_variant(&tx, product, variant).await?;
        update.variant_id = Set(variant);
    }
    store::update(&tx, update).await?;
    finish(app, tx, product, ProductChange::Updated).await?;
    Ok(product)
}
