//! The tree that the answers of subgraphs are merged into.
//!
//! Objects and lists are shared: an entity that stands in many places is held once until one of its places differs.

mod locate;
mod merge;

pub use locate::{find, full_path, place_mut};
pub use merge::{absorb, merge};

use std::sync::Arc;

use router_transport::{Object as JsonObject, Value};

/// A value of the tree.
#[derive(Debug, Clone, Default, PartialEq)]
pub enum Node {
    #[default]
    Null,
    /// A string, number or boolean.
    Leaf(Value),
    List(Arc<Vec<Node>>),
    Object(Arc<Object>),
}

/// Few fields, in the order in which they came: searched from the front.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Object {
    entries: Vec<(String, Node)>,
}

static ABSENT: Node = Node::Null;

impl Object {
    /// What is absent is `null`.
    pub fn get(&self, key: &str) -> &Node {
        self.entries.iter().find(|(name, _)| name == key).map_or(&ABSENT, |(_, node)| node)
    }

    pub fn get_mut(&mut self, key: &str) -> Option<&mut Node> {
        self.entries.iter_mut().find(|(name, _)| name == key).map(|(_, node)| node)
    }

    pub fn entries(&self) -> &[(String, Node)] {
        &self.entries
    }

    /// `__typename`, where a subgraph told it.
    pub fn typename(&self) -> Option<&str> {
        match self.get("__typename") {
            Node::Leaf(Value::String(name)) => Some(name),
            _ => None,
        }
    }
}

impl Node {
    pub fn empty_object() -> Self {
        Self::Object(Arc::default())
    }

    pub fn as_object(&self) -> Option<&Object> {
        match self {
            Self::Object(object) => Some(object),
            Self::Null | Self::Leaf(_) | Self::List(_) => None,
        }
    }

    pub fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }

    /// A copy as JSON.
    pub fn to_json(&self) -> Value {
        match self {
            Self::Null => Value::Null,
            Self::Leaf(value) => value.clone(),
            Self::List(items) => items.iter().map(Self::to_json).collect(),
            Self::Object(object) => {
                let entries = object.entries.iter().map(|(key, node)| (key.clone(), node.to_json()));
                Value::Object(entries.collect())
            }
        }
    }
}

impl From<Value> for Node {
    fn from(value: Value) -> Self {
        match value {
            Value::Null => Self::Null,
            Value::Bool(_) | Value::Number(_) | Value::String(_) => Self::Leaf(value),
            Value::Array(items) => Self::List(Arc::new(items.into_iter().map(Self::from).collect())),
            Value::Object(fields) => Self::from(fields),
        }
    }
}

impl From<JsonObject> for Node {
    fn from(fields: JsonObject) -> Self {
        let entries = fields.into_iter().map(|(key, value)| (key, Self::from(value))).collect();
        Self::Object(Arc::new(Object { entries }))
    }
}
