//! Attaching a picture that was sent.

use catalog_entities::media;
use contracts::catalog::ProductChange;
use platform_core::id::{MediaId, ProductId, VariantId};
use platform_database::Transaction;
use platform_identity::Identity;

use super::error::MediaError;
use super::graphql::CreateMediaInput;
use super::{PURPOSE, store};
use crate::app::App;
use crate::edit::EditError;
use crate::edit::write::{finish, lock_own};
use crate::names::localized_text;
use crate::product::objects::MAX_MEDIA;

/// Attaches the picture of an upload to a product, as its last one.
pub async fn create_media(
    app: &App,
    caller: &Identity,
    input: CreateMediaInput,
) -> Result<MediaId, MediaError> {
    let product = input.product_id;
    let alt = localized_text("alt", input.alt)?;
    app.media().serve_upload(caller, input.upload_id, PURPOSE, product.0).await?;
    let tx = app.begin().await?;
    lock_own(&tx, caller, "productId", product).await?;
    check_variant(&tx, product, input.variant_id).await?;
    let others = store::of_product(&tx, product).await?;
    if i32::try_from(others.len()).unwrap_or(i32::MAX) >= MAX_MEDIA {
        return Err(MediaError::TooMany);
    }
    let attached = app.media().attach(&tx, caller, input.upload_id, PURPOSE, product.0).await?;
    let id: MediaId = app.next_id();
    let row = media::Model {
        id,
        product_id: product,
        variant_id: input.variant_id,
        position: others.last().map_or(0, |last| last.position.saturating_add(1)),
        alt,
        file: attached.name.as_str().to_owned(),
        content_type: attached.name.content_type().to_owned(),
        width: attached.width,
        height: attached.height,
        created_at: app.now(),
    };
    store::insert(&tx, row).await?;
    finish(app, tx, product, ProductChange::Updated).await?;
    Ok(id)
}

/// Refuses a variant that is not the product's.
pub async fn check_variant(
    tx: &Transaction,
    product: ProductId,
    variant: Option<VariantId>,
) -> Result<(), MediaError> {
    match variant {
        Some(variant) if !store::is_variant_of(tx, variant, product).await? => {
            Err(EditError::UnknownVariant("variantId").into())
        }
        _ => Ok(()),
    }
}
