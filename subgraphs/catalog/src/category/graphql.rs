//! Categories in the API. Changed by administrators alone.

use std::sync::Arc;

use async_graphql::connection::Connection;
use async_graphql::{Context, InputObject, Object, Result, SimpleObject, Union};
use catalog_entities::category;
use platform_commerce::Market;
use platform_core::id::CategoryId;
use platform_identity::{Policy, Role};
use platform_server::{access, caller};

use super::create::{self, Created};
use crate::access::for_admin;
use crate::names::{LocalizedTextInput, localized};
use crate::product::list::Sort;
use crate::product::objects::{Product, Wanted, list_products};
use crate::services::services;

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
        let market = Market::of(caller(ctx)?);
        Ok(localized(&self.0.names, language.as_deref().unwrap_or(&market.language)))
    }

    /// The category directly above; null for a root.
    async fn parent(&self, ctx: &Context<'_>) -> Result<Option<Category>> {
        let references = services(ctx).products.references().await?;
        Ok(self
            .0
            .parent_id
            .and_then(|id| references.categories.get(id))
            .map(|node| Category(Arc::clone(node))))
    }

    /// From the root down to this category: a breadcrumb.
    #[graphql(directive = platform_server::cost::list::apply(5))]
    async fn path(&self, ctx: &Context<'_>) -> Result<Vec<Category>> {
        let references = services(ctx).products.references().await?;
        Ok(references.categories.path(self.0.id).into_iter().map(Category).collect())
    }

    /// The categories directly below, in the order that staff gave them.
    #[graphql(directive = platform_server::cost::list::apply(10))]
    async fn children(&self, ctx: &Context<'_>) -> Result<Vec<Category>> {
        let references = services(ctx).products.references().await?;
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

#[derive(Default)]
pub struct CategoryQuery;

#[Object]
impl CategoryQuery {
    /// The roots of the tree of categories, in order.
    #[graphql(directive = access::public::apply(), directive = platform_server::cost::list::apply(30))]
    async fn categories(&self, ctx: &Context<'_>) -> Result<Option<Vec<Category>>> {
        let references = services(ctx).products.references().await?;
        Ok(Some(references.categories.children(None).iter().cloned().map(Category).collect()))
    }

    /// The category with this slug; null if there is none.
    #[graphql(directive = access::public::apply())]
    async fn category(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "As in `Category.slug`.")] slug: String,
    ) -> Result<Option<Category>> {
        let references = services(ctx).products.references().await?;
        Ok(references.categories.by_slug(&slug).map(|node| Category(Arc::clone(node))))
    }

    #[graphql(entity)]
    async fn find_category_by_id(
        &self,
        ctx: &Context<'_>,
        id: async_graphql::ID,
    ) -> Result<Option<Category>> {
        let Ok(id) = id.parse::<CategoryId>() else { return Ok(None) };
        let references = services(ctx).products.references().await?;
        Ok(references.categories.get(id).map(|node| Category(Arc::clone(node))))
    }
}

/// A category to make.
#[derive(Debug, InputObject)]
pub struct CreateCategoryInput {
    /// 1 to 100 lower-case letters, digits and hyphens.
    pub slug: String,
    /// The category directly above; a root unless given.
    pub parent_id: Option<CategoryId>,
    /// What buyers read: one text for each language, English among them; at most 30.
    pub names: Vec<LocalizedTextInput>,
    /// Its place among the categories beside it: the lowest first, of equals the oldest.
    #[graphql(default)]
    pub position: i32,
}

/// The category was made.
#[derive(Debug, SimpleObject)]
pub struct CategorySuccess {
    /// The category as it is now.
    pub category: Category,
}

/// Another category has this slug.
#[derive(Debug, SimpleObject)]
pub struct CategorySlugTaken {
    /// The slug that was asked for.
    pub slug: String,
}

/// Another category beside it has this name, or one that a person takes for the same.
#[derive(Debug, SimpleObject)]
pub struct CategoryNameTaken {
    /// In English, in which every category is named.
    pub name: String,
}

/// Outcome of `createCategory`.
#[derive(Union)]
pub enum CategoryResult {
    Success(CategorySuccess),
    SlugTaken(CategorySlugTaken),
    NameTaken(CategoryNameTaken),
}

#[derive(Default)]
pub struct CategoryMutation;

#[Object]
impl CategoryMutation {
    /// Adds a category to the tree. For administrators.
    #[graphql(directive = access::policy::apply(Policy::Role(Role::Admin)))]
    async fn create_category(
        &self,
        ctx: &Context<'_>,
        input: CreateCategoryInput,
    ) -> Result<Option<CategoryResult>> {
        for_admin(caller(ctx)?)?;
        let services = services(ctx);
        let references = services.products.references().await?;
        Ok(Some(match create::create(&services.app, &references.categories, input).await? {
            Created::Category(row) => CategoryResult::Success(CategorySuccess { category: Category(row) }),
            Created::SlugTaken(slug) => CategoryResult::SlugTaken(CategorySlugTaken { slug }),
            Created::NameTaken(name) => CategoryResult::NameTaken(CategoryNameTaken { name }),
        }))
    }
}
