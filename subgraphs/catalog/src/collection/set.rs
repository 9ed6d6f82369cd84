//! Making a collection, or putting another in its place, with all its products.

use std::collections::HashSet;

use catalog_entities::collection;
use platform_core::id::ProductId;
use platform_core::{ApiError, ErrorCode};
use platform_database::StoreError;

use super::graphql::SetCollectionInput;
use super::store;
use crate::app::App;
use crate::changes::Change;
use crate::names::{NameError, check_slug, localized_text};
use crate::product::store::count;

/// The most products of one collection.
const MAX_PRODUCTS: usize = 1_000;

#[derive(Debug, thiserror::Error)]
pub enum CollectionError {
    #[error(transparent)]
    Name(#[from] NameError),
    #[error("give at most {MAX_PRODUCTS} products that exist")]
    UnknownProducts,
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl ApiError for CollectionError {
    fn code(&self) -> ErrorCode {
        match self {
            Self::Name(error) => error.code(),
            Self::UnknownProducts => ErrorCode::BadUserInput,
            Self::Store(error) => error.code(),
        }
    }

    fn field(&self) -> Option<&str> {
        match self {
            Self::Name(error) => error.field(),
            Self::UnknownProducts => Some("productIds"),
            Self::Store(_) => None,
        }
    }
}

platform_core::api_error!(CollectionError);

/// Makes or replaces the collection with this slug.
pub async fn set(app: &App, input: SetCollectionInput) -> Result<collection::Model, CollectionError> {
    check_slug(&input.slug)?;
    let mut seen = HashSet::new();
    let ids: Vec<ProductId> = input.product_ids.into_iter().filter(|id| seen.insert(*id)).collect();
    let names = localized_text("names", input.names)?;
    let tx = app.begin().await?;
    if ids.len() > MAX_PRODUCTS || count(&*tx, &ids).await? != ids.len() {
        return Err(CollectionError::UnknownProducts);
    }
    let id = store::id_of_slug(&tx, &input.slug).await?.unwrap_or_else(|| app.next_id());
    let row = collection::Model { id, slug: input.slug, position: input.position, names };
    store::replace(&tx, row.clone()).await?;
    store::replace_members(&tx, id, &ids).await?;
    // Lists of a collection are cached as lists of products are.
    app.commit(tx, Change { products: ids, ..Change::references() }).await?;
    Ok(row)
}
