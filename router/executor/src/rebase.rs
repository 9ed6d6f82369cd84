//! From a path of internal names to the paths that the client knows.

use std::sync::Arc;

use router_planner::plan::{OutputField, OutputObject, OutputValue, RuntimeType, Shape};
use router_transport::PathElement;

use crate::errors::MAX_ERRORS;
use crate::tree::Node;

/// Follows `internal` through the response as the client asked for it: to every key under which it reads the value.
/// Where it does so nowhere (a key that was fetched for the router alone), there is one path, which ends where the
/// reading does.
pub fn rebase(output: &OutputObject, tree: &Node, internal: &[PathElement]) -> Vec<Vec<PathElement>> {
    let mut found = Found::default();
    found.object(output, tree, internal, &mut Vec::with_capacity(internal.len()));
    let Found { whole, part } = found;
    if whole.is_empty() { vec![part.unwrap_or_default()] } else { whole }
}

#[derive(Default)]
struct Found {
    whole: Vec<Vec<PathElement>>,
    /// The first that ended early.
    part: Option<Vec<PathElement>>,
}

impl Found {
    fn object(
        &mut self,
        object: &OutputObject,
        node: &Node,
        internal: &[PathElement],
        path: &mut Vec<PathElement>,
    ) {
        let Some((PathElement::Key(name), rest)) = internal.split_first() else {
            self.whole.push(path.clone());
            return;
        };
        let mut is_read = false;
        for (field, shape) in readers(object, node, name) {
            // Each alias on the way multiplies the paths.
            if self.whole.len() >= MAX_ERRORS {
                return;
            }
            is_read = true;
            let length = path.len();
            path.push(PathElement::Key(Arc::clone(&field.key)));
            let value = node.as_object().map_or(&Node::Null, |object| object.get(name));
            self.value(shape, value, rest, path);
            path.truncate(length);
        }
        if !is_read {
            self.part.get_or_insert_with(|| path.clone());
        }
    }

    fn value(
        &mut self,
        shape: &Shape,
        mut node: &Node,
        mut internal: &[PathElement],
        path: &mut Vec<PathElement>,
    ) {
        let mut shape = nullable(shape);
        while let (Some((PathElement::Index(index), rest)), Shape::List(item)) =
            (internal.split_first(), shape)
        {
            path.push(PathElement::Index(*index));
            node = match node {
                Node::List(items) => items.get(*index).unwrap_or(&Node::Null),
                _ => &Node::Null,
            };
            shape = nullable(item);
            internal = rest;
        }
        match shape {
            Shape::Object(inner) => self.object(inner, node, internal, path),
            Shape::NonNull(_) | Shape::List(_) | Shape::Leaf(_) => self.whole.push(path.clone()),
        }
    }
}

fn nullable(shape: &Shape) -> &Shape {
    match shape {
        Shape::NonNull(inner) => inner,
        Shape::List(_) | Shape::Leaf(_) | Shape::Object(_) => shape,
    }
}

/// The fields that read `name` of this object. Of an object that is not there, the type is not known: then any.
fn readers<'p>(
    object: &'p OutputObject,
    node: &'p Node,
    name: &'p str,
) -> impl Iterator<Item = (&'p OutputField, &'p Shape)> {
    let runtime_type = match &object.runtime_type {
        RuntimeType::Static(name) => Some(&**name),
        RuntimeType::Fetched { .. } | RuntimeType::Irrelevant => {
            node.as_object().and_then(|object| object.typename())
        }
    };
    object.fields.iter().filter_map(move |field| {
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
