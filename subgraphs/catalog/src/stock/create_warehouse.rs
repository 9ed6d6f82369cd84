//! Making a warehouse.

use catalog_entities::warehouse;
use platform_database::Violation;
use platform_text::{Country, line, token};

use super::graphql::CreateWarehouseInput;
use super::{StockError, store};
use crate::app::App;
use crate::changes::Change;

/// Of a warehouse's code and of its name.
const MAX_NAME: usize = 100;

/// A warehouse's code as it is stored.
pub fn code(text: &str) -> Result<String, StockError> {
    Ok(token("code", text.trim(), 1..=MAX_NAME)?.to_owned())
}

/// A warehouse's name as it is stored.
pub fn name(text: &str) -> Result<String, StockError> {
    Ok(line("name", text, MAX_NAME)?)
}

/// A warehouse's country as it is stored.
pub fn country(text: &str) -> Result<String, StockError> {
    Ok(Country::parse("country", text)?.into())
}

/// The code that another warehouse has.
pub struct CodeTaken(pub String);

/// Makes a warehouse.
pub async fn create_warehouse(
    app: &App,
    input: CreateWarehouseInput,
) -> Result<Result<warehouse::Model, CodeTaken>, StockError> {
    let row = warehouse::Model {
        id: app.next_id(),
        vendor_id: input.vendor_id,
        code: code(&input.code)?,
        name: name(&input.name)?,
        country: country(&input.country)?,
        priority: input.priority,
    };
    let tx = app.begin().await?;
    match store::insert_warehouse(&tx, row.clone()).await {
        Ok(()) => {}
        Err(error) if error.is_unique_violation() => return Ok(Err(CodeTaken(row.code))),
        Err(error) => return Err(error.into()),
    }
    app.commit(tx, Change::references()).await?;
    Ok(Ok(row))
}
