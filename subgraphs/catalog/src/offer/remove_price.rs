//! Taking one price of an offer away.

use contracts::catalog::ProductChange;
use platform_identity::Identity;

use super::graphql::RemoveOfferPriceInput;
use super::store;
use crate::access::for_vendor;
use crate::app::App;
use crate::edit::EditError;
use crate::edit::check::customer_group;
use crate::edit::write::{finish, lock, refresh_prices};

/// The offer has no such price.
pub struct NoSuchPrice;

/// Takes a price of an offer of the caller's vendor away, or of any for administrators.
pub async fn remove_price(
    app: &App,
    caller: &Identity,
    input: RemoveOfferPriceInput,
) -> Result<Result<(), NoSuchPrice>, EditError> {
    let group = customer_group(input.customer_group.as_deref())?;
    let tx = app.begin().await?;
    let offer = store::find(&tx, input.offer_id).await?.ok_or(EditError::UnknownOffer("offerId"))?;
    for_vendor(caller, offer.vendor_id)?;
    lock(&tx, "offerId", offer.product_id).await?;
    let key = (offer.id, input.currency.to_string(), group, input.min_quantity);
    if !store::delete_price(&tx, key).await? {
        return Ok(Err(NoSuchPrice));
    }
    refresh_prices(&tx, &[offer.product_id]).await?;
    finish(app, tx, offer.product_id, ProductChange::Updated).await?;
    Ok(Ok(()))
}
