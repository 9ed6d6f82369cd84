//! From a path of internal names to the path that the client knows.

use std::sync::Arc;

use router_planner::plan::{OutputField, OutputObject, OutputValue, RuntimeType, Shape};
use router_transport::PathElement;

use crate::tree::Node;

/// Follows `internal` through the response as the client asked for it. Where the client reads nothing (a key that was
/// fetched for the router alone), the path ends.
pub fn rebase(output: &OutputObject, tree: &Node, internal: &[PathElement]) -> Vec<PathElement> {
    let mut path = Vec::with_capacity(internal.len());
    let mut object = output;
    let mut node = tree;
    let mut elements = internal.iter().peekable();
    while let Some(PathElement::Key(name)) = elements.next() {
        let Some((field, shape)) = reader(object, node, name) else { break };
        path.push(PathElement::Key(Arc::clone(&field.key)));
        node = node.as_object().map_or(&Node::Null, |object| object.get(name));
        let mut shape = nullable(shape);
        while let (Some(PathElement::Index(index)), Shape::List(item)) = (elements.peek(), shape) {
            path.push(PathElement::Index(*index));
            node = match node {
                Node::List(items) => items.get(*index).unwrap_or(&Node::Null),
                _ => &Node::Null,
            };
            shape = nullable(item);
            elements.next();
        }
        match shape {
            Shape::Object(inner) => object = inner,
            Shape::NonNull(_) | Shape::List(_) | Shape::Leaf(_) => break,
        }
    }
    path
}

fn nullable(shape: &Shape) -> &Shape {
    match shape {
        Shape::NonNull(inner) => inner,
        Shape::List(_) | Shape::Leaf(_) | Shape::Object(_) => shape,
    }
}

/// The first field that reads `name` of this object. Of an object that is not there, the type is not known: then any.
fn reader<'p>(object: &'p OutputObject, node: &Node, name: &str) -> Option<(&'p OutputField, &'p Shape)> {
    let runtime_type = match &object.runtime_type {
        RuntimeType::Static(name) => Some(&**name),
        RuntimeType::Fetched { .. } | RuntimeType::Irrelevant => {
            node.as_object().and_then(|object| object.typename())
        }
    };
    object.fields.iter().find_map(|field| {
        let applies = match (&field.on, runtime_type) {
            (Some(types), Some(name)) => types.contains(name),
            (None, _) | (_, None) => true,
        };
        match &field.value {
            OutputValue::Field { internal, shape, .. } if applies && **internal == *name => {
                Some((field, shape))
            }
            OutputValue::Field { .. }
            | OutputValue::Typename
            | OutputValue::Introspection
            | OutputValue::Denied { .. } => None,
        }
    })
}
