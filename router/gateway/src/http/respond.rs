//! Answers and refusals as HTTP responses.

use axum::body::Body;
use axum::response::Response;
use http::{HeaderValue, StatusCode, header};
use platform_listener::Share;

use crate::answer::{Answer, Refusal, Room};
use crate::http::ResponseFormat;
use crate::waiting::held;

/// Something was executed: status 200, whatever became of single fields.
pub fn answer(answer: Answer, room: Room, format: ResponseFormat) -> Response {
    body(held(answer.into_bytes(), room.into_iter().collect()).into(), format, StatusCode::OK)
}

/// The answers of a batch, as a list.
pub fn answers(answers: &[Answer], room: Vec<Share>, format: ResponseFormat, status: StatusCode) -> Response {
    let mut list = vec![b'['];
    for (index, answer) in answers.iter().enumerate() {
        if index > 0 {
            list.push(b',');
        }
        answer.write(&mut list);
    }
    list.push(b']');
    body(held(list, room).into(), format, status)
}

/// Nothing was executed.
pub fn refusal(refusal: Refusal, format: ResponseFormat) -> Response {
    let status = match format {
        ResponseFormat::Json if refusal.in_document => StatusCode::OK,
        _ => refusal.status,
    };
    let mut response = body(Answer::refused(refusal.errors).into_bytes().into(), format, status);
    response.headers_mut().extend(refusal.headers);
    response
}

fn body(body: Body, format: ResponseFormat, status: StatusCode) -> Response {
    let content_type = match format {
        ResponseFormat::GraphqlResponse => "application/graphql-response+json; charset=utf-8",
        ResponseFormat::Json => "application/json; charset=utf-8",
    };
    let mut response = Response::new(body);
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
    response
}
