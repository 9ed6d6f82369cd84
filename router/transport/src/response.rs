//! What a subgraph answers, read leniently: what only decorates an error never costs the answer.

use std::sync::Arc;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer, Serialize};

use crate::tree::Node;
use crate::{Object, Value};

/// What a subgraph answered.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Response {
    #[serde(default, skip_serializing_if = "Value::is_null")]
    pub data: Value,
    #[serde(default, skip_serializing_if = "Vec::is_empty", deserialize_with = "null_as_default")]
    pub errors: Vec<GraphqlError>,
    #[serde(default, skip_serializing_if = "Object::is_empty", deserialize_with = "null_as_default")]
    pub extensions: Object,
    /// Of a subscription: its stream has failed. This is no event but why, and the last that comes.
    #[serde(skip)]
    pub ended: bool,
}

/// An error entry of a GraphQL response.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct GraphqlError {
    #[serde(default, deserialize_with = "lenient")]
    pub message: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty", deserialize_with = "lenient")]
    pub locations: Vec<Location>,
    #[serde(default, skip_serializing_if = "Vec::is_empty", deserialize_with = "lenient")]
    pub path: Vec<PathElement>,
    #[serde(default, skip_serializing_if = "Object::is_empty", deserialize_with = "lenient")]
    pub extensions: Object,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Location {
    pub line: usize,
    pub column: usize,
}

/// A step of an error's path: a response key or a list index.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(untagged)]
pub enum PathElement {
    Index(usize),
    Key(Arc<str>),
}

fn null_as_default<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de> + Default,
{
    Ok(Option::deserialize(deserializer)?.unwrap_or_default())
}

/// The default in place of anything that does not fit.
fn lenient<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: DeserializeOwned + Default,
{
    // A number that no double holds is a text here: what decorates an error is read, and not computed with.
    let value = Node::deserialize(deserializer)?.to_json();
    Ok(serde_json::from_value(value).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nulls_and_odd_decorations_are_read_as_absent() {
        let text = r#"{"data": {"b": 1, "a": 2}, "errors": [
            {"message": null, "path": null, "locations": [{"line": -1, "column": 1}], "extensions": "?"},
            {"message": "m", "path": ["a", 0, "b"], "locations": [{"line": 1, "column": 2}]}
        ], "extensions": null, "more": 1}"#;
        let response: Response = serde_json::from_str(text).unwrap();
        assert_eq!(response.data.to_string(), r#"{"b":1,"a":2}"#);
        assert_eq!(response.errors[0], GraphqlError::default());
        assert_eq!(response.errors[1].path[1], PathElement::Index(0));
        assert_eq!(response.errors[1].locations, [Location { line: 1, column: 2 }]);
        let null: Response = serde_json::from_str(r#"{"data": null, "errors": null}"#).unwrap();
        assert_eq!(null, Response::default());
    }
}
