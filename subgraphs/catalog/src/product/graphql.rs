//! Products, variants and offers in the API: queries, and the entity resolvers of what other subgraphs refer to.

use async_graphql::connection::Connection;
use async_graphql::{ComplexObject, Context, ID, Object, Result};
use platform_core::id::{OfferId, ProductId, VariantId};
use platform_server::{access, caller};

use super::list::Sort;
use super::objects::{
    Offer, Product, ProductFilter, ProductQueryError, Variant, Vendor, Wanted, list_products,
};
use super::visibility::{sees, sees_by_reference};
use crate::app::App;
use crate::names::check_slug;

#[derive(Default)]
pub struct ProductQuery;

#[Object]
impl ProductQuery {
    /// A product by its id or slug. Drafts and archived ones are shown to staff and their vendor alone.
    #[graphql(directive = access::public::apply())]
    async fn product(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Of `Product.id`; either this or `slug` is given.")] id: Option<ID>,
        #[graphql(desc = "As in `Product.slug`; either this or `id` is given.")] slug: Option<String>,
    ) -> Result<Option<Product>> {
        let app = ctx.data_unchecked::<App>();
        let found = match (id, slug) {
            (Some(id), None) => match id.parse::<ProductId>() {
                Ok(id) => app.loaders().product(id).await?,
                Err(_) => None,
            },
            // What cannot be a slug is not asked for: a database may take offence at it.
            (None, Some(slug)) if check_slug(&slug).is_ok() => app.products().by_slug(&slug).await?,
            (None, Some(_)) => None,
            _ => return Err(ProductQueryError::IdOrSlug.into()),
        };
        let caller = caller(ctx)?;
        Ok(found.filter(|product| sees(caller, product)).map(Product))
    }

    /// Products, the newest first unless `sortBy` says otherwise; those of a collection in its order. `search` finds by
    /// words.
    #[graphql(directive = access::public::apply())]
    async fn products(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "All that are on sale unless given.")] filter: Option<ProductFilter>,
        #[graphql(desc = "NEWEST, or a collection's own order, unless given.")] sort_by: Option<Sort>,
        first: Option<i32>,
        after: Option<String>,
    ) -> Result<Option<Connection<String, Product>>> {
        list_products(ctx, filter.unwrap_or_default().try_into()?, sort_by, first, after).await.map(Some)
    }

    #[graphql(entity)]
    async fn find_product_by_id(&self, ctx: &Context<'_>, id: ID) -> Result<Option<Product>> {
        let Ok(id) = id.parse::<ProductId>() else { return Ok(None) };
        let caller = caller(ctx)?;
        let found = ctx.data_unchecked::<App>().loaders().product(id).await?;
        Ok(found.filter(|product| sees_by_reference(caller, product)).map(Product))
    }

    #[graphql(entity)]
    async fn find_variant_by_id(&self, ctx: &Context<'_>, id: ID) -> Result<Option<Variant>> {
        let Ok(id) = id.parse::<VariantId>() else { return Ok(None) };
        let caller = caller(ctx)?;
        let found = ctx.data_unchecked::<App>().loaders().product_of_variant(id).await?;
        let found = found.filter(|product| sees_by_reference(caller, product));
        Ok(found.and_then(|product| Variant::of(product, id)))
    }

    #[graphql(entity)]
    async fn find_offer_by_id(&self, ctx: &Context<'_>, id: ID) -> Result<Option<Offer>> {
        let Ok(id) = id.parse::<OfferId>() else { return Ok(None) };
        let caller = caller(ctx)?;
        let found = Offer::find(ctx.data_unchecked(), id).await?;
        Ok(found.filter(|offer| sees_by_reference(caller, &offer.product)))
    }

    #[graphql(entity)]
    async fn find_vendor_by_id(&self, id: ID) -> Option<Vendor> {
        id.parse().ok().map(|id| Vendor { id })
    }
}

#[ComplexObject]
impl Vendor {
    /// What the vendor sells of its own products.
    async fn products(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Narrows the list; `vendorId` does not count.")] filter: Option<ProductFilter>,
        #[graphql(desc = "NEWEST, or a collection's own order, unless given.")] sort_by: Option<Sort>,
        first: Option<i32>,
        after: Option<String>,
    ) -> Result<Option<Connection<String, Product>>> {
        let filter = Wanted { vendor_id: Some(self.id), ..filter.unwrap_or_default().try_into()? };
        list_products(ctx, filter, sort_by, first, after).await.map(Some)
    }
}
