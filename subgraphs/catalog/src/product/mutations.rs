//! Mutations of products, variants and offers. A seller changes its own vendor's things only.

use std::sync::Arc;

use async_graphql::{Context, InputObject, Object, Result, SimpleObject, Union};
use catalog_entities::product::ProductStatus;
use platform_core::id::ProductId;
use platform_server::{access, caller};

use super::editing;
use super::input::{
    CreateProductInput, CreateVariantInput, EditError, SetOfferInput, UpdateProductInput, UpdateVariantInput,
};
use super::objects::{Offer, Product, Variant};
use crate::services::{Services, services};

#[derive(SimpleObject)]
pub struct ProductSuccess {
    pub product: Product,
}

#[derive(SimpleObject)]
pub struct VariantSuccess {
    pub variant: Variant,
}

/// Another product has this slug.
#[derive(Debug, SimpleObject)]
pub struct SlugTaken {
    pub slug: String,
}

/// Another variant has this SKU.
#[derive(Debug, SimpleObject)]
pub struct SkuTaken {
    pub sku: String,
}

#[derive(Union)]
pub enum ProductResult {
    Success(ProductSuccess),
    SlugTaken(SlugTaken),
}

#[derive(Union)]
pub enum VariantResult {
    Success(VariantSuccess),
    SkuTaken(SkuTaken),
}

#[derive(SimpleObject)]
pub struct SetOfferPayload {
    pub offer: Offer,
}

#[derive(Debug, InputObject)]
pub struct ArchiveProductInput {
    pub id: ProductId,
}

#[derive(Default)]
pub struct ProductMutation;

async fn read(services: &Services, id: ProductId) -> Result<Product> {
    let found = services.products.one(id).await?;
    Ok(Product(found.ok_or(EditError::UnknownProduct(id))?))
}

#[Object]
impl ProductMutation {
    /// Makes a product, by default as a draft.
    #[graphql(directive = access::scope::apply("catalog:write"))]
    async fn create_product(&self, ctx: &Context<'_>, input: CreateProductInput) -> Result<ProductResult> {
        let services = services(ctx);
        let slug = input.slug.clone();
        match editing::create_product(services, caller(ctx)?, input).await? {
            Ok(id) => Ok(ProductResult::Success(ProductSuccess { product: read(services, id).await? })),
            Err(editing::Taken) => Ok(ProductResult::SlugTaken(SlugTaken { slug })),
        }
    }

    #[graphql(directive = access::scope::apply("catalog:write"))]
    async fn update_product(&self, ctx: &Context<'_>, input: UpdateProductInput) -> Result<ProductResult> {
        let services = services(ctx);
        let slug = input.slug.clone().unwrap_or_default();
        match editing::update_product(services, caller(ctx)?, input).await? {
            Ok(id) => Ok(ProductResult::Success(ProductSuccess { product: read(services, id).await? })),
            Err(editing::Taken) => Ok(ProductResult::SlugTaken(SlugTaken { slug })),
        }
    }

    /// Takes a product off sale for good; old orders still show it.
    #[graphql(directive = access::scope::apply("catalog:write"))]
    async fn archive_product(&self, ctx: &Context<'_>, input: ArchiveProductInput) -> Result<ProductSuccess> {
        let services = services(ctx);
        let update = UpdateProductInput {
            id: input.id,
            status: Some(ProductStatus::Archived),
            slug: None,
            category_id: None,
            tax_class: None,
            translations: None,
            attributes: None,
            weight_grams: None,
            length_mm: None,
            width_mm: None,
            height_mm: None,
        };
        // Without a new slug none can be taken.
        let (Ok(id) | Err(id)) =
            editing::update_product(services, caller(ctx)?, update).await?.map_err(|_| input.id);
        Ok(ProductSuccess { product: read(services, id).await? })
    }

    #[graphql(directive = access::scope::apply("catalog:write"))]
    async fn create_variant(&self, ctx: &Context<'_>, input: CreateVariantInput) -> Result<VariantResult> {
        let services = services(ctx);
        let (sku, product) = (input.sku.clone(), input.product_id);
        match editing::create_variant(services, caller(ctx)?, input).await? {
            Ok(id) => variant(services, product, id).await,
            Err(editing::Taken) => Ok(VariantResult::SkuTaken(SkuTaken { sku })),
        }
    }

    #[graphql(directive = access::scope::apply("catalog:write"))]
    async fn update_variant(&self, ctx: &Context<'_>, input: UpdateVariantInput) -> Result<VariantResult> {
        let services = services(ctx);
        let sku = input.sku.clone().unwrap_or_default();
        match editing::update_variant(services, caller(ctx)?, input).await? {
            Ok(id) => {
                let products = services.products.of_variants(&[id]).await?;
                let product = products.get(&id).ok_or(EditError::UnknownVariant(id))?;
                variant(services, product.row.id, id).await
            }
            Err(editing::Taken) => Ok(VariantResult::SkuTaken(SkuTaken { sku })),
        }
    }

    /// Makes or replaces a vendor's offer of a variant, with all its prices; its stock stays.
    #[graphql(directive = access::scope::apply("catalog:write"))]
    async fn set_offer(&self, ctx: &Context<'_>, input: SetOfferInput) -> Result<SetOfferPayload> {
        let services = services(ctx);
        let id = editing::set_offer(services, caller(ctx)?, input).await?;
        let products = services.products.of_offers(&[id]).await?;
        let product = Arc::clone(products.get(&id).ok_or(EditError::UnknownOffer(id))?);
        let (variant, offer) = product.find_offer(id).ok_or(EditError::UnknownOffer(id))?;
        let (variant, offer) = (Arc::clone(variant), Arc::clone(offer));
        Ok(SetOfferPayload { offer: Offer { product, variant, offer } })
    }
}

async fn variant(
    services: &Services,
    product: ProductId,
    id: platform_core::id::VariantId,
) -> Result<VariantResult> {
    let product = read(services, product).await?.0;
    let variant = Arc::clone(product.find_variant(id).ok_or(EditError::UnknownVariant(id))?);
    Ok(VariantResult::Success(VariantSuccess { variant: Variant { product, variant } }))
}
