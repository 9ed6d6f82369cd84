//! Typed attributes in the API. Made and changed by administrators alone, read by all who keep the catalog.

use async_graphql::{Context, InputObject, MaybeUndefined, Object, Result, SimpleObject, Union};
use catalog_entities::attribute::{self, AttributeKind};
use platform_core::id::AttributeId;
use platform_core::page::Connection;
use platform_identity::{Policy, Role};
use platform_server::{access, caller, rows};

use super::create::{self, CodeTaken};
use super::store;
use super::update::{self, NotUpdated};
use super::view::Attribute;
use crate::access::{for_admin, reads_catalog};
use crate::app::App;
use crate::names::{LocalizedTextInput, page_by_code};

#[derive(Default)]
pub struct AttributeQuery;

#[Object]
impl AttributeQuery {
    /// The attributes that products can have values of, in the order of their codes.
    #[graphql(directive = access::requires_scopes::apply(reads_catalog()))]
    async fn attributes(
        &self,
        ctx: &Context<'_>,
        first: Option<i32>,
        after: Option<String>,
    ) -> Result<Option<Connection<Attribute>>> {
        let page = page_by_code(first, after.as_deref())?;
        let rows = store::page(ctx.data_unchecked::<App>().database(), &page).await?;
        Ok(Some(page.connection(rows, |row| row.code.clone(), Attribute)))
    }

    /// The attribute with this id; null if there is none.
    #[graphql(directive = access::requires_scopes::apply(reads_catalog()))]
    async fn attribute(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Of `Attribute.id`.")] id: AttributeId,
    ) -> Result<Option<Attribute>> {
        Ok(rows(ctx).by_id::<attribute::Entity>(id).await?.map(Attribute))
    }
}

/// A value that an ENUM attribute can have.
#[derive(Debug, InputObject)]
pub struct AttributeOptionInput {
    /// 1 to 40 lower-case letters, digits, hyphens and underscores.
    pub code: String,
    /// What buyers read: one text for each language, English among them; at most 30.
    pub names: Vec<LocalizedTextInput>,
}

/// An attribute to make.
#[derive(Debug, InputObject)]
pub struct CreateAttributeInput {
    /// 1 to 40 lower-case letters, digits, hyphens and underscores.
    pub code: String,
    /// Type of its values.
    pub kind: AttributeKind,
    /// What buyers read: one text for each language, English among them; at most 30.
    pub names: Vec<LocalizedTextInput>,
    /// What its values are measured in, such as `W`: one line of at most 20 characters, the same in every language.
    pub unit: Option<String>,
    /// Whether searches can be narrowed by it.
    #[graphql(default)]
    pub filterable: bool,
    /// The values of an ENUM, in order.
    #[graphql(default)]
    pub options: Vec<AttributeOptionInput>,
}

/// A change of an attribute. What is absent stays as it is, and so does the kind: values of another are another attribute.
#[derive(Debug, InputObject)]
pub struct UpdateAttributeInput {
    /// The attribute to change.
    pub id: AttributeId,
    /// As in `CreateAttributeInput`; by the old one nothing is found any more.
    pub code: MaybeUndefined<String>,
    /// In place of all there were: one text for each language, English among them; at most 30.
    pub names: MaybeUndefined<Vec<LocalizedTextInput>>,
    /// What its values are measured in, as in `CreateAttributeInput`; null for bare values.
    pub unit: MaybeUndefined<String>,
    /// Whether searches can be narrowed by it.
    pub filterable: MaybeUndefined<bool>,
    /// The values of an ENUM, in order, in place of all there were. One that a product has cannot be left out.
    pub options: MaybeUndefined<Vec<AttributeOptionInput>>,
}

/// The attribute was stored.
#[derive(SimpleObject)]
pub struct AttributeSuccess {
    /// Identifier of the attribute; products and filters name it by its `code`.
    pub id: AttributeId,
    /// The code by which products, filters and facets name the attribute.
    pub code: String,
    /// The attribute as it is now.
    pub attribute: Attribute,
}

impl From<attribute::Model> for AttributeSuccess {
    fn from(row: attribute::Model) -> Self {
        Self { id: row.id, code: row.code.clone(), attribute: Attribute(row) }
    }
}

/// Another attribute has this code.
#[derive(Debug, SimpleObject)]
pub struct AttributeCodeTaken {
    /// The code that was asked for.
    pub code: String,
}

/// Products have an option that the new list leaves out; nothing was changed.
#[derive(Debug, SimpleObject)]
pub struct AttributeOptionUsed {
    /// Code of the option.
    pub code: String,
    /// How many products have it, archived ones included.
    pub products: i64,
}

/// Outcome of `createAttribute`.
#[derive(Union)]
pub enum AttributeResult {
    Success(AttributeSuccess),
    CodeTaken(AttributeCodeTaken),
}

/// Outcome of `updateAttribute`.
#[derive(Union)]
pub enum UpdateAttributeResult {
    Success(AttributeSuccess),
    CodeTaken(AttributeCodeTaken),
    OptionUsed(AttributeOptionUsed),
}

#[derive(Default)]
pub struct AttributeMutation;

#[Object]
impl AttributeMutation {
    /// Makes an attribute that products can have values of. For administrators.
    #[graphql(directive = access::policy::apply(Policy::Role(Role::Admin)))]
    async fn create_attribute(
        &self,
        ctx: &Context<'_>,
        input: CreateAttributeInput,
    ) -> Result<Option<AttributeResult>> {
        for_admin(caller(ctx)?)?;
        Ok(Some(match create::create(ctx.data_unchecked::<App>(), input).await? {
            Ok(row) => AttributeResult::Success(row.into()),
            Err(CodeTaken(code)) => AttributeResult::CodeTaken(AttributeCodeTaken { code }),
        }))
    }

    /// Changes an attribute, and with it what products that have values of it show. Searches follow within moments. For
    /// administrators.
    #[graphql(directive = access::policy::apply(Policy::Role(Role::Admin)))]
    async fn update_attribute(
        &self,
        ctx: &Context<'_>,
        input: UpdateAttributeInput,
    ) -> Result<Option<UpdateAttributeResult>> {
        for_admin(caller(ctx)?)?;
        Ok(Some(match update::update(ctx.data_unchecked::<App>(), input).await? {
            Ok(row) => UpdateAttributeResult::Success(row.into()),
            Err(NotUpdated::CodeTaken(code)) => UpdateAttributeResult::CodeTaken(AttributeCodeTaken { code }),
            Err(NotUpdated::OptionUsed { code, products }) => {
                UpdateAttributeResult::OptionUsed(AttributeOptionUsed { code, products })
            }
        }))
    }
}
