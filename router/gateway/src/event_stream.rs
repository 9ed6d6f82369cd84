//! Many operations over one stream of server-sent events: the single connection mode of graphql-sse, for browsers
//! that may open few connections.
//!
//! A client reserves a stream (PUT, answered with a token), opens it (GET), sends operations to it (POST, answered
//! with 202) and completes them (DELETE). A reservation lives in this process: behind several replicas, a client's
//! requests must reach the same one, by a load balancer that keeps to it. Reservations are bounded, and forgotten
//! when they are not used soon.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::response::Response;
use bytes::Bytes;
use http::{HeaderMap, HeaderValue, StatusCode, Uri, header};
use router_transport::{GraphqlError, Value};
use tracing::Instrument;

use crate::answer::{Answer, Refusal, Room};
use crate::context::Context;
use crate::http::{StreamFormat, parameter};
use crate::operate::{Frames, Operation, operate};
use crate::operations::{NotStarted, Operations};
use crate::outbox::Outbox;
use crate::request::GraphqlRequest;
use crate::reservations::{EventStream, Owner};
use crate::shared::Shared;
use crate::stream as streaming;
use crate::waiting::held;

const TOKEN_HEADER: &str = "x-graphql-event-stream-token";
/// A reservation that nobody opens within this is forgotten.
const UNUSED: Duration = Duration::from_secs(30);
const MAX_OPERATION_ID: usize = 128;

/// The token of a stream, if the request names one.
pub fn token(headers: &HeaderMap, uri: &Uri) -> Option<String> {
    let header = headers.get(TOKEN_HEADER).and_then(|value| value.to_str().ok()).map(str::to_owned);
    header.or_else(|| parameter(uri, "token"))
}

/// PUT: a new reservation.
pub fn reserve(shared: &Arc<Shared>, context: &Context) -> Result<Response, Refusal> {
    let token = format!("{}{}", shared.ids.next_uuid().simple(), shared.ids.next_uuid().simple());
    let config = &shared.config.subscriptions;
    let place = shared.event_streams.places.take(context)?;
    let (outbox, frames) = Outbox::new(config);
    let reserved = EventStream {
        owner: Owner::of(&context.authentication.caller),
        outbox,
        operations: Operations::new(config.max_operations),
        frames: Some(frames),
        _place: place,
    };
    shared.event_streams.lock().insert(token.clone(), reserved);
    let (forgetful, unused) = (shared.clone(), token.clone());
    tokio::spawn(async move {
        tokio::time::sleep(UNUSED).await;
        forgetful.event_streams.remove_if(&unused, |stream| stream.frames.is_some());
    });
    let mut response = Response::new(Body::from(token));
    *response.status_mut() = StatusCode::CREATED;
    response
        .headers_mut()
        .insert(header::CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
    Ok(response)
}

/// GET: opens the stream, once.
pub fn open(shared: &Arc<Shared>, context: &Context, token: String) -> Result<Response, Refusal> {
    let (frames, outbox) = shared.event_streams.with(&token, context, |stream| {
        let frames = stream.frames.take().ok_or_else(|| conflict("the stream is open already"))?;
        Ok((frames, stream.outbox.clone()))
    })?;
    let too_slow = outbox.too_slow.clone();
    let open = OpenStream { shared: shared.clone(), token };
    let frames = streaming::queued(frames, too_slow, open);
    Ok(streaming::carry(shared, context, frames, StreamFormat::EventStream))
}

/// POST: starts an operation whose results go to the stream.
pub fn start(
    shared: &Arc<Shared>,
    context: Context,
    token: &str,
    request: GraphqlRequest,
) -> Result<Response, Refusal> {
    let id = request
        .extensions
        .as_ref()
        .and_then(|extensions| extensions.get("operationId"))
        .and_then(Value::as_str)
        .filter(|id| (1..=MAX_OPERATION_ID).contains(&id.len()))
        .ok_or_else(|| Refusal::bad_request("`extensions.operationId` must be a text of 1 to 128 bytes"))?
        .to_owned();
    let (outbox, operations, (place, beginning), (serial, cancel)) =
        shared.event_streams.with(token, &context, |stream| {
            let too_many = || {
                Refusal::new(
                    StatusCode::TOO_MANY_REQUESTS,
                    "LIMIT_EXCEEDED",
                    "too many operations run on this stream",
                )
            };
            let place = stream.operations.try_place().ok_or_else(too_many)?;
            let beginning = shared.beginning.try_take(context.client.network(), 1).map_err(|_| too_many())?;
            let begun = stream.operations.begin(&id).map_err(|refused| match refused {
                NotStarted::Duplicate => conflict("an operation of this id is running"),
                NotStarted::TooMany => too_many(),
            })?;
            Ok((stream.outbox.clone(), stream.operations.clone(), (place, beginning), begun))
        })?;
    let span = tracing::info_span!("gateway.operation", trace_id = %context.trace.trace_id);
    let operation =
        Operation::<Events> { id, serial, request, context, outbox, operations, place, beginning };
    tokio::spawn(operate(shared.clone(), operation, cancel).instrument(span));
    Ok(empty(StatusCode::ACCEPTED))
}

/// DELETE: completes an operation. It may have ended by itself, which is as good.
pub fn stop(shared: &Shared, context: &Context, token: &str, uri: &Uri) -> Result<Response, Refusal> {
    let id = parameter(uri, "operationId")
        .ok_or_else(|| Refusal::bad_request("name the operation: `operationId`"))?;
    shared.event_streams.with(token, context, |stream| {
        stream.operations.cancel(&id);
        Ok(())
    })?;
    Ok(empty(StatusCode::OK))
}

/// Ends the operations with the response that carries them.
struct OpenStream {
    shared: Arc<Shared>,
    token: String,
}

impl Drop for OpenStream {
    fn drop(&mut self) {
        self.shared.event_streams.remove_if(&self.token, |_| true);
    }
}

/// The results of operations as events that name their operation.
struct Events;

impl Frames for Events {
    type Frame = Bytes;

    fn next(id: &str, answer: &Answer, room: Room) -> Bytes {
        let mut text = b"event: next\ndata: {\"id\":".to_vec();
        text.extend_from_slice(Value::from(id).to_string().as_bytes());
        text.extend_from_slice(b",\"payload\":");
        answer.write(&mut text);
        text.extend_from_slice(b"}\n\n");
        held(text, room.into_iter().collect())
    }

    fn error(id: &str, errors: &[GraphqlError]) -> Bytes {
        let refused = Self::next(id, &Answer::refused(errors.to_vec()), None);
        [refused, Self::complete(id)].concat().into()
    }

    fn complete(id: &str) -> Bytes {
        format!("event: complete\ndata: {{\"id\":{}}}\n\n", Value::from(id)).into()
    }
}

fn conflict(message: &str) -> Refusal {
    Refusal::new(StatusCode::CONFLICT, "CONFLICT", message)
}

fn empty(status: StatusCode) -> Response {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = status;
    response
}
