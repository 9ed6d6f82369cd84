//! Making and changing products, variants and offers in the API. A seller changes its own vendor's things only.

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
use crate::app::App;
use crate::product::objects::{Offer, Product, Variant};

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

async fn read(app: &App, id: ProductId) -> Result<Product> {
    let found = app.products().one(id).await?;
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
        let app = ctx.data_unchecked::<App>();
        let slug = input.slug.clone();
        Ok(Some(match create_product(app, caller(ctx)?, input).await? {
            Ok(id) => ProductResult::Success(ProductSuccess { product: read(app, id).await? }),
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
        let app = ctx.data_unchecked::<App>();
        let (id, slug) = (input.id, input.slug.clone().take().unwrap_or_default());
        Ok(Some(match update_product(app, caller(ctx)?, input).await? {
            Ok(id) => ProductResult::Success(ProductSuccess { product: read(app, id).await? }),
            Err(NotUpdated::SlugTaken) => ProductResult::SlugTaken(SlugTaken { slug }),
            Err(NotUpdated::Archived) => {
                ProductResult::Archived(ProductArchived { product: read(app, id).await? })
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
        let app = ctx.data_unchecked::<App>();
        let update = UpdateProductInput::of_status(input.id, ProductStatus::Archived);
        // Without a new slug none can be taken, and what is archived may be archived again.
        let updated = update_product(app, caller(ctx)?, update).await?;
        let (Ok(id) | Err(id)) = updated.map_err(|_| input.id);
        Ok(Some(ProductSuccess { product: read(app, id).await? }))
    }

    /// Adds a variant to a product of the caller's vendor, or to any for administrators.
    #[graphql(directive = access::scope::apply(Scope::CatalogWrite))]
    async fn create_variant(
        &self,
        ctx: &Context<'_>,
        input: CreateVariantInput,
    ) -> Result<Option<VariantResult>> {
        let app = ctx.data_unchecked::<App>();
        let (sku, product) = (input.sku.clone(), input.product_id);
        let created = create_variant(app, caller(ctx)?, input).await?;
        variant_result(app, product, sku, created).await.map(Some)
    }

    /// Changes a variant of a product of the caller's vendor, or any for administrators.
    #[graphql(directive = access::scope::apply(Scope::CatalogWrite))]
    async fn update_variant(
        &self,
        ctx: &Context<'_>,
        input: UpdateVariantInput,
    ) -> Result<Option<VariantResult>> {
        let app = ctx.data_unchecked::<App>();
        let (sku, id) = (input.sku.clone().take().unwrap_or_default(), input.id);
        let updated = update_variant(app, caller(ctx)?, input).await?;
        let products = app.products().of_variants(&[id]).await?;
        let product = products.get(&id).ok_or(EditError::UnknownVariant("id"))?.row.id;
        variant_result(app, product, sku, updated).await.map(Some)
    }

    /// Makes or replaces a vendor's offer of a variant, with all its prices; its stock stays.
    #[graphql(directive = access::scope::apply(Scope::CatalogWrite))]
    async fn set_offer(&self, ctx: &Context<'_>, input: SetOfferInput) -> Result<Option<SetOfferPayload>> {
        let app = ctx.data_unchecked::<App>();
        let id = set_offer(app, caller(ctx)?, input).await?;
        let offer = Offer::find(app, id).await?.ok_or(EditError::UnknownOffer("id"))?;
        Ok(Some(SetOfferPayload { offer }))
    }
}

async fn variant_result(
    app: &App,
    product: ProductId,
    sku: String,
    stored: std::result::Result<VariantId, VariantTaken>,
) -> Result<VariantResult> {
    let (Ok(id) | Err(VariantTaken::Options(id))) = stored else {
        return Ok(VariantResult::SkuTaken(SkuTaken { sku }));
    };
    let Product(product) = read(app, product).await?;
    let variant = Variant::of(product, id).ok_or(EditError::UnknownVariant("id"))?;
    Ok(match stored {
        Ok(_) => VariantResult::Success(VariantSuccess { variant }),
        Err(_) => VariantResult::OptionsTaken(OptionsTaken { variant }),
    })
}
