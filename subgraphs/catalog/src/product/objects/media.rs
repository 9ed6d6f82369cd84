//! A picture as the API shows it.

use std::sync::Arc;

use async_graphql::{ComplexObject, Context, Result, SimpleObject};
use catalog_entities::media;
use platform_commerce::Market;
use platform_core::id::MediaId;
use platform_server::caller;

use crate::names::localized;
use crate::product::data::ProductData;

/// A picture. Its URL never changes its content.
#[derive(SimpleObject)]
#[graphql(complex)]
pub struct Media {
    #[graphql(skip)]
    product: Arc<ProductData>,
    /// Identifier of the picture.
    pub id: MediaId,
}

impl Media {
    pub(super) fn new(product: &Arc<ProductData>, id: MediaId) -> Self {
        Self { product: Arc::clone(product), id }
    }

    /// A picture of a product, if it is one.
    pub fn of(product: &Arc<ProductData>, id: MediaId) -> Option<Self> {
        let media = Self::new(product, id);
        media.row().is_some().then_some(media)
    }

    fn row(&self) -> Option<&media::Model> {
        self.product.media.iter().find(|row| row.id == self.id)
    }
}

#[ComplexObject]
impl Media {
    /// A path at the same host.
    async fn url(&self) -> String {
        self.row().map(|row| crate::media::url(&row.file)).unwrap_or_default()
    }

    /// What the picture shows, in the market's language.
    async fn alt(&self, ctx: &Context<'_>) -> Result<&str> {
        let market = Market::of(caller(ctx)?);
        Ok(self.row().map_or("", |row| localized(&row.alt, &market.language)))
    }

    /// MIME type of the file, such as `image/webp`.
    async fn content_type(&self) -> &str {
        self.row().map_or("", |row| &row.content_type)
    }

    /// In pixels.
    async fn width(&self) -> i32 {
        self.row().map_or(0, |row| row.width)
    }

    /// In pixels.
    async fn height(&self) -> i32 {
        self.row().map_or(0, |row| row.height)
    }
}
