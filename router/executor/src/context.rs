//! Values that an entity's request takes from objects above it.

use router_planner::plan::{ContextSource, ContextVariable, EntityCall, NullInput, Step};

use crate::tree::{Node, object_at};

/// The values of a call's context variables for one object, in their order; `None` where one that must not be `null`
/// is, so that the object cannot be asked for.
pub fn values(tree: &Node, call: &EntityCall, path: &[Step], indices: &[usize]) -> Option<Vec<Node>> {
    call.context
        .iter()
        .map(|variable| {
            let value = value(tree, variable, path, indices);
            (!value.is_null() || variable.null == NullInput::Send).then_some(value)
        })
        .collect()
}

fn value(tree: &Node, variable: &ContextVariable, path: &[Step], indices: &[usize]) -> Node {
    for source in &variable.sources {
        let above = path.get(..source.steps).unwrap_or(path);
        if let Some(node) = object_at(tree, above, indices)
            && is_meant(node, source)
        {
            let values = source.paths.iter().filter_map(|way| follow(node, way));
            return values.into_iter().find(|value| !value.is_null()).unwrap_or_default();
        }
    }
    Node::Null
}

fn is_meant(node: &Node, source: &ContextSource) -> bool {
    let Some(types) = &source.on else { return true };
    node.as_object().and_then(|object| object.typename()).is_some_and(|name| types.contains(name))
}

/// `None` where the way is for other types.
fn follow(node: &Node, way: &[Step]) -> Option<Node> {
    let Some((step, rest)) = way.split_first() else { return Some(node.clone()) };
    match (node, step) {
        (Node::List(items), _) => {
            Some(items.iter().map(|item| follow(item, way).unwrap_or_default()).collect())
        }
        (Node::Object(object), Step::Field(name)) => follow(object.get(name), rest),
        (Node::Object(object), Step::On(types)) => {
            object.typename().filter(|name| types.contains(name)).and_then(|_| follow(node, rest))
        }
        _ => Some(Node::Null),
    }
}
