//! A category as the API shows it.

use std::sync::Arc;

use async_graphql::connection::Connection;
use async_graphql::{Context, Object, Result};
use catalog_entities::category;
use platform_core::id::CategoryId;

use crate::app::App;
use crate::names::{Translation, read_in, translations};
use crate::product::list::Sort;
use crate::product::objects::{Product, Wanted, list_products};

/// A node of the tree of categories.
#[derive(Debug, Clone)]
pub struct Category(pub Arc<category::Model>);

/// A node of the tree of categories. A product is in one category, and with it in all above that.
#[Object]
impl Category {
    /// Identifier, by which filters and products name the category.
    async fn id(&self) -> CategoryId {
        self.0.id
    }

    /// Name in web addresses, unique among categories; see `Query.category`.
    async fn slug(&self) -> &str {
        &self.0.slug
    }

    /// In `language`, by default that of the market.
    async fn name(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "BCP 47 primary tag, lower case, such as `de`; English where there is no such text."
        )]
        language: Option<String>,
    ) -> Result<&str> {
        read_in(ctx, &self.0.names, language.as_deref())
    }

    /// What it is called in each language that it has, at most 30.
    #[graphql(directive = platform_server::cost::list::apply(5))]
    async fn translations(&self) -> Vec<Translation> {
        translations(&self.0.names)
    }

    /// Its place among the categories beside it: the lowest first, of equals the oldest.
    async fn position(&self) -> i32 {
        self.0.position
    }

    /// The category directly above; null for a root.
    async fn parent(&self, ctx: &Context<'_>) -> Result<Option<Category>> {
        let references = ctx.data_unchecked::<App>().products().references().await?;
        Ok(self
            .0
            .parent_id
            .and_then(|id| references.categories.get(id))
            .map(|node| Category(Arc::clone(node))))
    }

    /// From the root down to this category: a breadcrumb.
    #[graphql(directive = platform_server::cost::list::apply(5))]
    async fn path(&self, ctx: &Context<'_>) -> Result<Vec<Category>> {
        let references = ctx.data_unchecked::<App>().products().references().await?;
        Ok(references.categories.path(self.0.id).into_iter().map(Category).collect())
    }

    /// The categories directly below, in the order that staff gave them.
    #[graphql(directive = platform_server::cost::list::apply(10))]
    async fn children(&self, ctx: &Context<'_>) -> Result<Vec<Category>> {
        let references = ctx.data_unchecked::<App>().products().references().await?;
        Ok(references.categories.children(Some(self.0.id)).iter().cloned().map(Category).collect())
    }

    /// The products of this category and those below it.
    async fn products(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "NEWEST unless given.")] sort_by: Option<Sort>,
        first: Option<i32>,
        after: Option<String>,
    ) -> Result<Option<Connection<String, Product>>> {
        let filter = Wanted { category_id: Some(self.0.id), ..Wanted::default() };
        list_products(ctx, filter, sort_by, first, after).await.map(Some)
    }
}
