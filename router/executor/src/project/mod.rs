//! From the tree to the client's response: the operation's keys in the operation's order, completed by the types that
//! the client knows.
//!
//! The text is written as the tree is walked. What turns out to be `null` further up, because a `null` stood where the
//! client's type has none, is taken back. Invariant: no `null` leaves in a non-null place, and none of those that the
//! router itself makes out of a value is without an error. An entity of which a subgraph says that there is none is no
//! value: where the client's type allows it, it is `null` without an error, as a reference to what is gone should be.

mod leaf;
mod path;

use std::sync::Arc;

use router_planner::plan::{OutputField, OutputObject, OutputValue, QueryPlan, RuntimeType, Shape};
use router_schema::JsonObject;
use router_transport::{GraphqlError, PathElement};

use crate::errors::{MAX_ERRORS, own_error};
use crate::fetch::Gathered;
use crate::project::path::Path;
use crate::rebase::rebase;
use crate::request::ExecutorOptions;
use crate::response::{DataWriter, Response};
use crate::tree::{Node, Object};

/// A first guess at the size of a response, to spare its buffer some growing.
const CAPACITY: usize = 1024;

/// Reads the response out of what was gathered. `introspection`: values of introspection fields by response key.
pub fn response(
    options: &ExecutorOptions,
    plan: &QueryPlan,
    gathered: Gathered,
    introspection: &JsonObject,
) -> Response {
    let Gathered { tree, errors, overflown, room } = gathered;
    if overflown {
        let message = format!(
            "the answer has more than {} values (`max_response_nodes`); ask for shorter lists (`first`), or for fewer \
             fields of them",
            options.max_response_nodes
        );
        let error = own_error(message, Vec::new(), "LIMIT_EXCEEDED");
        return Response::overflown(error, options.max_response_bytes);
    }
    let errors = told_to_client(plan, &tree, errors.into_errors());
    let out = DataWriter::with_capacity(CAPACITY);
    let max_bytes = room.bytes();
    let mut projection =
        Projection { out, errors, denied: Vec::new(), introspection, max_bytes, overflown: false };
    if projection.object(&plan.output, &tree, &Path::Root).is_null() {
        projection.out.raw(b"null");
    }
    let Projection { out, errors, overflown, .. } = projection;
    // Another answer may have been written meanwhile.
    if overflown || !room.take_bytes(out.len()) {
        let message = format!(
            "the response is larger than {} bytes (`max_response_bytes`); ask for shorter lists (`first`), or for \
             fewer fields of them",
            options.max_response_bytes
        );
        return Response::overflown(own_error(message, Vec::new(), "LIMIT_EXCEEDED"), max_bytes);
    }
    Response::new(out, errors)
}

/// Whether the first fields of an operation leave nothing of its data: one of them is `null` and must not be.
pub fn is_lost(plan: &QueryPlan, tree: &Node, fields: usize) -> bool {
    let Node::Object(root) = tree else { return false };
    let introspection = JsonObject::new();
    let mut projection = Projection {
        out: DataWriter::with_capacity(0),
        errors: Vec::new(),
        denied: Vec::new(),
        introspection: &introspection,
        max_bytes: usize::MAX,
        overflown: false,
    };
    plan.output.fields.iter().take(fields).any(|field| {
        let path = Path::Key(&Path::Root, &field.key);
        let is_non_null = matches!(&field.value, OutputValue::Field { shape: Shape::NonNull(_), .. });
        is_non_null && projection.field(field, "", root, &path) == Written::Refused
    })
}

/// The errors of subgraphs, at each of the places where the client reads what they are about.
fn told_to_client(plan: &QueryPlan, tree: &Node, errors: Vec<GraphqlError>) -> Vec<GraphqlError> {
    let mut told = Vec::with_capacity(errors.len());
    for error in errors {
        for path in rebase(&plan.output, tree, &error.path) {
            // Fields that the client did not ask for end at the object that they belong to: once is enough.
            let is_part = path.len() < error.path.len();
            let error = GraphqlError { path, ..error.clone() };
            if told.len() < MAX_ERRORS && !(is_part && told.last() == Some(&error)) {
                told.push(error);
            }
        }
    }
    told
}

/// What became of a value. For `Null`, nothing stands in the text yet.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Written {
    Value,
    Null,
    /// `null` where the type has none: the parent is `null`.
    Refused,
}

impl Written {
    fn is_null(self) -> bool {
        self != Self::Value
    }
}

struct Projection<'a> {
    out: DataWriter,
    errors: Vec<GraphqlError>,
    /// Paths of values that the caller may not see and whose types have no `null`: the errors for them are added by
    /// whoever denied them.
    denied: Vec<Vec<PathElement>>,
    introspection: &'a JsonObject,
    max_bytes: usize,
    /// Set once the text has reached its limit: from then on everything is refused, up to the root.
    overflown: bool,
}

/// Where a value stands, for messages.
#[derive(Clone, Copy)]
struct Place<'a> {
    field: &'a OutputField,
    type_name: &'a str,
}

impl Projection<'_> {
    fn object(&mut self, output: &OutputObject, node: &Node, path: &Path<'_>) -> Written {
        let Node::Object(object) = node else { return Written::Null };
        let Some(runtime_type) = self.runtime_type(output, object, path) else { return Written::Null };
        let start = self.out.mark();
        let mut separator: &[u8] = b"{";
        for field in &output.fields {
            if field.on.as_ref().is_some_and(|types| !types.contains(runtime_type)) {
                continue;
            }
            self.out.raw(separator);
            separator = b",";
            // A response key is a name: it needs no escapes.
            self.out.raw(b"\"");
            self.out.raw(field.key.as_bytes());
            self.out.raw(b"\":");
            match self.field(field, runtime_type, object, &Path::Key(path, &field.key)) {
                Written::Value => {}
                Written::Null => self.out.raw(b"null"),
                Written::Refused => {
                    self.out.undo(start);
                    return Written::Null;
                }
            }
        }
        self.out.raw(if separator == b"{" { b"{}" } else { b"}" });
        Written::Value
    }

    /// The object's type, if it is one that the client may see; empty where nothing depends on it.
    fn runtime_type<'o>(
        &mut self,
        output: &'o OutputObject,
        object: &'o Object,
        path: &Path<'_>,
    ) -> Option<&'o str> {
        match &output.runtime_type {
            RuntimeType::Static(name) if object.typename().is_none_or(|found| *found == **name) => Some(name),
            RuntimeType::Irrelevant => Some(""),
            RuntimeType::Fetched { possible }
                if object.typename().is_some_and(|name| possible.contains(name)) =>
            {
                object.typename()
            }
            RuntimeType::Static(_) | RuntimeType::Fetched { .. } => {
                // The name is not repeated: it may be one that clients must not know.
                self.explain(path, || "the object is of a type that is not known here".to_owned());
                None
            }
        }
    }

    fn field(
        &mut self,
        field: &OutputField,
        runtime_type: &str,
        object: &Object,
        path: &Path<'_>,
    ) -> Written {
        match &field.value {
            OutputValue::Typename => {
                self.out.json(runtime_type);
                Written::Value
            }
            OutputValue::Introspection => match self.introspection.get(&*field.key) {
                Some(value) if !value.is_null() => {
                    self.out.json(value);
                    Written::Value
                }
                _ => Written::Null,
            },
            OutputValue::Field { internal, shape, type_name } => {
                let (node, place) = (object.get(internal), Place { field, type_name });
                if object.is_unknown() && node.is_null() && matches!(shape, Shape::NonNull(_)) {
                    return Written::Refused;
                }
                self.value(shape, node, path, place)
            }
            OutputValue::Denied { shape: Shape::NonNull(_), .. } => {
                self.denied.push(path.elements());
                Written::Refused
            }
            OutputValue::Denied { .. } => Written::Null,
        }
    }

    fn value(&mut self, shape: &Shape, node: &Node, path: &Path<'_>, place: Place<'_>) -> Written {
        if self.out.len() > self.max_bytes {
            self.overflown = true;
        }
        if self.overflown {
            return Written::Refused;
        }
        match shape {
            Shape::NonNull(inner) => match self.value(inner, node, path, place) {
                Written::Value => Written::Value,
                Written::Null | Written::Refused => {
                    if !self.overflown {
                        self.explain_null(path, place);
                    }
                    Written::Refused
                }
            },
            Shape::List(item) => self.list(item, node, path, place),
            Shape::Leaf(leaf) => match node {
                Node::Null => Written::Null,
                node if leaf::write(leaf, node, &mut self.out) => Written::Value,
                _ => {
                    self.explain_misfit(path, place);
                    Written::Null
                }
            },
            Shape::Object(output) => match node {
                Node::Null => Written::Null,
                Node::Object(_) => self.object(output, node, path),
                _ => {
                    self.explain_misfit(path, place);
                    Written::Null
                }
            },
        }
    }

    fn list(&mut self, item: &Shape, node: &Node, path: &Path<'_>, place: Place<'_>) -> Written {
        let items = match node {
            Node::Null => return Written::Null,
            Node::List(items) => Arc::clone(items),
            _ => {
                self.explain_misfit(path, place);
                return Written::Null;
            }
        };
        let start = self.out.mark();
        self.out.raw(b"[");
        for (index, node) in items.iter().enumerate() {
            if index > 0 {
                self.out.raw(b",");
            }
            match self.value(item, node, &Path::Index(path, index), place) {
                Written::Value => {}
                Written::Null => self.out.raw(b"null"),
                Written::Refused => {
                    self.out.undo(start);
                    return Written::Null;
                }
            }
        }
        self.out.raw(b"]");
        Written::Value
    }

    fn explain_null(&mut self, path: &Path<'_>, place: Place<'_>) {
        let Place { field, type_name } = place;
        self.explain(path, || {
            format!("Cannot return null for the field `{}` of type `{type_name}`.", field.key)
        });
    }

    fn explain_misfit(&mut self, path: &Path<'_>, place: Place<'_>) {
        let Place { field, type_name } = place;
        self.explain(path, || {
            format!("The value of the field `{}` does not fit its type `{type_name}`.", field.key)
        });
    }

    /// Adds an error unless one above or below the path tells the reason already.
    fn explain(&mut self, path: &Path<'_>, message: impl FnOnce() -> String) {
        if self.errors.len() >= MAX_ERRORS {
            return;
        }
        let elements = path.elements();
        let related = |other: &[PathElement]| other.iter().zip(&elements).all(|(a, b)| a == b);
        let told = self.errors.iter().any(|error| related(&error.path));
        if !told && !self.denied.iter().any(|path| related(path)) {
            self.errors.push(own_error(message(), elements, "INVALID_SUBGRAPH_DATA"));
        }
    }
}
