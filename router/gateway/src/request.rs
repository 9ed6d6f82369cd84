//! A GraphQL request as it comes in: the parameters of GraphQL over HTTP, also used by WebSocket messages.

use router_limits::Limits;
use router_schema::Variables;
use router_transport::Object;
use serde::de::{self, Deserializer, SeqAccess, Visitor};
use serde::{Deserialize, Serialize};

use crate::answer::Refusal;

/// One operation to run. Unknown parameters are ignored, known ones have exactly their type.
#[derive(Debug, Clone, Default, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct GraphqlRequest {
    #[serde(default)]
    pub query: Option<String>,
    #[serde(default)]
    pub operation_name: Option<String>,
    #[serde(default)]
    pub variables: Option<Variables>,
    #[serde(default)]
    pub extensions: Option<Object>,
    /// Names a stored document instead of `query`.
    #[serde(default)]
    pub document_id: Option<String>,
}

/// What the body of a POST holds.
#[derive(Debug)]
pub enum Body {
    Single(GraphqlRequest),
    Batch(Vec<GraphqlRequest>),
}

impl Body {
    /// Reads a body that holds no more than the limits allow.
    pub fn parse(bytes: &[u8], limits: &Limits) -> Result<Self, Refusal> {
        let text =
            std::str::from_utf8(bytes).map_err(|_| Refusal::bad_request("the body is not valid UTF-8"))?;
        let is_batch = text.trim_start().starts_with('[');
        // A request, and an object within.
        let outer = if is_batch { 3 } else { 2 };
        limits.check_input(text, outer).map_err(|limit| Refusal::limit(&limit))?;
        if is_batch {
            let max_batch = limits.max_batch;
            let mut deserializer = serde_json::Deserializer::from_str(text);
            let requests = batch(&mut deserializer, max_batch)
                .and_then(|requests| deserializer.end().map(|()| requests))
                .map_err(|error| malformed(&error))?;
            return match requests {
                Some(requests) if requests.is_empty() => Err(Refusal::bad_request("the batch is empty")),
                Some(requests) => Ok(Self::Batch(requests)),
                None => Err(Refusal::new(
                    http::StatusCode::BAD_REQUEST,
                    "LIMIT_EXCEEDED",
                    format!("a batch has at most {max_batch} operations"),
                )),
            };
        }
        serde_json::from_str(text).map(Self::Single).map_err(|error| malformed(&error))
    }
}

/// serde_json's messages name the place and what was expected, and quote a single value at most.
pub fn malformed(error: &serde_json::Error) -> Refusal {
    let message: String = error.to_string().chars().take(200).collect();
    Refusal::bad_request(format!("the request is not understood: {message}"))
}

/// Stops with `None` at the first request too many, before it is parsed.
fn batch<'de, D: Deserializer<'de>>(
    deserializer: D,
    max: usize,
) -> Result<Option<Vec<GraphqlRequest>>, D::Error> {
    struct Bounded(usize);

    impl<'de> Visitor<'de> for Bounded {
        type Value = Option<Vec<GraphqlRequest>>;

        fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("a list of GraphQL requests")
        }

        fn visit_seq<A: SeqAccess<'de>>(self, mut sequence: A) -> Result<Self::Value, A::Error> {
            let mut requests = Vec::new();
            while requests.len() < self.0 {
                match sequence.next_element()? {
                    Some(request) => requests.push(request),
                    None => return Ok(Some(requests)),
                }
            }
            let mut more = false;
            while sequence.next_element::<de::IgnoredAny>()?.is_some() {
                more = true;
            }
            Ok((!more).then_some(requests))
        }
    }

    deserializer.deserialize_seq(Bounded(max))
}
