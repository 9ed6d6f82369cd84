//! What becomes of a category that is to be made or changed, and why it cannot be written as it was asked for.

use std::sync::Arc;

use catalog_entities::category;
use platform_core::id::CategoryId;
use platform_core::{ApiError, ErrorCode};
use platform_database::{Database, StoreError};

use super::store;
use crate::given::NotNull;
use crate::names::{DEFAULT_LANGUAGE, NameError, localized};

#[derive(Debug, thiserror::Error)]
pub enum CategoryError {
    #[error(transparent)]
    Name(#[from] NameError),
    #[error(transparent)]
    Null(#[from] NotNull),
    #[error("no category with the id {0} exists")]
    UnknownCategory(CategoryId),
    #[error("no parent category with this id exists")]
    UnknownParent,
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl ApiError for CategoryError {
    fn code(&self) -> ErrorCode {
        match self {
            Self::Name(error) => error.code(),
            Self::Null(error) => error.code(),
            Self::UnknownCategory(_) => ErrorCode::NotFound,
            Self::UnknownParent => ErrorCode::BadUserInput,
            Self::Store(error) => error.code(),
        }
    }

    fn field(&self) -> Option<&str> {
        match self {
            Self::Name(error) => error.field(),
            Self::Null(error) => error.field(),
            Self::UnknownCategory(_) => Some("id"),
            Self::UnknownParent => Some("parentId"),
            Self::Store(_) => None,
        }
    }
}

platform_core::api_error!(CategoryError);

pub enum Written {
    Category(Arc<category::Model>),
    SlugTaken(String),
    /// The name in the default language that a category beside it has.
    NameTaken(String),
    /// The parent that it was to have, which is the category itself or below it.
    BelowItself(Arc<category::Model>),
    /// There would be more than [`MAX_DEPTH`](crate::reference::categories::MAX_DEPTH) levels.
    TooDeep,
}

impl Written {
    /// What another category has of one that a unique index refused.
    pub async fn taken(database: &Database, refused: category::Model) -> Result<Self, StoreError> {
        Ok(if store::is_slug_taken(database, &refused).await? {
            Self::SlugTaken(refused.slug)
        } else {
            Self::NameTaken(localized(&refused.names, DEFAULT_LANGUAGE).to_owned())
        })
    }
}
