//! Making a vendor's offer of a variant, or putting another in its place.

use std::collections::HashSet;

use catalog_entities::product::ProductStatus;
use catalog_entities::{offer, offer_price};
use contracts::catalog::ProductChange;
use platform_commerce::Money;
use platform_core::id::OfferId;
use platform_identity::Identity;

use super::check::customer_group;
use super::error::{EditError, MAX_PRICE_MINOR, MAX_PRICES};
use super::input::{PriceInput, SetOfferInput};
use super::store::offer as store;
use super::store::variant::find_variant;
use super::write::{finish, lock, refresh_prices};
use crate::access::for_vendor;
use crate::app::App;

/// Makes or replaces a vendor's offer. A vendor may offer variants of another vendor's product, once it is on sale; an
/// offer that is there can be changed whatever became of the product.
pub async fn set_offer(app: &App, caller: &Identity, input: SetOfferInput) -> Result<OfferId, EditError> {
    for_vendor(caller, input.vendor_id)?;
    let now = app.now();
    let tx = app.begin().await?;
    let variant = find_variant(&tx, input.variant_id).await?;
    let variant = variant.ok_or(EditError::UnknownVariant("variantId"))?;
    let product = lock(&tx, "variantId", variant.product_id).await?;
    let known = store::find_offer(&tx, variant.id, input.vendor_id).await?;
    if known.is_none() && product.vendor_id != input.vendor_id && product.status != ProductStatus::Active {
        return Err(EditError::UnknownVariant("variantId"));
    }
    let id = match known {
        Some(row) => {
            store::set_status(&tx, row.id, input.status, now).await?;
            row.id
        }
        None => {
            let id = app.next_id();
            let row = offer::Model {
                id,
                variant_id: variant.id,
                product_id: product.id,
                vendor_id: input.vendor_id,
                status: input.status,
                created_at: now,
                updated_at: now,
            };
            store::insert_offer(&tx, row).await?;
            id
        }
    };
    store::replace_prices(&tx, id, price_rows(id, input.prices)?).await?;
    refresh_prices(&tx, &[product.id]).await?;
    finish(app, tx, product.id, ProductChange::Updated).await?;
    Ok(id)
}

fn price_rows(offer: OfferId, prices: Vec<PriceInput>) -> Result<Vec<offer_price::Model>, EditError> {
    if prices.len() > MAX_PRICES {
        return Err(EditError::InvalidPrices);
    }
    let mut seen = HashSet::new();
    prices
        .into_iter()
        .map(|input| {
            let amount = Money::try_from(input.price)?;
            let currency = amount.currency();
            let compare_at = match input.compare_at {
                Some(text) => Some(Money::parse(&text.0, currency)?.minor()),
                None => None,
            };
            let customer_group = customer_group(input.customer_group.as_deref())?;
            if amount.minor().max(compare_at.unwrap_or(0)) > MAX_PRICE_MINOR {
                return Err(EditError::PriceTooHigh);
            }
            if amount.is_negative() || compare_at.is_some_and(|compare_at| compare_at < amount.minor()) {
                return Err(EditError::InvalidPrice);
            }
            if input.min_quantity < 1 || !seen.insert((currency, customer_group.clone(), input.min_quantity))
            {
                return Err(EditError::InvalidPrices);
            }
            Ok(offer_price::Model {
                offer_id: offer,
                currency: currency.to_string(),
                customer_group,
                min_quantity: input.min_quantity,
                amount: amount.minor(),
                compare_at,
            })
        })
        .collect()
}
