//! An answer with its data as a tree.

use crate::tree::{Node, ReadError, Reader};
use crate::{GraphqlError, Response};

/// What a subgraph answered, its data ready to be merged.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Answer {
    pub data: Node,
    pub errors: Vec<GraphqlError>,
    /// As in [`Response`].
    pub ended: bool,
}

impl From<Response> for Answer {
    fn from(response: Response) -> Self {
        Self { data: Node::from(response.data), errors: response.errors, ended: response.ended }
    }
}

impl Answer {
    /// Reads the text of a GraphQL response. Numbers of the data keep their digits.
    pub fn read(text: &str) -> Result<Self, ReadError> {
        let mut answer = Self::default();
        let mut seen = false;
        let mut reader = Reader::new(text);
        reader.fields(|reader, key| {
            match &*key {
                "data" if seen => return Err(reader.wrong("`data` comes twice")),
                "data" => {
                    seen = true;
                    answer.data = reader.node()?;
                }
                "errors" => {
                    let errors = serde_json::from_str::<Option<Vec<GraphqlError>>>(reader.raw()?);
                    let errors = errors.map_err(|_| reader.wrong("`errors` is no list of errors"))?;
                    answer.errors = errors.unwrap_or_default();
                }
                _ => drop(reader.raw()?),
            }
            Ok(())
        })?;
        reader.end()?;
        Ok(answer)
    }
}
