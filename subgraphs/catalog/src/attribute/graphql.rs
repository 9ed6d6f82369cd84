//! Typed attributes in the API. Made by administrators alone.

use std::sync::Arc;

use async_graphql::{Context, InputObject, Object, Result, SimpleObject, Union};
use catalog_entities::attribute::AttributeKind;
use platform_commerce::Market;
use platform_core::id::AttributeId;
use platform_identity::{Policy, Role};
use platform_server::{access, caller};

use super::create::{self, CodeTaken};
use crate::access::for_admin;
use crate::labels;
use crate::names::{LocalizedTextInput, localized};
use crate::product::data::{AttributeValue, ProductData};
use crate::services::services;

/// A product's value of a typed attribute. The field of the attribute's kind is set, the others are null.
pub struct ProductAttribute {
    product: Arc<ProductData>,
    index: usize,
}

impl ProductAttribute {
    pub fn new(product: &Arc<ProductData>, index: usize) -> Option<Self> {
        product.attributes.get(index)?;
        Some(Self { product: Arc::clone(product), index })
    }

    fn value(&self) -> Option<&AttributeValue> {
        self.product.attributes.get(self.index)
    }
}

/// A product's value of an attribute. Of `text`, `number`, `boolean` and `option` the one of its kind is set, the
/// others are null.
#[Object]
impl ProductAttribute {
    /// Code of the attribute, as filters and facets name it.
    async fn code(&self) -> &str {
        self.value().map_or("", |a| &a.definition.code)
    }

    /// What buyers read, in the market's language.
    async fn name(&self, ctx: &Context<'_>) -> Result<&str> {
        let market = Market::of(caller(ctx)?);
        Ok(self.value().map_or("", |a| localized(&a.definition.names, &market.language)))
    }

    /// Type of the value.
    async fn kind(&self) -> AttributeKind {
        self.value().map_or(AttributeKind::Text, |a| a.definition.kind)
    }

    /// What the value is measured in, such as `W`; null where it is a bare value.
    async fn unit(&self) -> Option<&str> {
        self.value()?.definition.unit.as_deref()
    }

    /// Value of a TEXT attribute, the same in every language.
    async fn text(&self) -> Option<&str> {
        self.value()?.value.text_value.as_deref()
    }

    /// Value of a NUMBER attribute, in `unit`.
    async fn number(&self) -> Option<f64> {
        self.value()?.value.number_value
    }

    /// Value of a BOOLEAN attribute.
    async fn boolean(&self) -> Option<bool> {
        self.value()?.value.boolean_value
    }

    /// Value of an ENUM attribute: the code of the chosen option.
    async fn option(&self) -> Option<&str> {
        self.value()?.value.option_code.as_deref()
    }

    /// The value as a person reads it, in the market's language.
    async fn display(&self, ctx: &Context<'_>) -> Result<String> {
        let language = &Market::of(caller(ctx)?).language;
        Ok(self.value().map(|a| display(a, language)).unwrap_or_default())
    }
}

fn display(attribute: &AttributeValue, language: &str) -> String {
    let value = &attribute.value;
    let text = match attribute.definition.kind {
        AttributeKind::Text => value.text_value.clone().unwrap_or_default(),
        AttributeKind::Number => value.number_value.map(|number| number.to_string()).unwrap_or_default(),
        AttributeKind::Boolean => {
            value.boolean_value.map(|yes| labels::boolean(yes, language).to_owned()).unwrap_or_default()
        }
        AttributeKind::Enum => option_label(attribute, language),
    };
    match &attribute.definition.unit {
        Some(unit) if !text.is_empty() => format!("{text} {unit}"),
        _ => text,
    }
}

fn option_label(attribute: &AttributeValue, language: &str) -> String {
    let Some(code) = attribute.value.option_code.as_deref() else { return String::new() };
    let option = attribute.definition.options.0.iter().find(|option| option.code == code);
    option.map_or_else(|| code.to_owned(), |option| localized(&option.names, language).to_owned())
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
        Ok(Some(match create::create(&services(ctx).app, input).await? {
            Ok(row) => AttributeResult::Success(AttributeSuccess { id: row.id, code: row.code }),
            Err(CodeTaken(code)) => AttributeResult::CodeTaken(AttributeCodeTaken { code }),
        }))
    }
}
