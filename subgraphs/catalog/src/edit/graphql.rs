//! Making and changing products, variants and offers in the API. A seller changes its own vendor's things only.

use std::sync::Arc;

use async_graphql::{Context, InputObject, Object, Result, SimpleObject, Union};
use catalog_entities::product::ProductStatus;
use platform_core::id::{ProductId, VariantId};
use platform_identity::Scope;
use platform_server::{access, caller};

use super::create::{self, create_product};
use super::error::EditError;
use super::input::{
    CreateProductInput, CreateVariantInput, SetOfferInput, UpdateProductInput, UpdateVariantInput,
};
use super::set_offer::set_offer;
use super::update::{NotUpdated, update_product};
use super::variants::{VariantTaken, create_variant, update_variant};
use crate::product::objects::{Offer, Product, Variant};
use crate::services::{Services, services};

/// The product was stored.
#[derive(SimpleObject)]
pub struct ProductSuccess {
    /// The product as it is now.
    pub product: Product,
}

/// The variant was stored.
#[derive(SimpleObject)]
pub struct VariantSuccess {
    /// The variant as it is now.
    pub variant: Variant,
}

/// Another product has this slug.
#[derive(Debug, SimpleObject)]
pub struct SlugTaken {
    /// The slug that was asked for.
    pub slug: String,
}

/// Another variant has this SKU, or one that a person takes for the same.
#[derive(Debug, SimpleObject)]
pub struct SkuTaken {
    /// The SKU that was asked for.
    pub sku: String,
}

/// Another variant of the product is made by the same options.
#[derive(SimpleObject)]
pub struct OptionsTaken {
    /// That variant, which may be one that is not active.
    pub variant: Variant,
}

/// The product was taken off sale for good, and gets no other status. Make a new one to sell it again.
#[derive(SimpleObject)]
pub struct ProductArchived {
    /// The product, unchanged.
    pub product: Product,
}

/// Outcome of `createProduct` and `updateProduct`.
#[derive(Union)]
pub enum ProductResult {
    Success(ProductSuccess),
    SlugTaken(SlugTaken),
    Archived(ProductArchived),
}

/// Outcome of `createVariant` and `updateVariant`.
#[derive(Union)]
pub enum VariantResult {
    Success(VariantSuccess),
    SkuTaken(SkuTaken),
    OptionsTaken(OptionsTaken),
}

/// The offer was stored.
#[derive(SimpleObject)]
pub struct SetOfferPayload {
    /// The offer as it is now.
    pub offer: Offer,
}

/// A product to take off sale.
#[derive(Debug, InputObject)]
pub struct ArchiveProductInput {
    /// Of the caller's vendor, or any for administrators.
    pub id: ProductId,
}

#[derive(Default)]
pub struct EditMutation;

async fn read(services: &Services, id: ProductId) -> Result<Product> {
    let found = services.products.one(id).await?;
    Ok(Product(found.ok_or(EditError::UnknownProduct("id"))?))
}

#[Object]
impl EditMutation {
    /// Makes a product, by default as a draft.
    #[graphql(directive = access::scope::apply(Scope::CatalogWrite))]
    async fn create_product(
        &self,
        ctx: &Context<'_>,
        input: CreateProductInput,
    ) -> Result<Option<ProductResult>> {
        let services = services(ctx);
        let slug = input.slug.clone();
        let references = services.products.references().await?;
        Ok(Some(match create_product(&services.app, &references, caller(ctx)?, input).await? {
            Ok(id) => ProductResult::Success(ProductSuccess { product: read(services, id).await? }),
            Err(create::SlugTaken) => ProductResult::SlugTaken(SlugTaken { slug }),
        }))
    }

    /// Changes a product of the caller's vendor, or any for administrators.
    #[graphql(directive = access::scope::apply(Scope::CatalogWrite))]
    async fn update_product(
        &self,
        ctx: &Context<'_>,
        input: UpdateProductInput,
    ) -> Result<Option<ProductResult>> {
        let services = services(ctx);
        let (id, slug) = (input.id, input.slug.clone().take().unwrap_or_default());
        let references = services.products.references().await?;
        Ok(Some(match update_product(&services.app, &references, caller(ctx)?, input).await? {
            Ok(id) => ProductResult::Success(ProductSuccess { product: read(services, id).await? }),
            Err(NotUpdated::SlugTaken) => ProductResult::SlugTaken(SlugTaken { slug }),
            Err(NotUpdated::Archived) => {
                ProductResult::Archived(ProductArchived { product: read(services, id).await? })
            }
        }))
    }

    /// Takes a product off sale for good: it gets no other status after it. Old orders still show it. DRAFT takes one off
    /// sale for a while.
    #[graphql(directive = access::scope::apply(Scope::CatalogWrite))]
    async fn archive_product(
        &self,
        ctx: &Context<'_>,
        input: ArchiveProductInput,
    ) -> Result<Option<ProductSuccess>> {
        let services = services(ctx);
        let update = UpdateProductInput::of_status(input.id, ProductStatus::Archived);
        // Without a new slug none can be taken, and what is archived may be archived again.
        let references = services.products.references().await?;
        let updated = update_product(&services.app, &references, caller(ctx)?, update).await?;
        let (Ok(id) | Err(id)) = updated.map_err(|_| input.id);
        Ok(Some(ProductSuccess { product: read(services, id).await? }))
    }

    /// Adds a variant to a product of the caller's vendor, or to any for administrators.
    #[graphql(directive = access::scope::apply(Scope::CatalogWrite))]
    async fn create_variant(
        &self,
        ctx: &Context<'_>,
        input: CreateVariantInput,
    ) -> Result<Option<VariantResult>> {
        let services = services(ctx);
        let (sku, product) = (input.sku.clone(), input.product_id);
        Ok(Some(match create_variant(&services.app, caller(ctx)?, input).await? {
            Ok(id) => {
                let variant = variant(services, product, id).await?;
                VariantResult::Success(VariantSuccess { variant })
            }
            Err(taken) => variant_taken(services, product, sku, taken).await?,
        }))
    }

    /// Changes a variant of a product of the caller's vendor, or any for administrators.
    #[graphql(directive = access::scope::apply(Scope::CatalogWrite))]
    async fn update_variant(
        &self,
        ctx: &Context<'_>,
        input: UpdateVariantInput,
    ) -> Result<Option<VariantResult>> {
        let services = services(ctx);
        let (sku, id) = (input.sku.clone().take().unwrap_or_default(), input.id);
        let edited = update_variant(&services.app, caller(ctx)?, input).await?;
        let products = services.products.of_variants(&[id]).await?;
        let product = products.get(&id).ok_or(EditError::UnknownVariant("id"))?.row.id;
        Ok(Some(match edited {
            Ok(id) => {
                let variant = variant(services, product, id).await?;
                VariantResult::Success(VariantSuccess { variant })
            }
            Err(taken) => variant_taken(services, product, sku, taken).await?,
        }))
    }

    /// Makes or replaces a vendor's offer of a variant, with all its prices; its stock stays.
    #[graphql(directive = access::scope::apply(Scope::CatalogWrite))]
    async fn set_offer(&self, ctx: &Context<'_>, input: SetOfferInput) -> Result<Option<SetOfferPayload>> {
        let services = services(ctx);
        let id = set_offer(&services.app, caller(ctx)?, input).await?;
        let products = services.products.of_offers(&[id]).await?;
        let product = Arc::clone(products.get(&id).ok_or(EditError::UnknownOffer("id"))?);
        let (variant, offer) = product.find_offer(id).ok_or(EditError::UnknownOffer("id"))?;
        let (variant, offer) = (Arc::clone(variant), Arc::clone(offer));
        Ok(Some(SetOfferPayload { offer: Offer { product, variant, offer } }))
    }
}

async fn variant(services: &Services, product: ProductId, id: VariantId) -> Result<Variant> {
    let product = read(services, product).await?.0;
    let variant = Arc::clone(product.find_variant(id).ok_or(EditError::UnknownVariant("id"))?);
    Ok(Variant { product, variant })
}

async fn variant_taken(
    services: &Services,
    product: ProductId,
    sku: String,
    taken: VariantTaken,
) -> Result<VariantResult> {
    Ok(match taken {
        VariantTaken::Sku => VariantResult::SkuTaken(SkuTaken { sku }),
        VariantTaken::Options(other) => {
            VariantResult::OptionsTaken(OptionsTaken { variant: variant(services, product, other).await? })
        }
    })
}
