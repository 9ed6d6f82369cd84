//! Making a category.

use std::sync::Arc;

use catalog_entities::category;
use platform_core::{ApiError, ErrorCode};
use platform_database::{StoreError, Violation};

use super::CategoryTree;
use super::graphql::CreateCategoryInput;
use super::store;
use crate::app::App;
use crate::changes::Change;
use crate::names::{DEFAULT_LANGUAGE, NameError, check_slug, localized, localized_text};

#[derive(Debug, thiserror::Error)]
pub enum CategoryError {
    #[error(transparent)]
    Name(#[from] NameError),
    #[error("no parent category with this id exists")]
    UnknownParent,
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl ApiError for CategoryError {
    fn code(&self) -> ErrorCode {
        match self {
            Self::Name(error) => error.code(),
            Self::UnknownParent => ErrorCode::BadUserInput,
            Self::Store(error) => error.code(),
        }
    }

    fn field(&self) -> Option<&str> {
        match self {
            Self::Name(error) => error.field(),
            Self::UnknownParent => Some("parentId"),
            Self::Store(_) => None,
        }
    }
}

platform_core::api_error!(CategoryError);

pub enum Created {
    Category(Arc<category::Model>),
    SlugTaken(String),
    /// The name in the default language that a category beside it has.
    NameTaken(String),
}

/// Adds a category to `tree`.
pub async fn create(
    app: &App,
    tree: &CategoryTree,
    input: CreateCategoryInput,
) -> Result<Created, CategoryError> {
    check_slug(&input.slug)?;
    if input.parent_id.is_some_and(|id| tree.get(id).is_none()) {
        return Err(CategoryError::UnknownParent);
    }
    let names = localized_text(input.names)?;
    let name = localized(&names, DEFAULT_LANGUAGE).to_owned();
    let row = category::Model {
        id: app.next_id(),
        parent_id: input.parent_id,
        slug: input.slug,
        position: input.position,
        name_key: Some(category::name_key(input.parent_id, &name)),
        names,
    };
    let tx = app.begin().await?;
    match store::insert(&tx, row.clone()).await {
        Ok(()) => {}
        Err(error) if error.is_unique_violation() => {
            drop(tx);
            return Ok(if store::is_slug_taken(app.database(), &row.slug).await? {
                Created::SlugTaken(row.slug)
            } else {
                Created::NameTaken(name)
            });
        }
        Err(error) => return Err(error.into()),
    }
    app.commit(tx, Change::references()).await?;
    Ok(Created::Category(Arc::new(row)))
}
