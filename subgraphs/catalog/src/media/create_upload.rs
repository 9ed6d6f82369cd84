//! Asking for an upload of a picture.

use platform_core::id::ProductId;
use platform_files::{Kind, NewUpload, OpenUpload};
use platform_identity::Identity;

use super::error::MediaError;
use super::{MAX_BYTES, PURPOSE};
use crate::access::for_vendor;
use crate::app::App;
use crate::edit::EditError;

/// Makes an upload for a product of the caller's vendor, or of any for administrators.
pub async fn create_upload(
    app: &App,
    caller: &Identity,
    product: ProductId,
) -> Result<OpenUpload, MediaError> {
    let found = app.products().one(product).await?;
    let found = found.ok_or(EditError::UnknownProduct("productId"))?;
    for_vendor(caller, found.row.vendor_id).map_err(EditError::from)?;
    let new = NewUpload { purpose: PURPOSE, subject: product.0, kinds: &Kind::ALL, max_bytes: MAX_BYTES };
    Ok(app.media().open_upload(caller, new).await?)
}
