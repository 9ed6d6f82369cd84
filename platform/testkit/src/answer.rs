//! What a server answered, easy to assert on.

use serde::de::DeserializeOwned;
use serde_json::Value;

/// A GraphQL response with its HTTP status.
#[derive(Debug, Clone)]
pub struct Answer {
    pub status: u16,
    pub body: Value,
}

impl Answer {
    /// The data of an answer without errors.
    #[track_caller]
    pub fn data(&self) -> &Value {
        assert!(self.errors().is_empty(), "errors where none were expected: {}", self.body);
        self.body
            .get("data")
            .filter(|data| !data.is_null())
            .unwrap_or_else(|| panic!("no data: {}", self.body))
    }

    /// What stands at a path such as `cart.lines.0.quantity` of the data; null where there is nothing. Errors are
    /// allowed.
    pub fn at(&self, path: &str) -> &Value {
        let mut value = self.body.get("data").unwrap_or(&Value::Null);
        for step in path.split('.') {
            let next = match step.parse::<usize>() {
                Ok(index) if value.is_array() => value.get(index),
                _ => value.get(step),
            };
            value = next.unwrap_or(&Value::Null);
        }
        value
    }

    /// What stands at a path of the data, as `T`, in an answer without errors.
    #[track_caller]
    pub fn get<T: DeserializeOwned>(&self, path: &str) -> T {
        self.data();
        let value = self.at(path);
        serde_json::from_value(value.clone())
            .unwrap_or_else(|error| panic!("`{path}` is {value}: {error}; in {}", self.body))
    }

    /// The text at a path of the data, in an answer without errors.
    #[track_caller]
    pub fn text(&self, path: &str) -> String {
        self.get(path)
    }

    pub fn errors(&self) -> &[Value] {
        self.body.get("errors").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default()
    }

    /// `extensions.code` of each error; every error has one.
    #[track_caller]
    pub fn codes(&self) -> Vec<&str> {
        let codes: Vec<&str> =
            self.errors().iter().filter_map(|error| error.pointer("/extensions/code")?.as_str()).collect();
        assert_eq!(codes.len(), self.errors().len(), "an error without a code: {}", self.body);
        codes
    }
}
