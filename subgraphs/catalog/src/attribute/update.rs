//! Changing an attribute. What products have of it stays: an option that one of them has is not taken away.

use catalog_entities::attribute;
use platform_database::Violation;

use super::check::{options, unit};
use super::error::AttributeError;
use super::graphql::UpdateAttributeInput;
use super::store;
use crate::app::App;
use crate::changes::Change;
use crate::described::DescribeAnew;
use crate::given::{optional, required};
use crate::names::{check_code, localized_text};

/// Why an attribute stays as it is.
pub enum NotUpdated {
    /// The code that another attribute has.
    CodeTaken(String),
    /// An option that is left out is that of some products.
    OptionUsed { code: String, products: i64 },
}

/// Changes an attribute; returns it as it is then.
pub async fn update(
    app: &App,
    input: UpdateAttributeInput,
) -> Result<Result<attribute::Model, NotUpdated>, AttributeError> {
    let tx = app.begin().await?;
    let before = store::lock(&tx, input.id).await?.ok_or(AttributeError::UnknownAttribute(input.id))?;
    let mut row = before.clone();
    if let Some(code) = required("code", input.code)? {
        check_code("code", &code)?;
        row.code = code;
    }
    if let Some(names) = required("names", input.names)? {
        row.names = localized_text("names", names)?;
    }
    if let Some(text) = optional(input.unit) {
        row.unit = unit(text.as_deref())?;
    }
    if let Some(filterable) = required("filterable", input.filterable)? {
        row.filterable = filterable;
    }
    if let Some(inputs) = required("options", input.options)? {
        row.options = options(row.kind, inputs)?;
        if let Some((code, products)) = store::used_beside(&tx, row.id, &row.options).await? {
            return Ok(Err(NotUpdated::OptionUsed { code, products }));
        }
    }
    match store::replace(&tx, row.clone()).await {
        Ok(()) => {}
        Err(error) if error.is_unique_violation() => return Ok(Err(NotUpdated::CodeTaken(row.code))),
        Err(error) => return Err(error.into()),
    }
    if found_by(&before) != found_by(&row) {
        app.jobs.enqueue(&tx, &DescribeAnew::Attribute(row.id)).await?;
    }
    app.commit(tx, Change::references()).await?;
    Ok(Ok(row))
}

/// By what of an attribute its products are found.
fn found_by(row: &attribute::Model) -> (&str, bool, &attribute::AttributeOptions) {
    (&row.code, row.filterable, &row.options)
}
