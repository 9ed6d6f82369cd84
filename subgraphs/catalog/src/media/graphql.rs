//! Pictures of products in the API. A seller changes those of its own vendor's products only.

use async_graphql::{Context, InputObject, MaybeUndefined, Object, Result, SimpleObject};
use platform_core::id::{MediaId, ProductId, UploadId, VariantId};
use platform_files::OpenUpload;
use platform_identity::Scope;
use platform_server::{access, caller};

use super::create::create_media;
use super::create_upload::create_upload;
use super::error::MediaError;
use super::remove::remove_media;
use super::reorder::reorder_media;
use super::update::update_media;
use crate::app::App;
use crate::edit::EditError;
use crate::names::LocalizedTextInput;
use crate::product::objects::{Media, Product};

/// What a picture is to be sent for.
#[derive(Debug, InputObject)]
pub struct CreateMediaUploadInput {
    /// A product of the caller's vendor, or any for administrators.
    pub product_id: ProductId,
}

/// A picture can be sent.
#[derive(SimpleObject)]
pub struct CreateMediaUploadPayload {
    /// Where and how to send it. `createMedia` attaches it by its id.
    pub upload: OpenUpload,
}

/// A picture that was sent, to attach.
#[derive(Debug, InputObject)]
pub struct CreateMediaInput {
    /// The product that the upload was made for.
    pub product_id: ProductId,
    /// The variant of the product that the picture shows; all of them unless given.
    pub variant_id: Option<VariantId>,
    /// Of `Upload.id`: an upload that the caller made and has sent a picture to.
    pub upload_id: UploadId,
    /// What the picture shows, in words: in each language once, in English at least.
    pub alt: Vec<LocalizedTextInput>,
}

/// What changes of a picture. What is absent stays as it is.
#[derive(Debug, InputObject)]
pub struct UpdateMediaInput {
    /// A picture of a product of the caller's vendor, or any for administrators.
    pub id: MediaId,
    /// What the picture shows, in words: in each language once, in English at least.
    pub alt: MaybeUndefined<Vec<LocalizedTextInput>>,
    /// The variant of the product that the picture shows; null: all of them.
    pub variant_id: MaybeUndefined<VariantId>,
}

/// An order of pictures.
#[derive(Debug, InputObject)]
pub struct ReorderMediaInput {
    /// A product of the caller's vendor, or any for administrators.
    pub product_id: ProductId,
    /// Each picture of the product once, those of its variants among them. The first is the product's thumbnail.
    pub media_ids: Vec<MediaId>,
}

/// A picture to remove.
#[derive(Debug, InputObject)]
pub struct RemoveMediaInput {
    /// A picture of a product of the caller's vendor, or any for administrators.
    pub id: MediaId,
}

/// The picture was stored.
#[derive(SimpleObject)]
pub struct MediaSuccess {
    /// The picture as it is now.
    pub media: Media,
    /// Its product as it is now.
    pub product: Product,
}

/// The pictures of a product were changed.
#[derive(SimpleObject)]
pub struct ProductMediaSuccess {
    /// The product as it is now.
    pub product: Product,
}

#[derive(Default)]
pub struct MediaMutation;

async fn read(app: &App, id: ProductId) -> Result<Product> {
    let found = app.products().one(id).await?;
    Ok(Product(found.ok_or(EditError::UnknownProduct("productId"))?))
}

async fn stored(app: &App, product: ProductId, id: MediaId) -> Result<MediaSuccess> {
    let product = read(app, product).await?;
    let media = Media::of(&product.0, id).ok_or(MediaError::Unknown)?;
    Ok(MediaSuccess { media, product })
}

#[Object]
impl MediaMutation {
    /// Asks for an upload of a picture: a JPEG, PNG or WebP, which stands still. What a camera wrote into it (place, time,
    /// maker) is left out when it comes.
    #[graphql(directive = access::scope::apply(Scope::CatalogWrite))]
    async fn create_media_upload(
        &self,
        ctx: &Context<'_>,
        input: CreateMediaUploadInput,
    ) -> Result<Option<CreateMediaUploadPayload>> {
        let app = ctx.data_unchecked::<App>();
        let upload = create_upload(app, caller(ctx)?, input.product_id).await?;
        Ok(Some(CreateMediaUploadPayload { upload }))
    }

    /// Attaches a picture that was sent to a product, or to one of its variants, after those that it has.
    #[graphql(directive = access::scope::apply(Scope::CatalogWrite))]
    async fn create_media(&self, ctx: &Context<'_>, input: CreateMediaInput) -> Result<Option<MediaSuccess>> {
        let app = ctx.data_unchecked::<App>();
        let product = input.product_id;
        let id = create_media(app, caller(ctx)?, input).await?;
        Ok(Some(stored(app, product, id).await?))
    }

    /// Changes what is said of a picture.
    #[graphql(directive = access::scope::apply(Scope::CatalogWrite))]
    async fn update_media(&self, ctx: &Context<'_>, input: UpdateMediaInput) -> Result<Option<MediaSuccess>> {
        let app = ctx.data_unchecked::<App>();
        let id = input.id;
        let product = update_media(app, caller(ctx)?, input).await?;
        Ok(Some(stored(app, product, id).await?))
    }

    /// Puts the pictures of a product in another order.
    #[graphql(directive = access::scope::apply(Scope::CatalogWrite))]
    async fn reorder_media(
        &self,
        ctx: &Context<'_>,
        input: ReorderMediaInput,
    ) -> Result<Option<ProductMediaSuccess>> {
        let app = ctx.data_unchecked::<App>();
        reorder_media(app, caller(ctx)?, input.product_id, &input.media_ids).await?;
        Ok(Some(ProductMediaSuccess { product: read(app, input.product_id).await? }))
    }

    /// Removes a picture of a product, and its file: its URL is good no longer.
    #[graphql(directive = access::scope::apply(Scope::CatalogWrite))]
    async fn remove_media(
        &self,
        ctx: &Context<'_>,
        input: RemoveMediaInput,
    ) -> Result<Option<ProductMediaSuccess>> {
        let app = ctx.data_unchecked::<App>();
        let product = remove_media(app, caller(ctx)?, input.id).await?;
        Ok(Some(ProductMediaSuccess { product: read(app, product).await? }))
    }
}
