//! Attributes in the API, and a product's values of them.

use std::sync::Arc;

use async_graphql::{Context, Object, Result};
use catalog_entities::attribute::{self, AttributeKind};
use platform_commerce::Market;
use platform_core::id::AttributeId;
use platform_server::caller;

use crate::labels;
use crate::names::{Translation, localized, read_in, translations};
use crate::product::data::{AttributeValue, ProductData};

/// A typed property that products can have.
pub struct Attribute(pub attribute::Model);

/// A typed property that products can have, such as a colour or a power in watts.
#[Object]
impl Attribute {
    /// Identifier; see `updateAttribute`.
    async fn id(&self) -> AttributeId {
        self.0.id
    }

    /// The code by which products, filters and facets name the attribute, unique among attributes.
    async fn code(&self) -> &str {
        &self.0.code
    }

    /// Type of its values.
    async fn kind(&self) -> AttributeKind {
        self.0.kind
    }

    /// What buyers read, in `language`, by default that of the market.
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

    /// What buyers read in each language that it has, at most 30.
    #[graphql(directive = platform_server::cost::list::apply(5))]
    async fn translations(&self) -> Vec<Translation> {
        translations(&self.0.names)
    }

    /// What its values are measured in, such as `W`; null where they are bare values.
    async fn unit(&self) -> Option<&str> {
        self.0.unit.as_deref()
    }

    /// Whether searches can be narrowed by it.
    async fn filterable(&self) -> bool {
        self.0.filterable
    }

    /// The values that an ENUM can have, in order; empty for other kinds.
    #[graphql(directive = platform_server::cost::list::apply(10))]
    async fn options(&self) -> Vec<AttributeOption> {
        self.0.options.0.iter().cloned().map(AttributeOption).collect()
    }
}

/// A value that an ENUM attribute can have.
pub struct AttributeOption(attribute::AttributeOption);

/// A value that an ENUM attribute can have.
#[Object]
impl AttributeOption {
    /// The code by which products and filters name it, unique in its attribute.
    async fn code(&self) -> &str {
        &self.0.code
    }

    /// What buyers read, in `language`, by default that of the market.
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

    /// What buyers read in each language that it has, at most 30.
    #[graphql(directive = platform_server::cost::list::apply(5))]
    async fn translations(&self) -> Vec<Translation> {
        translations(&self.0.names)
    }
}

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
