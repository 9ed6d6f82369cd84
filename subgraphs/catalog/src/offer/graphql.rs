//! Offers in the API, for staff, and for a vendor those that are its own.

use std::sync::Arc;

use async_graphql::{Context, ID, InputObject, Object, Result, SimpleObject, Union};
use catalog_entities::offer::{self, OfferStatus};
use platform_commerce::CurrencyCode;
use platform_core::id::OfferId;
use platform_core::page::{Connection, Page};
use platform_identity::{Identity, Scope};
use platform_server::{access, caller};

use super::remove_price::{NoSuchPrice, remove_price};
use super::store::{self, Wanted};
use crate::access::{for_reading, reads_catalog, sees_all_unsold, sees_unsold};
use crate::app::App;
use crate::edit::EditError;
use crate::product::objects::{Offer, read_id};

/// Which offers; every field that is given must hold.
#[derive(Debug, Default, InputObject)]
pub struct OfferFilter {
    /// Made by this vendor: any for staff, and for others one that they act for.
    pub vendor_id: Option<ID>,
    /// Of this product's variants.
    pub product_id: Option<ID>,
    /// Of this variant.
    pub variant_id: Option<ID>,
    /// Sold or paused; both unless given.
    pub status: Option<OfferStatus>,
}

impl OfferFilter {
    /// What the caller asks for, as far as it may see it.
    fn wanted(self, caller: &Identity) -> Result<Wanted> {
        let vendors = match read_id("vendorId", self.vendor_id)? {
            Some(vendor) => {
                for_reading(caller, vendor)?;
                Some(vec![vendor])
            }
            None if sees_all_unsold(caller) || caller.has_scope(Scope::AllVendors) => None,
            None => Some(caller.vendors().collect()),
        };
        Ok(Wanted {
            vendors,
            product: read_id("productId", self.product_id)?,
            variant: read_id("variantId", self.variant_id)?,
            status: self.status,
        })
    }
}

#[derive(Default)]
pub struct OfferQuery;

#[Object]
impl OfferQuery {
    /// Offers of the vendors that the caller acts for, or all for staff, the newest first: paused ones too, and those of
    /// variants and products that are not on sale.
    #[graphql(directive = access::requires_scopes::apply(reads_catalog()))]
    async fn offers(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "All unless given.")] filter: Option<OfferFilter>,
        first: Option<i32>,
        after: Option<String>,
    ) -> Result<Option<Connection<Offer>>> {
        let wanted = filter.unwrap_or_default().wanted(caller(ctx)?)?;
        let page = Page::<OfferId>::parse(first, after.as_deref())?;
        let app = ctx.data_unchecked::<App>();
        let rows = store::page(app.database(), &wanted, &page).await?;
        let products = app.loaders().products(rows.iter().map(|row| row.product_id)).await?;
        // One that is newer than what this process keeps of its product is seen a moment later.
        let seen = |row: offer::Model| Offer::of(Arc::clone(products.get(&row.product_id)?), row.id);
        Ok(Some(page.connection(rows, |row| row.id, seen)))
    }

    /// An offer of a vendor that the caller acts for, or any for staff; null if there is none that the caller may see.
    #[graphql(directive = access::requires_scopes::apply(reads_catalog()))]
    async fn offer(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Of `Offer.id`.")] id: OfferId,
    ) -> Result<Option<Offer>> {
        let caller = caller(ctx)?;
        let found = Offer::find(ctx.data_unchecked(), id).await?;
        Ok(found.filter(|found| sees_unsold(caller, found.offer.row.vendor_id)))
    }
}

/// One price of an offer, to take away.
#[derive(Debug, InputObject)]
pub struct RemoveOfferPriceInput {
    /// An offer of the caller's vendor, or any for administrators.
    pub offer_id: OfferId,
    /// Currency of the price.
    pub currency: CurrencyCode,
    /// The group of customers that it is for; that for everybody unless given.
    pub customer_group: Option<String>,
    /// From how many pieces on it is.
    #[graphql(default = 1)]
    pub min_quantity: i32,
}

/// The price was taken away.
#[derive(SimpleObject)]
pub struct OfferPriceRemoved {
    /// The offer as it is now.
    pub offer: Offer,
}

/// The offer has no such price; nothing was changed.
#[derive(SimpleObject)]
pub struct NoSuchOfferPrice {
    /// The offer, unchanged.
    pub offer: Offer,
}

/// Outcome of `removeOfferPrice`.
#[derive(Union)]
pub enum RemoveOfferPriceResult {
    Removed(OfferPriceRemoved),
    NoSuchPrice(NoSuchOfferPrice),
}

#[derive(Default)]
pub struct OfferMutation;

#[Object]
impl OfferMutation {
    /// Takes one price of an offer away and leaves the others; in a currency without a price the offer is not sold.
    #[graphql(directive = access::scope::apply(Scope::CatalogWrite))]
    async fn remove_offer_price(
        &self,
        ctx: &Context<'_>,
        input: RemoveOfferPriceInput,
    ) -> Result<Option<RemoveOfferPriceResult>> {
        let app = ctx.data_unchecked::<App>();
        let id = input.offer_id;
        let removed = remove_price(app, caller(ctx)?, input).await?;
        let offer = Offer::find(app, id).await?.ok_or(EditError::UnknownOffer("offerId"))?;
        Ok(Some(match removed {
            Ok(()) => RemoveOfferPriceResult::Removed(OfferPriceRemoved { offer }),
            Err(NoSuchPrice) => RemoveOfferPriceResult::NoSuchPrice(NoSuchOfferPrice { offer }),
        }))
    }
}
