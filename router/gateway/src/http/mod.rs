//! What GraphQL over HTTP says of requests and responses: content negotiation, query strings, bodies, and the form of
//! answers and refusals.

mod body;
mod negotiate;
mod query_string;
mod respond;

pub use body::{broken, read, too_long};
pub use negotiate::{Accepted, ResponseFormat, StreamFormat, check_content_type};
pub use query_string::{has_query, parameter, parse};
pub use respond::{answer, answers, refusal};

use axum::extract::Request;
use axum::response::{IntoResponse, Response};

use crate::answer::Refusal;
use crate::edge::{ClientAddress, Trace};

pub fn trace_of(request: &Request) -> Trace {
    request.extensions().get::<Trace>().cloned().unwrap_or_else(|| Trace::of(request.headers(), || 1))
}

/// The address that the server found; a request that came over no socket is local.
pub fn client_of(extensions: &http::Extensions) -> ClientAddress {
    extensions
        .get::<ClientAddress>()
        .copied()
        .unwrap_or(ClientAddress(std::net::IpAddr::V4(std::net::Ipv4Addr::LOCALHOST)))
}

/// The answer to a panic: the client learns that it happened, the log where.
pub fn panicked(_: Box<dyn std::any::Any + Send>) -> Response {
    tracing::error!("a request handler panicked");
    refusal(Refusal::internal(), ResponseFormat::Json).into_response()
}
