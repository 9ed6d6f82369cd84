//! How an answer joins what is there: objects key by key, lists of equal length element by element, `null` gives way
//! to anything, and otherwise what is there stays.

use std::collections::HashMap;
use std::sync::Arc;

use crate::tree::{Node, Object};

/// Above so many fields, keys are looked up by hash: custom scalars can be objects of any size.
const MANY: usize = 32;

/// Merges what is needed elsewhere too.
pub fn merge(old: &mut Node, new: &Node) {
    match (&mut *old, new) {
        (_, Node::Null) => {}
        (Node::Null, _) => *old = new.clone(),
        (Node::Object(ours), Node::Object(theirs)) => {
            if !Arc::ptr_eq(ours, theirs) {
                merge_fields(Arc::make_mut(ours), theirs);
            }
        }
        (Node::List(ours), Node::List(theirs)) => {
            if !Arc::ptr_eq(ours, theirs) && ours.len() == theirs.len() && may_add(ours, theirs) {
                let pairs = Arc::make_mut(ours).iter_mut().zip(theirs.iter());
                pairs.for_each(|(ours, theirs)| merge(ours, theirs));
            }
        }
        (_, _) => {}
    }
}

/// Merges what is not needed any more.
pub fn absorb(old: &mut Node, new: Node) {
    match (&mut *old, new) {
        (_, Node::Null) => {}
        (Node::Null, new) => *old = new,
        (Node::Object(ours), Node::Object(theirs)) => match Arc::try_unwrap(theirs) {
            Ok(theirs) => absorb_fields(Arc::make_mut(ours), theirs),
            Err(shared) => merge(old, &Node::Object(shared)),
        },
        (Node::List(ours), Node::List(theirs)) if ours.len() == theirs.len() => {
            match Arc::try_unwrap(theirs) {
                Ok(theirs) if may_add(ours, &theirs) => {
                    let pairs = Arc::make_mut(ours).iter_mut().zip(theirs);
                    pairs.for_each(|(ours, theirs)| absorb(ours, theirs));
                }
                Ok(_) => {}
                Err(shared) => merge(old, &Node::List(shared)),
            }
        }
        (_, _) => {}
    }
}

/// False for lists of leaves, of which most are: they are the same already.
fn may_add(ours: &[Node], theirs: &[Node]) -> bool {
    ours.iter().any(Node::is_null)
        || theirs.iter().any(|node| matches!(node, Node::List(_) | Node::Object(_)))
}

fn merge_fields(old: &mut Object, new: &Object) {
    let index = Index::of(old, new.entries().len());
    for (key, node) in new.entries() {
        match index.find(old, key) {
            Some(old) => merge(old, node),
            None => old.push(Arc::clone(key), node.clone()),
        }
    }
}

fn absorb_fields(old: &mut Object, new: Object) {
    if old.entries().is_empty() {
        *old = new;
        return;
    }
    let index = Index::of(old, new.entries().len());
    for (key, node) in new.into_entries() {
        match index.find(old, &key) {
            Some(old) => absorb(old, node),
            None => old.push(key, node),
        }
    }
}

/// Where the fields of an object stand, if it has many.
struct Index(Option<HashMap<Arc<str>, usize>>);

impl Index {
    fn of(object: &Object, wanted: usize) -> Self {
        let entries = object.entries();
        let many = entries.len() > MANY && wanted > MANY;
        Self(many.then(|| entries.iter().enumerate().map(|(at, (key, _))| (Arc::clone(key), at)).collect()))
    }

    fn find<'o>(&self, object: &'o mut Object, key: &str) -> Option<&'o mut Node> {
        match &self.0 {
            Some(positions) => {
                let at = *positions.get(key)?;
                object.entries_mut().get_mut(at).map(|(_, node)| node)
            }
            None => object.get_mut(key),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use router_transport::Value;
    use serde_json::json;

    /// Both ways of merging give the same.
    fn merged(old: Value, new: Value) -> Value {
        let (mut by_reference, new) = (Node::from(old), Node::from(new));
        let mut by_value = by_reference.clone();
        merge(&mut by_reference, &new);
        absorb(&mut by_value, new);
        assert_eq!(by_reference, by_value);
        by_reference.to_json()
    }

    #[test]
    fn objects_join_and_what_is_there_stays() {
        let old = json!({ "a": 1, "b": { "c": 2 }, "n": null });
        let new = json!({ "a": 9, "b": { "d": 3 }, "n": { "e": 4 }, "f": 5 });
        assert_eq!(merged(old, new), json!({ "a": 1, "b": { "c": 2, "d": 3 }, "n": { "e": 4 }, "f": 5 }));
    }

    #[test]
    fn lists_of_equal_length_join_and_others_stay() {
        let old = json!([{ "a": 1 }, null, { "a": 3 }]);
        assert_eq!(
            merged(old.clone(), json!([{ "b": 1 }, { "b": 2 }, null])),
            json!([{ "a": 1, "b": 1 }, { "b": 2 }, { "a": 3 }])
        );
        assert_eq!(merged(old.clone(), json!([{ "b": 1 }])), old);
        assert_eq!(merged(json!([[{ "a": 1 }]]), json!([[{ "b": 1 }]])), json!([[{ "a": 1, "b": 1 }]]));
    }

    #[test]
    fn what_does_not_fit_changes_nothing() {
        assert_eq!(merged(json!({ "a": [1] }), json!({ "a": { "b": 1 } })), json!({ "a": [1] }));
        assert_eq!(merged(json!({ "a": "x" }), json!({ "a": { "b": 1 } })), json!({ "a": "x" }));
        assert_eq!(merged(json!({ "a": 1 }), json!(null)), json!({ "a": 1 }));
    }

    #[test]
    fn a_shared_object_differs_only_where_it_was_changed() {
        let entity = Node::from(json!({ "vendor": { "id": 1 } }));
        let (mut left, mut right) = (Node::empty_object(), Node::empty_object());
        merge(&mut left, &entity);
        merge(&mut right, &entity);
        merge(&mut left, &Node::from(json!({ "vendor": { "name": "n" } })));
        assert_eq!(left.to_json(), json!({ "vendor": { "id": 1, "name": "n" } }));
        assert_eq!(right.to_json(), json!({ "vendor": { "id": 1 } }));
    }

    #[test]
    fn large_objects_join_by_hash() {
        let many = |prefix: &str| -> Value {
            (0..100).map(|at| (format!("{prefix}{at}"), json!(at))).collect::<serde_json::Map<_, _>>().into()
        };
        let joined = merged(many("a"), many("b"));
        assert_eq!(joined.as_object().unwrap().len(), 200);
        assert_eq!(merged(many("a"), many("a")), many("a"));
    }
}
