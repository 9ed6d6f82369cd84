//! An answer with its data as a tree.

use serde::de::{Error, IgnoredAny, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use std::fmt;

use crate::tree::read::ReadNode;
use crate::tree::{Keys, Node};
use crate::{GraphqlError, Response};

/// What a subgraph answered, its data ready to be merged.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Answer {
    pub data: Node,
    pub errors: Vec<GraphqlError>,
}

impl From<Response> for Answer {
    fn from(response: Response) -> Self {
        Self { data: Node::from(response.data), errors: response.errors }
    }
}

impl<'de> Deserialize<'de> for Answer {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(ReadAnswer)
    }
}

struct ReadAnswer;

impl<'de> Visitor<'de> for ReadAnswer {
    type Value = Answer;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a GraphQL response")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Answer, A::Error> {
        let mut answer = Answer::default();
        let mut seen = false;
        while let Some(key) = map.next_key::<Key>()? {
            match key {
                Key::Data if seen => return Err(A::Error::duplicate_field("data")),
                Key::Data => {
                    seen = true;
                    answer.data = map.next_value_seed(ReadNode(&mut Keys::default()))?;
                }
                Key::Errors => {
                    answer.errors = map.next_value::<Option<Vec<GraphqlError>>>()?.unwrap_or_default();
                }
                Key::Other => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(answer)
    }
}

#[derive(Deserialize)]
#[serde(field_identifier, rename_all = "lowercase")]
enum Key {
    Data,
    Errors,
    #[serde(other)]
    Other,
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Both readings of one text.
    fn check(text: &str) {
        let direct = serde_json::from_str::<Answer>(text);
        let by_value = serde_json::from_str::<Response>(text).map(Answer::from);
        match (direct, by_value) {
            (Ok(direct), Ok(by_value)) => assert_eq!(direct, by_value, "{text}"),
            (direct, by_value) => {
                assert!(direct.is_err() && by_value.is_err(), "{text}: {direct:?} {by_value:?}")
            }
        }
    }

    #[test]
    fn a_tree_is_read_as_a_value_is() {
        let deep = format!("{{\"data\":{}1{}}}", "[".repeat(200), "]".repeat(200));
        for text in [
            r#"{"data":{"a":[{"x":1,"y":-2.5e3},{"x":18446744073709551615,"y":null},{"y":"\u00e9\n","x":true}]}}"#,
            r#"{"errors":[{"message":"m","path":["a",1]}],"data":null,"extensions":{"e":1}}"#,
            r#"{"errors":null,"data":{"a":{}},"more":[1]}"#,
            "{}",
            "1",
            r#"{"data":{"a":1}"#,
            r#"{"data":{"a":1e999}}"#,
            &deep,
        ] {
            check(text);
        }
        assert!(serde_json::from_str::<Answer>(r#"{"data":1,"data":2}"#).is_err());
    }
}
