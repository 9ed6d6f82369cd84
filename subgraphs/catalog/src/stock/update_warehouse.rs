//! Changing a warehouse. Its vendor stays, because what lies in it is offered by that vendor; its stock is changed by
//! movements alone.

use catalog_entities::warehouse;
use platform_database::Violation;

use super::create_warehouse::{CodeTaken, code, country, name};
use super::graphql::UpdateWarehouseInput;
use super::{StockError, store};
use crate::app::App;
use crate::changes::Change;
use crate::given::required;

/// Changes a warehouse; returns it as it is then.
pub async fn update_warehouse(
    app: &App,
    input: UpdateWarehouseInput,
) -> Result<Result<warehouse::Model, CodeTaken>, StockError> {
    let tx = app.begin().await?;
    let mut row = store::lock_warehouse(&tx, input.id).await?.ok_or(StockError::NoWarehouse(input.id))?;
    if let Some(text) = required("code", input.code)? {
        row.code = code(&text)?;
    }
    if let Some(text) = required("name", input.name)? {
        row.name = name(&text)?;
    }
    if let Some(text) = required("country", input.country)? {
        row.country = country(&text)?;
    }
    if let Some(priority) = required("priority", input.priority)? {
        row.priority = priority;
    }
    match store::replace_warehouse(&tx, row.clone()).await {
        Ok(()) => {}
        Err(error) if error.is_unique_violation() => return Ok(Err(CodeTaken(row.code))),
        Err(error) => return Err(error.into()),
    }
    app.commit(tx, Change::references()).await?;
    Ok(Ok(row))
}
