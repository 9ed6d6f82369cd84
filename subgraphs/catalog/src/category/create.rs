//! Making a category.

use std::sync::Arc;

use catalog_entities::category;
use platform_database::Violation;

use super::graphql::CreateCategoryInput;
use super::outcome::{CategoryError, Written};
use super::store;
use crate::app::App;
use crate::changes::Change;
use crate::names::{DEFAULT_LANGUAGE, check_slug, localized, localized_text};
use crate::reference::categories::MAX_DEPTH;

/// Adds a category to the tree.
pub async fn create(app: &App, input: CreateCategoryInput) -> Result<Written, CategoryError> {
    let references = app.products().references().await?;
    let tree = &references.categories;
    check_slug(&input.slug)?;
    if let Some(parent) = input.parent_id {
        if tree.get(parent).is_none() {
            return Err(CategoryError::UnknownParent);
        }
        if tree.path(parent).len() >= MAX_DEPTH {
            return Ok(Written::TooDeep);
        }
    }
    let names = localized_text("names", input.names)?;
    let row = category::Model {
        id: app.next_id(),
        parent_id: input.parent_id,
        slug: input.slug,
        position: input.position,
        name_key: Some(category::name_key(input.parent_id, localized(&names, DEFAULT_LANGUAGE))),
        names,
    };
    let tx = app.begin().await?;
    match store::insert(&tx, row.clone()).await {
        Ok(()) => {}
        Err(error) if error.is_unique_violation() => {
            drop(tx);
            return Ok(Written::taken(app.database(), row).await?);
        }
        Err(error) => return Err(error.into()),
    }
    app.commit(tx, Change::references()).await?;
    Ok(Written::Category(Arc::new(row)))
}
