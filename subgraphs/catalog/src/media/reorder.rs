//! The order of a product's pictures.

use std::collections::HashSet;

use contracts::catalog::ProductChange;
use platform_core::id::{MediaId, ProductId};
use platform_identity::Identity;

use super::error::MediaError;
use super::store;
use crate::app::App;
use crate::edit::write::{finish, lock_own};

/// Puts all pictures of a product in an order.
pub async fn reorder_media(
    app: &App,
    caller: &Identity,
    product: ProductId,
    ids: &[MediaId],
) -> Result<(), MediaError> {
    let tx = app.begin().await?;
    lock_own(&tx, caller, "productId", product).await?;
    let rows = store::of_product(&tx, product).await?;
    let (known, given): (HashSet<MediaId>, HashSet<&MediaId>) =
        (rows.iter().map(|row| row.id).collect(), ids.iter().collect());
    if known.len() != ids.len() || given.len() != ids.len() || !ids.iter().all(|id| known.contains(id)) {
        return Err(MediaError::NotEach);
    }
    for (position, id) in (0..).zip(ids) {
        if rows.iter().any(|row| row.id == *id && row.position != position) {
            store::set_position(&tx, *id, position).await?;
        }
    }
    finish(app, tx, product, ProductChange::Updated).await?;
    Ok(())
}
