//! Categories in the API. Changed by administrators alone.

use std::sync::Arc;

use async_graphql::{Context, ID, InputObject, MaybeUndefined, Object, Result, SimpleObject, Union};
use platform_core::id::CategoryId;
use platform_core::page::{Connection, Page};
use platform_identity::{Policy, Role};
use platform_server::{access, caller};

use super::create::create;
use super::outcome::Written;
use super::update::update;
use super::view::Category;
use crate::access::for_admin;
use crate::app::App;
use crate::names::LocalizedTextInput;
use crate::product::objects::read_id;
use crate::reference::categories::{MAX_LEVELS, Place, place};

#[derive(Default)]
pub struct CategoryQuery;

#[Object]
impl CategoryQuery {
    /// The categories beside each other in the tree, in the order that staff gave them.
    #[graphql(directive = access::public::apply())]
    async fn categories(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The roots unless given.")] filter: Option<CategoryFilter>,
        first: Option<i32>,
        after: Option<String>,
    ) -> Result<Option<Connection<Category>>> {
        let parent = read_id("parentId", filter.unwrap_or_default().parent_id)?;
        let page = Page::<Place>::parse(first, after.as_deref())?;
        let references = ctx.data_unchecked::<App>().products().references().await?;
        let rows = references.categories.page(parent, &page);
        Ok(Some(page.connection(rows, |node| place(node), Category)))
    }

    /// The category with this slug; null if there is none.
    #[graphql(directive = access::public::apply())]
    async fn category(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "As in `Category.slug`.")] slug: String,
    ) -> Result<Option<Category>> {
        let references = ctx.data_unchecked::<App>().products().references().await?;
        Ok(references.categories.by_slug(&slug).map(|node| Category(Arc::clone(node))))
    }

    #[graphql(entity)]
    async fn find_category_by_id(&self, ctx: &Context<'_>, id: ID) -> Result<Option<Category>> {
        let Ok(id) = id.parse::<CategoryId>() else { return Ok(None) };
        let references = ctx.data_unchecked::<App>().products().references().await?;
        Ok(references.categories.get(id).map(|node| Category(Arc::clone(node))))
    }
}

/// Which categories; every field that is given must hold.
#[derive(Debug, Default, InputObject)]
pub struct CategoryFilter {
    /// Directly below this category; the roots unless given.
    pub parent_id: Option<ID>,
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

/// A change of a category. What is absent stays as it is.
#[derive(Debug, InputObject)]
pub struct UpdateCategoryInput {
    /// The category to change.
    pub id: CategoryId,
    /// As in `CreateCategoryInput`; its old one finds nothing any more.
    pub slug: MaybeUndefined<String>,
    /// The category to move it under, with all below it; null makes it a root.
    pub parent_id: MaybeUndefined<CategoryId>,
    /// In place of all there were: one text for each language, English among them; at most 30.
    pub names: MaybeUndefined<Vec<LocalizedTextInput>>,
    /// Its place among the categories beside it: the lowest first, of equals the oldest.
    pub position: MaybeUndefined<i32>,
}

/// The category was stored.
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

/// The category would be below itself; nothing was changed.
#[derive(Debug, SimpleObject)]
pub struct CategoryBelowItself {
    /// The category that it was to be put under, which is it or is below it.
    pub parent: Category,
}

/// The tree would have more levels than one can have; nothing was changed.
#[derive(Debug, SimpleObject)]
pub struct CategoryTooDeep {
    /// How many levels a tree can have, the root's among them.
    pub most: i32,
}

/// Outcome of `createCategory` and `updateCategory`.
#[derive(Union)]
pub enum CategoryResult {
    Success(CategorySuccess),
    SlugTaken(CategorySlugTaken),
    NameTaken(CategoryNameTaken),
    BelowItself(CategoryBelowItself),
    TooDeep(CategoryTooDeep),
}

impl From<Written> for CategoryResult {
    fn from(written: Written) -> Self {
        match written {
            Written::Category(row) => Self::Success(CategorySuccess { category: Category(row) }),
            Written::SlugTaken(slug) => Self::SlugTaken(CategorySlugTaken { slug }),
            Written::NameTaken(name) => Self::NameTaken(CategoryNameTaken { name }),
            Written::BelowItself(parent) => {
                Self::BelowItself(CategoryBelowItself { parent: Category(parent) })
            }
            Written::TooDeep => Self::TooDeep(CategoryTooDeep { most: MAX_LEVELS }),
        }
    }
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
        Ok(Some(create(ctx.data_unchecked::<App>(), input).await?.into()))
    }

    /// Renames or moves a category, with all below it; its products stay in it. Searches follow within moments. For
    /// administrators.
    #[graphql(directive = access::policy::apply(Policy::Role(Role::Admin)))]
    async fn update_category(
        &self,
        ctx: &Context<'_>,
        input: UpdateCategoryInput,
    ) -> Result<Option<CategoryResult>> {
        for_admin(caller(ctx)?)?;
        Ok(Some(update(ctx.data_unchecked::<App>(), input).await?.into()))
    }
}
