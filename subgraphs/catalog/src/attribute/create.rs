//! Making an attribute.

use catalog_entities::attribute;
use platform_database::Violation;

use super::check::{options, unit};
use super::error::AttributeError;
use super::graphql::CreateAttributeInput;
use super::store;
use crate::app::App;
use crate::changes::Change;
use crate::names::{check_code, localized_text};

/// The code that another attribute has.
pub struct CodeTaken(pub String);

/// Makes an attribute that products can have values of.
pub async fn create(
    app: &App,
    input: CreateAttributeInput,
) -> Result<Result<attribute::Model, CodeTaken>, AttributeError> {
    check_code("code", &input.code)?;
    let row = attribute::Model {
        id: app.next_id(),
        kind: input.kind,
        unit: unit(input.unit.as_deref())?,
        filterable: input.filterable,
        names: localized_text("names", input.names)?,
        options: options(input.kind, input.options)?,
        code: input.code,
    };
    let tx = app.begin().await?;
    match store::insert(&tx, row.clone()).await {
        Ok(()) => {}
        Err(error) if error.is_unique_violation() => return Ok(Err(CodeTaken(row.code))),
        Err(error) => return Err(error.into()),
    }
    app.commit(tx, Change::references()).await?;
    Ok(Ok(row))
}
