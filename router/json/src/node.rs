//! Values of the tree.

use std::sync::Arc;

use serde_json::Value;

use crate::{Keys, Number, Object};

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

    pub fn as_str(&self) -> Option<&str> {
        match self {
            Self::String(text) => Some(text),
            _ => None,
        }
    }

    pub fn as_bool(&self) -> Option<bool> {
        match self {
            Self::Bool(value) => Some(*value),
            _ => None,
        }
    }

    /// About how many bytes of memory it takes, with all that it holds.
    pub fn weight(&self) -> usize {
        let held = match self {
            Self::Null | Self::Bool(_) => 0,
            Self::Number(number) => number.text().len(),
            Self::String(text) => text.len(),
            Self::List(nodes) => nodes.iter().map(Self::weight).sum(),
            Self::Object(object) => object.weight(),
        };
        held + size_of::<Self>()
    }

    pub fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }

    /// A copy in serde_json's form, for what is not passed on: numbers are the nearest that it holds, and those beyond
    /// all doubles are texts.
    pub fn to_json(&self) -> Value {
        match self {
            Self::Null => Value::Null,
            Self::Bool(value) => Value::Bool(*value),
            Self::Number(number) => match number.to_json() {
                Some(number) => Value::Number(number),
                None => Value::String(number.to_string()),
            },
            Self::String(text) => Value::String(text.clone()),
            Self::List(items) => items.iter().map(Self::to_json).collect(),
            Self::Object(object) => Value::Object(object.to_json()),
        }
    }

    /// The tree of a JSON value.
    pub fn from_json(value: Value, keys: &mut Keys) -> Self {
        match value {
            Value::Null => Self::Null,
            Value::Bool(value) => Self::Bool(value),
            Value::Number(number) => Self::Number(Number::from(&number)),
            Value::String(text) => Self::String(text),
            Value::Array(items) => items.into_iter().map(|item| Self::from_json(item, keys)).collect(),
            Value::Object(fields) => Self::Object(Arc::new(Object::from_json(fields, keys))),
        }
    }
}

impl From<Value> for Node {
    fn from(value: Value) -> Self {
        Self::from_json(value, &mut Keys::default())
    }
}

impl From<Object> for Node {
    fn from(object: Object) -> Self {
        Self::Object(Arc::new(object))
    }
}

impl From<&str> for Node {
    fn from(text: &str) -> Self {
        Self::String(text.to_owned())
    }
}

impl FromIterator<Node> for Node {
    fn from_iter<I: IntoIterator<Item = Node>>(items: I) -> Self {
        Self::List(Arc::new(items.into_iter().collect()))
    }
}
