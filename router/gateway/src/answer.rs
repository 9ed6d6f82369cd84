//! What an operation came to, before any protocol gives it a shape: an answer of the engine, a stream of them, or a
//! refusal. HTTP, SSE, multipart and WebSocket all start from these.

use futures::stream::BoxStream;
use http::{HeaderName, HeaderValue, StatusCode, header};
use platform_listener::Share;
pub use router_executor::Response as Answer;
use router_limits::LimitError;
use router_transport::{GraphqlError, Location, Object, Value};

/// The outcome of one operation.
pub enum Outcome {
    /// Nothing ran.
    Refused(Refusal),
    /// A query or mutation ran.
    Answered(Answer, Room),
    /// A subscription began. The stream ends by itself when the caller loses its rights; with [`NoRoom`] it ends because
    /// its client does not read, and with an answer without data because its events failed.
    Streaming(Events),
}

/// Where an answer waits until it is written. That to a mutation has none where there is none: it must be told what it did.
pub type Room = Option<Share>;

/// The answers to a subscription's events.
pub type Events = BoxStream<'static, Result<(Answer, Room), NoRoom>>;

/// There was no room for an answer.
#[derive(Debug, Clone, Copy)]
pub struct NoRoom;

/// Why nothing was executed.
#[derive(Debug, Clone)]
pub struct Refusal {
    pub errors: Vec<GraphqlError>,
    pub status: StatusCode,
    /// True when the request itself was well formed and only its document or variables are at fault. Clients that
    /// accept `application/json` alone then get status 200, as the GraphQL over HTTP specification asks.
    pub in_document: bool,
    pub headers: Vec<(HeaderName, HeaderValue)>,
}

impl Refusal {
    /// A refusal with a status of its own, whatever the client accepts.
    pub fn new(status: StatusCode, code: &str, message: impl Into<String>) -> Self {
        Self { errors: vec![error(code, message)], status, in_document: false, headers: Vec::new() }
    }

    pub fn bad_request(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "BAD_REQUEST", message)
    }

    /// Of an operation, or its variables, over a limit.
    pub fn limit(limit: &LimitError) -> Self {
        let mut told = error(limit.code(), limit.to_string());
        if let Some((cost, limit)) = limit.counted() {
            told.extensions.insert("cost".to_owned(), Value::from(cost));
            told.extensions.insert("limit".to_owned(), Value::from(limit));
        }
        Self::document(vec![told])
    }

    /// Says after how many seconds to try again, in the header for any client and in the errors for those of GraphQL.
    pub fn retry_after(mut self, seconds: u64) -> Self {
        for error in &mut self.errors {
            error.extensions.insert("retryAfter".to_owned(), Value::from(seconds));
        }
        self.with_header(header::RETRY_AFTER, HeaderValue::from(seconds))
    }

    /// Something that is needed now does not answer, or has no room.
    pub fn unavailable(message: impl Into<String>) -> Self {
        const SECONDS: u64 = 5;
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "UNAVAILABLE", message).retry_after(SECONDS)
    }

    /// There is no room for another answer.
    pub fn answers_unread() -> Self {
        Self::overloaded(
            "too many answers wait for their clients to read them; read those, and try again in 2 s",
        )
    }

    /// There is no room for the body of a request.
    pub fn too_much_sent() -> Self {
        Self::overloaded(
            "more is being sent than there is room for (`max_body_bytes_open`, `max_body_bytes_open_per_address`); end \
             what you send, and try again in 2 s",
        )
    }

    /// There is no place for another request to a server that requests are passed on to.
    pub fn too_many_passed_on() -> Self {
        Self::overloaded(
            "too many requests to this service are under way, of your network or of all; try again in 2 s",
        )
    }

    fn overloaded(message: &str) -> Self {
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "OVERLOADED", message).retry_after(2)
    }

    /// What the first error says.
    pub fn message(&self) -> &str {
        self.errors.first().map_or("", |error| &error.message)
    }

    pub fn internal() -> Self {
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "INTERNAL", "internal error")
    }

    /// The document or its variables are at fault.
    pub fn document(errors: Vec<GraphqlError>) -> Self {
        Self { errors, status: StatusCode::BAD_REQUEST, in_document: true, headers: Vec::new() }
    }

    pub fn with_header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.push((name, value));
        self
    }

    /// The refusal of a method, with what is allowed instead.
    pub fn method(allow: &'static str, message: &'static str) -> Self {
        Self::new(StatusCode::METHOD_NOT_ALLOWED, "METHOD_NOT_ALLOWED", message)
            .with_header(header::ALLOW, HeaderValue::from_static(allow))
    }

    pub fn into_answer(self) -> Answer {
        Answer::refused(self.errors)
    }
}

/// An error with `extensions.code`.
pub fn error(code: &str, message: impl Into<String>) -> GraphqlError {
    let mut extensions = Object::new();
    extensions.insert("code".to_owned(), Value::from(code));
    GraphqlError { message: message.into(), extensions, ..GraphqlError::default() }
}

/// An error at places of the document.
pub fn located_error(code: &str, message: impl Into<String>, locations: Vec<Location>) -> GraphqlError {
    GraphqlError { locations, ..error(code, message) }
}
