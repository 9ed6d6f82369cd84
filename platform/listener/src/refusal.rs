//! What a client gets to read that comes to no route.

use axum::body::Body;
use axum::response::Response;
use http::{HeaderValue, StatusCode, Version, header};

/// A refusal in the form that every client here understands. The connection ends with it: what else is on its way
/// over it is not waited for.
pub fn refusal(version: Version, status: StatusCode, code: &str, message: &str) -> Response {
    let body = format!(r#"{{"errors":[{{"message":"{message}","extensions":{{"code":"{code}"}}}}]}}"#);
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    if version < Version::HTTP_2 {
        response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
    }
    response
}
