//! Finding the objects that a plan's path leads to, and finding them again when an answer arrives.
//!
//! A place is the path and the list indices passed on the way. Merging never removes or moves an element, so a place
//! stays valid while other answers arrive.

use std::sync::Arc;

use router_planner::plan::Step;
use router_transport::PathElement;

use crate::tree::{Node, Object};

/// Calls `visit` with every object at `path`, in the order of the tree, and the list indices that lead to it.
pub fn find<'t>(root: &'t Node, path: &[Step], visit: &mut impl FnMut(&[usize], &'t Object)) {
    walk(root, path, &mut Vec::new(), visit);
}

fn walk<'t>(
    node: &'t Node,
    path: &[Step],
    indices: &mut Vec<usize>,
    visit: &mut impl FnMut(&[usize], &'t Object),
) {
    match node {
        Node::Null | Node::Bool(_) | Node::Number(_) | Node::String(_) => {}
        Node::List(items) => {
            for (index, item) in items.iter().enumerate() {
                indices.push(index);
                walk(item, path, indices, visit);
                indices.pop();
            }
        }
        Node::Object(object) => match path.split_first() {
            None => visit(indices, object),
            Some((Step::Field(name), rest)) => walk(object.get(name), rest, indices, visit),
            Some((Step::On(types), rest)) => {
                if object.typename().is_some_and(|name| types.contains(name)) {
                    walk(node, rest, indices, visit);
                }
            }
        },
    }
}

/// The node at a place; `indices` may go on below it.
pub fn object_at<'t>(root: &'t Node, path: &[Step], indices: &[usize]) -> Option<&'t Node> {
    let mut node = root;
    let mut indices = indices.iter();
    for step in path {
        if let Step::Field(name) = step {
            node = node.as_object()?.get(name);
            while let Node::List(items) = node {
                node = items.get(*indices.next()?)?;
            }
        }
    }
    Some(node)
}

/// The node at a place, to be changed.
pub fn place_mut<'t>(root: &'t mut Node, path: &[Step], indices: &[usize]) -> Option<&'t mut Node> {
    let mut node = root;
    let mut indices = indices.iter();
    for step in path {
        if let Step::Field(name) = step {
            node = match node {
                Node::Object(object) => Arc::make_mut(object).get_mut(name)?,
                _ => return None,
            };
            while let Node::List(items) = node {
                node = Arc::make_mut(items).get_mut(*indices.next()?)?;
            }
        }
    }
    Some(node)
}

/// A place as a path of keys and indices.
pub fn full_path(root: &Node, path: &[Step], indices: &[usize]) -> Vec<PathElement> {
    let mut elements = Vec::new();
    let mut node = root;
    let mut indices = indices.iter();
    for step in path {
        let Step::Field(name) = step else { continue };
        elements.push(PathElement::Key(Arc::clone(name)));
        let Some(object) = node.as_object() else { return elements };
        node = object.get(name);
        while let Node::List(items) = node {
            let Some(&index) = indices.next() else { return elements };
            let Some(item) = items.get(index) else { return elements };
            elements.push(PathElement::Index(index));
            node = item;
        }
    }
    elements
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn field(name: &str) -> Step {
        Step::Field(name.into())
    }

    fn found(root: &Node, path: &[Step]) -> Vec<Vec<usize>> {
        let mut places = Vec::new();
        find(root, path, &mut |indices, _| places.push(indices.to_vec()));
        places
    }

    #[test]
    fn lists_are_passed_at_any_depth_and_nulls_lead_nowhere() {
        let root = Node::from(
            json!({ "a": [[{ "b": { "x": 1 } }, null], [], [{ "b": null }, { "b": { "x": 2 } }]] }),
        );
        let path = [field("a"), field("b")];
        assert_eq!(found(&root, &path), [[0, 0], [2, 1]]);
        let mut root = root;
        let node = place_mut(&mut root, &path, &[2, 1]).unwrap();
        assert_eq!(node.to_json(), json!({ "x": 2 }));
        let full = serde_json::to_value(full_path(&root, &path, &[2, 1])).unwrap();
        assert_eq!(full, json!(["a", 2, 1, "b"]));
    }

    #[test]
    fn types_are_told_apart_by_the_name_in_the_tree() {
        let root = Node::from(json!({ "a": [{ "__typename": "A" }, { "__typename": "B" }, {}] }));
        let types = ["A", "C"].into_iter().map(Into::into).collect();
        assert_eq!(found(&root, &[field("a"), Step::On(types)]), [[0]]);
    }

    #[test]
    fn the_root_is_a_place() {
        assert_eq!(found(&Node::empty_object(), &[]), [[0usize; 0]]);
        assert!(found(&Node::Null, &[]).is_empty());
    }
}
