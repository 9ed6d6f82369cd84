//! The data of answers, in the form in which an executor merges them.
//!
//! Objects and lists are shared: a copy costs a reference, and differs once it is changed. Names of fields are shared
//! too, since an answer repeats a few of them a thousand times. Deliberately absent: what a tree means; merging is the
//! executor's.

mod keys;
pub(crate) mod read;

pub use keys::Keys;

use std::sync::Arc;

use serde_json::Number;

use crate::{Object as JsonObject, Value};

/// A value of the tree.
#[derive(Debug, Clone, Default, PartialEq)]
pub enum Node {
    #[default]
    Null,
    Bool(bool),
    Number(Number),
    String(String),
    List(Arc<Vec<Node>>),
    Object(Arc<Object>),
}

/// Few fields, in the order in which they came: searched from the front.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Object {
    entries: Vec<(Arc<str>, Node)>,
    is_unknown: bool,
}

static ABSENT: Node = Node::Null;

impl Object {
    pub fn with_capacity(capacity: usize) -> Self {
        Self { entries: Vec::with_capacity(capacity), is_unknown: false }
    }

    /// What is absent is `null`.
    pub fn get(&self, key: &str) -> &Node {
        self.entries.iter().find(|(name, _)| **name == *key).map_or(&ABSENT, |(_, node)| node)
    }

    pub fn get_mut(&mut self, key: &str) -> Option<&mut Node> {
        self.entries.iter_mut().find(|(name, _)| **name == *key).map(|(_, node)| node)
    }

    /// Adds a field that is not there yet.
    pub fn push(&mut self, key: Arc<str>, node: Node) {
        self.entries.push((key, node));
    }

    pub fn entries(&self) -> &[(Arc<str>, Node)] {
        &self.entries
    }

    pub fn entries_mut(&mut self) -> &mut [(Arc<str>, Node)] {
        &mut self.entries
    }

    pub fn into_entries(self) -> Vec<(Arc<str>, Node)> {
        self.entries
    }

    /// Notes that a subgraph was asked for the rest of this entity and answered that there is no such entity.
    pub fn mark_unknown(&mut self) {
        self.is_unknown = true;
    }

    /// Whether a subgraph knows of no such entity: then what is missing of it is not a fault.
    pub fn is_unknown(&self) -> bool {
        self.is_unknown
    }

    /// `__typename`, where it was told.
    pub fn typename(&self) -> Option<&str> {
        match self.get("__typename") {
            Node::String(name) => Some(name),
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
            _ => None,
        }
    }

    pub fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }

    /// A copy as JSON.
    pub fn to_json(&self) -> Value {
        match self {
            Self::Null => Value::Null,
            Self::Bool(value) => Value::Bool(*value),
            Self::Number(number) => Value::Number(number.clone()),
            Self::String(text) => Value::String(text.clone()),
            Self::List(items) => items.iter().map(Self::to_json).collect(),
            Self::Object(object) => {
                let entries = object.entries.iter().map(|(key, node)| (key.to_string(), node.to_json()));
                Value::Object(entries.collect())
            }
        }
    }

    /// The tree of a JSON value.
    pub fn from_json(value: Value, keys: &mut Keys) -> Self {
        match value {
            Value::Null => Self::Null,
            Value::Bool(value) => Self::Bool(value),
            Value::Number(number) => Self::Number(number),
            Value::String(text) => Self::String(text),
            Value::Array(items) => {
                Self::List(Arc::new(items.into_iter().map(|item| Self::from_json(item, keys)).collect()))
            }
            Value::Object(fields) => Self::from_fields(fields, keys),
        }
    }

    fn from_fields(fields: JsonObject, keys: &mut Keys) -> Self {
        let mut object = Object::with_capacity(fields.len());
        for (key, value) in fields {
            let key = keys.intern(&key);
            object.push(key, Self::from_json(value, keys));
        }
        Self::Object(Arc::new(object))
    }
}

impl From<Value> for Node {
    fn from(value: Value) -> Self {
        Self::from_json(value, &mut Keys::default())
    }
}
