//! What the shop is ordered by: categories, attributes, tax zones. Changed by administrators alone.

mod zone;

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use async_graphql::{Context, InputObject, Object, Result, SimpleObject, Union};
use catalog_entities::attribute::{AttributeKind, AttributeOption, AttributeOptions};
use catalog_entities::{LocalizedText, attribute, category};
use platform_core::id::{AttributeId, CategoryId};
use platform_core::{ApiError, ErrorCode};
use platform_database::{StoreError, Transaction, Violation};
use platform_identity::{Policy, Role};
use platform_server::{access, caller};
use platform_text::{TextError, line, optional_line};
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter};

use crate::access::for_admin;
use crate::category::graphql::Category;
use crate::category::localized;
use crate::changes::Change;
use crate::product::data::DEFAULT_LANGUAGE;
use crate::product::input::check_slug;
use crate::services::{Services, services};

use self::zone::{SetTaxZoneInput, SetTaxZonePayload, check_zone, store_zone};
const MAX_NAME: usize = 100;
const MAX_UNIT: usize = 20;
const MAX_LANGUAGES: usize = 30;

#[derive(Debug, thiserror::Error)]
pub enum StructureError {
    #[error(
        "give each language once, at most {MAX_LANGUAGES}, {DEFAULT_LANGUAGE} among them, each by its tag"
    )]
    InvalidNames,
    #[error(transparent)]
    Text(#[from] TextError),
    #[error("give at most 1000 products that exist")]
    UnknownProducts,
    #[error("no parent category with this id exists")]
    UnknownParent,
    #[error("`{0}` consists of 1 to 40 lower-case letters, digits, hyphens and underscores")]
    InvalidCode(&'static str),
    #[error("an ENUM attribute needs options with different codes; other kinds have none")]
    InvalidOptions,
    #[error("rates are millionths from 0 to 1000000, each tax class once, at most 50")]
    InvalidRates,
    #[error(
        "countries are codes of ISO 3166-1, such as DE, each once; give countries or areas, at most 250 of each"
    )]
    InvalidCountries,
    #[error(
        "an area has a country of ISO 3166-1 and either a region or the beginning of postal codes; each is given once"
    )]
    InvalidAreas,
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl ApiError for StructureError {
    fn code(&self) -> ErrorCode {
        match self {
            Self::InvalidNames
            | Self::Text(_)
            | Self::UnknownProducts
            | Self::UnknownParent
            | Self::InvalidCode(_)
            | Self::InvalidOptions
            | Self::InvalidRates
            | Self::InvalidCountries
            | Self::InvalidAreas => ErrorCode::BadUserInput,
            Self::Store(error) => error.code(),
        }
    }

    fn field(&self) -> Option<&str> {
        match self {
            Self::InvalidNames => Some("names"),
            Self::Text(error) => Some(error.field()),
            Self::UnknownProducts => Some("productIds"),
            Self::UnknownParent => Some("parentId"),
            Self::InvalidCode(field) => Some(field),
            Self::InvalidOptions => Some("options"),
            Self::InvalidRates => Some("rates"),
            Self::InvalidCountries => Some("countries"),
            Self::InvalidAreas => Some("areas"),
            Self::Store(_) => None,
        }
    }
}

platform_core::api_error!(StructureError);
platform_database::query_error!(StructureError);

/// A text in one language.
#[derive(Debug, InputObject)]
pub struct LocalizedTextInput {
    /// BCP 47 primary tag, lower case.
    pub language: String,
    /// One line of at most 100 characters.
    pub text: String,
}

pub fn localized_text(texts: Vec<LocalizedTextInput>) -> Result<LocalizedText, StructureError> {
    let count = texts.len();
    let tag =
        |text: &String| (2..=8).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_lowercase());
    let named = |text: LocalizedTextInput| Ok((text.language, line("names", &text.text, MAX_NAME)?));
    let map = texts.into_iter().map(named).collect::<Result<BTreeMap<String, String>, TextError>>()?;
    if map.len() != count
        || count > MAX_LANGUAGES
        || !map.contains_key(DEFAULT_LANGUAGE)
        || !map.keys().all(tag)
    {
        return Err(StructureError::InvalidNames);
    }
    Ok(LocalizedText(map))
}

fn check_code(field: &'static str, code: &str) -> Result<(), StructureError> {
    let allowed =
        |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'-' | b'_');
    if (1..=40).contains(&code.len()) && code.bytes().all(allowed) {
        Ok(())
    } else {
        Err(StructureError::InvalidCode(field))
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

/// The attribute was made.
#[derive(Debug, SimpleObject)]
pub struct AttributeSuccess {
    /// Identifier of the attribute; products and filters name it by its `code`.
    pub id: AttributeId,
    /// The code by which products, filters and facets name the attribute.
    pub code: String,
}

/// Another attribute has this code.
#[derive(Debug, SimpleObject)]
pub struct AttributeCodeTaken {
    /// The code that was asked for.
    pub code: String,
}

/// Outcome of `createAttribute`.
#[derive(Union)]
pub enum AttributeResult {
    Success(AttributeSuccess),
    CodeTaken(AttributeCodeTaken),
}

/// The new index has taken the place of the old one.
#[derive(Debug, SimpleObject)]
pub struct ReindexSearchPayload {
    /// How many products the new index holds.
    pub products: u64,
}

#[derive(Default)]
pub struct StructureMutation;

#[Object]
impl StructureMutation {
    /// Adds a category to the tree. For administrators.
    #[graphql(directive = access::policy::apply(Policy::Role(Role::Admin)))]
    async fn create_category(
        &self,
        ctx: &Context<'_>,
        input: CreateCategoryInput,
    ) -> Result<Option<CategoryResult>> {
        for_admin(caller(ctx)?)?;
        check_slug(&input.slug)?;
        let services = services(ctx);
        let references = services.products.references().await?;
        if input.parent_id.is_some_and(|id| references.categories.get(id).is_none()) {
            return Err(StructureError::UnknownParent.into());
        }
        let names = localized_text(input.names)?;
        let name = localized(&names, DEFAULT_LANGUAGE).to_owned();
        let row = category::Model {
            id: services.platform.ids.next(),
            parent_id: input.parent_id,
            slug: input.slug,
            position: input.position,
            name_key: Some(category::name_key(input.parent_id, &name)),
            names,
        };
        let tx = services.platform.database.begin().await?;
        match row.clone().into_active_model().reset_all().insert(&*tx).await {
            Ok(_) => {}
            Err(error) if error.is_unique_violation() => {
                drop(tx);
                return Ok(Some(if is_slug_taken(services, &row.slug).await? {
                    CategoryResult::SlugTaken(CategorySlugTaken { slug: row.slug })
                } else {
                    CategoryResult::NameTaken(CategoryNameTaken { name })
                }));
            }
            Err(error) => return Err(StructureError::from(error).into()),
        }
        finish(services, tx).await?;
        Ok(Some(CategoryResult::Success(CategorySuccess { category: Category(Arc::new(row)) })))
    }

    /// Makes an attribute that products can have values of. For administrators.
    #[graphql(directive = access::policy::apply(Policy::Role(Role::Admin)))]
    async fn create_attribute(
        &self,
        ctx: &Context<'_>,
        input: CreateAttributeInput,
    ) -> Result<Option<AttributeResult>> {
        for_admin(caller(ctx)?)?;
        check_code("code", &input.code)?;
        let services = services(ctx);
        let row = attribute::Model {
            id: services.platform.ids.next(),
            kind: input.kind,
            unit: optional_line("unit", input.unit.as_deref(), MAX_UNIT).map_err(StructureError::from)?,
            filterable: input.filterable,
            names: localized_text(input.names)?,
            options: options(input.kind, input.options)?,
            code: input.code,
        };
        let tx = services.platform.database.begin().await?;
        match row.clone().into_active_model().reset_all().insert(&*tx).await {
            Ok(_) => {}
            Err(error) if error.is_unique_violation() => {
                return Ok(Some(AttributeResult::CodeTaken(AttributeCodeTaken { code: row.code })));
            }
            Err(error) => return Err(StructureError::from(error).into()),
        }
        finish(services, tx).await?;
        Ok(Some(AttributeResult::Success(AttributeSuccess { id: row.id, code: row.code })))
    }

    /// Makes or replaces a tax zone, and with it the tax classes that its rates name. For administrators.
    #[graphql(directive = access::policy::apply(Policy::Role(Role::Admin)))]
    async fn set_tax_zone(
        &self,
        ctx: &Context<'_>,
        input: SetTaxZoneInput,
    ) -> Result<Option<SetTaxZonePayload>> {
        for_admin(caller(ctx)?)?;
        check_code("code", &input.code)?;
        let services = services(ctx);
        let areas = check_zone(&input)?;
        let tx = services.platform.database.begin().await?;
        store_zone(services, &tx, &input, areas).await?;
        finish(services, tx).await?;
        Ok(Some(SetTaxZonePayload { code: input.code }))
    }

    /// Builds the search index anew; searches go on in the old one. For administrators.
    #[graphql(directive = access::policy::apply(Policy::Role(Role::Admin)))]
    async fn reindex_search(&self, ctx: &Context<'_>) -> Result<Option<ReindexSearchPayload>> {
        for_admin(caller(ctx)?)?;
        Ok(Some(ReindexSearchPayload { products: services(ctx).indexer.rebuild(&|_, _| {}).await? }))
    }
}

async fn is_slug_taken(services: &Services, slug: &str) -> Result<bool, StructureError> {
    let same = category::Entity::find().filter(category::Column::Slug.eq(slug));
    Ok(same.one(services.platform.database.read()).await?.is_some())
}

async fn finish(services: &Services, tx: Transaction) -> Result<(), StructureError> {
    services.changes.announce(&tx, Change::references());
    Ok(tx.commit().await?)
}

fn options(
    kind: AttributeKind,
    inputs: Vec<AttributeOptionInput>,
) -> Result<AttributeOptions, StructureError> {
    let codes: HashSet<&str> = inputs.iter().map(|option| option.code.as_str()).collect();
    if codes.len() != inputs.len() || inputs.is_empty() == (kind == AttributeKind::Enum) {
        return Err(StructureError::InvalidOptions);
    }
    let options = inputs.into_iter().map(|option| {
        check_code("options", &option.code)?;
        Ok(AttributeOption { code: option.code, names: localized_text(option.names)? })
    });
    Ok(AttributeOptions(options.collect::<Result<_, StructureError>>()?))
}
