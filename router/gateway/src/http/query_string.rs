//! The request in the query string of a GET.

use std::collections::HashMap;

use axum::extract::{Query, Request};
use http::Uri;
use router_limits::Limits;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::answer::Refusal;
use crate::request::{GraphqlRequest, malformed};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Parameters {
    query: Option<String>,
    operation_name: Option<String>,
    variables: Option<String>,
    extensions: Option<String>,
    document_id: Option<String>,
}

/// Whether a GET asks for something, as opposed to a browser that opens the page.
pub fn has_query(request: &Request) -> bool {
    request.uri().query().is_some_and(|query| {
        query.split('&').any(|pair| {
            let name = pair.split('=').next().unwrap_or_default();
            matches!(name, "query" | "documentId" | "extensions")
        })
    })
}

/// One parameter of a request to an event stream.
pub fn parameter(uri: &Uri, name: &str) -> Option<String> {
    let Query(parameters) = Query::<HashMap<String, String>>::try_from_uri(uri).ok()?;
    parameters.get(name).cloned()
}

pub fn parse(uri: &Uri, limits: &Limits) -> Result<GraphqlRequest, Refusal> {
    let Query(parameters) = Query::<Parameters>::try_from_uri(uri)
        .map_err(|_| Refusal::bad_request("the query string is not understood"))?;
    Ok(GraphqlRequest {
        query: parameters.query,
        operation_name: parameters.operation_name.filter(|name| !name.is_empty()),
        variables: json(parameters.variables, limits)?,
        extensions: json(parameters.extensions, limits)?,
        document_id: parameters.document_id,
    })
}

/// A parameter that holds JSON; an empty one is absent.
fn json<T: DeserializeOwned>(text: Option<String>, limits: &Limits) -> Result<Option<T>, Refusal> {
    match text.filter(|text| !text.is_empty()) {
        Some(text) => {
            limits.check_input(&text, 1).map_err(|limit| Refusal::limit(&limit))?;
            serde_json::from_str(&text).map_err(|error| malformed(&error))
        }
        None => Ok(None),
    }
}
