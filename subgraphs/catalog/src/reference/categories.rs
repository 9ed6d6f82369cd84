//! The tree of categories.

use std::collections::HashMap;
use std::sync::Arc;

use catalog_entities::category;
use platform_core::id::CategoryId;
use platform_core::page::Page;
use platform_database::StoreError;
use sea_orm::ConnectionTrait;

use super::store;

/// The most levels of a tree: deeper than any real one. Ends a walk over one that was damaged into a circle, too.
pub const MAX_DEPTH: usize = 16;
/// [`MAX_DEPTH`] as a GraphQL `Int`.
pub const MAX_LEVELS: i32 = 16;

/// Where a category stands among those beside it.
pub type Place = (i32, CategoryId);

pub fn place(node: &category::Model) -> Place {
    (node.position, node.id)
}

#[derive(Debug, Default)]
pub struct CategoryTree {
    nodes: HashMap<CategoryId, Arc<category::Model>>,
    by_slug: HashMap<String, CategoryId>,
    children: HashMap<Option<CategoryId>, Vec<Arc<category::Model>>>,
}

impl CategoryTree {
    pub async fn load(connection: &impl ConnectionTrait) -> Result<Self, StoreError> {
        Ok(store::categories(connection).await?.into_iter().collect())
    }

    pub fn get(&self, id: CategoryId) -> Option<&Arc<category::Model>> {
        self.nodes.get(&id)
    }

    pub fn by_slug(&self, slug: &str) -> Option<&Arc<category::Model>> {
        self.by_slug.get(slug).and_then(|id| self.nodes.get(id))
    }

    /// The children of a category, or the roots, in order.
    pub fn children(&self, parent: Option<CategoryId>) -> &[Arc<category::Model>] {
        self.children.get(&parent).map_or(&[], Vec::as_slice)
    }

    /// A page of the children of a category, or of the roots; one more than asked for, to know whether more follow.
    pub fn page(&self, parent: Option<CategoryId>, page: &Page<Place>) -> Vec<Arc<category::Model>> {
        let most = usize::try_from(page.first.saturating_add(1)).unwrap_or(usize::MAX);
        let follows = |node: &&Arc<category::Model>| page.after.is_none_or(|after| place(node) > after);
        self.children(parent).iter().filter(follows).take(most).cloned().collect()
    }

    /// From the root down to `id`; empty for an unknown one.
    pub fn path(&self, id: CategoryId) -> Vec<Arc<category::Model>> {
        let mut path = Vec::new();
        let mut next = Some(id);
        while let Some(node) = next.and_then(|id| self.nodes.get(&id)) {
            path.push(Arc::clone(node));
            if path.len() == MAX_DEPTH {
                break;
            }
            next = node.parent_id;
        }
        path.reverse();
        path
    }

    /// `id` and everything below it.
    pub fn with_descendants(&self, id: CategoryId) -> Vec<CategoryId> {
        self.below(id).flatten().collect()
    }

    /// How many levels there are from `id` down, its own among them.
    pub fn levels(&self, id: CategoryId) -> usize {
        self.below(id).count()
    }

    /// The levels from `id` down, the first of which is `id` alone.
    fn below(&self, id: CategoryId) -> impl Iterator<Item = Vec<CategoryId>> {
        let next = |level: &Vec<CategoryId>| {
            let below = level.iter().flat_map(|parent| self.children(Some(*parent))).map(|node| node.id);
            Some(below.collect::<Vec<_>>()).filter(|level| !level.is_empty())
        };
        std::iter::successors(Some(vec![id]), next).take(MAX_DEPTH + 1)
    }

    pub fn all(&self) -> impl Iterator<Item = &Arc<category::Model>> {
        self.nodes.values()
    }
}

impl FromIterator<category::Model> for CategoryTree {
    /// Rows in the order that those beside each other have.
    fn from_iter<I: IntoIterator<Item = category::Model>>(rows: I) -> Self {
        let mut tree = Self::default();
        for row in rows {
            let node = Arc::new(row);
            tree.nodes.insert(node.id, Arc::clone(&node));
            tree.by_slug.insert(node.slug.clone(), node.id);
            tree.children.entry(node.parent_id).or_default().push(node);
        }
        tree
    }
}

#[cfg(test)]
mod tests {
    use catalog_entities::LocalizedText;
    use uuid::Uuid;

    use super::*;

    #[test]
    fn a_circle_does_not_trap_a_walk() {
        let id = |n| CategoryId(Uuid::from_u128(n));
        let mut tree = CategoryTree::default();
        for (own, parent) in [(1, 2), (2, 1)] {
            let names = LocalizedText::default();
            let (id, parent_id) = (id(own), Some(id(parent)));
            let node = Arc::new(category::Model {
                id,
                parent_id,
                slug: own.to_string(),
                position: 0,
                names,
                name_key: None,
            });
            tree.nodes.insert(id, Arc::clone(&node));
            tree.children.entry(parent_id).or_default().push(node);
        }
        assert_eq!(tree.path(id(1)).len(), MAX_DEPTH);
        assert!(tree.with_descendants(id(1)).len() <= MAX_DEPTH + 1);
    }
}
