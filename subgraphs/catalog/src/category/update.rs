//! Renaming and moving a category. What is below it comes with it, and the tree stays one.

use std::sync::Arc;

use catalog_entities::category;
use platform_database::Violation;

use super::graphql::UpdateCategoryInput;
use super::outcome::{CategoryError, Written};
use super::store;
use crate::app::App;
use crate::changes::Change;
use crate::described::DescribeAnew;
use crate::given::{optional, required};
use crate::names::{DEFAULT_LANGUAGE, check_slug, localized, localized_text};
use crate::reference::categories::{CategoryTree, MAX_DEPTH};

/// Changes a category. What is absent stays as it is.
pub async fn update(app: &App, input: UpdateCategoryInput) -> Result<Written, CategoryError> {
    let tx = app.begin().await?;
    // All of them: of two moves that would make a ring together the second sees the first.
    let tree = CategoryTree::from_iter(store::lock_all(&tx).await?);
    let before = tree.get(input.id).ok_or(CategoryError::UnknownCategory(input.id))?;
    let mut row = category::Model::clone(before);
    if let Some(slug) = required("slug", input.slug)? {
        check_slug(&slug)?;
        row.slug = slug;
    }
    if let Some(names) = required("names", input.names)? {
        row.names = localized_text("names", names)?;
    }
    if let Some(position) = required("position", input.position)? {
        row.position = position;
    }
    if let Some(parent) = optional(input.parent_id) {
        row.parent_id = parent;
    }
    if let Some(refused) = check_move(&tree, before, &row)? {
        return Ok(refused);
    }
    let name = |row: &category::Model| localized(&row.names, DEFAULT_LANGUAGE).to_owned();
    // Two that were alike before that was refused stay as they are until one gets another name or place.
    if row.parent_id != before.parent_id || name(&row) != name(before) {
        row.name_key = Some(category::name_key(row.parent_id, &name(&row)));
    }
    match store::replace(&tx, row.clone()).await {
        Ok(()) => {}
        Err(error) if error.is_unique_violation() => {
            drop(tx);
            return Ok(Written::taken(app.database(), row).await?);
        }
        Err(error) => return Err(error.into()),
    }
    if row.parent_id != before.parent_id || row.names != before.names {
        app.jobs.enqueue(&tx, &DescribeAnew::Category(row.id)).await?;
    }
    app.commit(tx, Change::references()).await?;
    Ok(Written::Category(Arc::new(row)))
}

/// Why a category cannot be where `row` puts it, if it cannot.
fn check_move(
    tree: &CategoryTree,
    before: &category::Model,
    row: &category::Model,
) -> Result<Option<Written>, CategoryError> {
    let Some(parent) = row.parent_id.filter(|_| row.parent_id != before.parent_id) else { return Ok(None) };
    let parent = tree.get(parent).ok_or(CategoryError::UnknownParent)?;
    let path = tree.path(parent.id);
    if path.iter().any(|above| above.id == row.id) {
        return Ok(Some(Written::BelowItself(Arc::clone(parent))));
    }
    let is_too_deep = path.len() + tree.levels(row.id) > MAX_DEPTH;
    Ok(is_too_deep.then_some(Written::TooDeep))
}
