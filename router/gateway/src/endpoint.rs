//! The endpoint over HTTP, by the GraphQL over HTTP specification: POST and GET, batches, and streamed answers.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::response::Response;
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use platform_listener::{BodyRoom, NoRoom};

use crate::answer::{Outcome, Refusal};
use crate::auth::Credentials;
use crate::authenticate::authenticate;
use crate::context::Context;
use crate::edge::{Charge, QuotaKey, Trace};
use crate::event_stream;
use crate::http::{
    Accepted, ResponseFormat, answer, answers, check_content_type, client_of, has_query,
    parse as parse_query, read as read_body, refusal, trace_of,
};
use crate::pages;
use crate::pipeline::{Allowed, RanBatch, Spent};
use crate::request::{Body, GraphqlRequest};
use crate::shared::Shared;
use crate::stream as streaming;
use crate::websocket;

/// Everything that arrives at the endpoint.
pub async fn endpoint(State(shared): State<Arc<Shared>>, request: Request) -> Response {
    if websocket::is_upgrade(&request) {
        return websocket::upgrade(shared, request).await;
    }
    let trace = trace_of(&request);
    let accepted = Accepted::of(request.headers());
    if request.method() == Method::GET
        && accepted.html
        && shared.config.serves_graphiql()
        && !has_query(&request)
    {
        return pages::graphiql(&shared);
    }
    let format = accepted.single.unwrap_or(ResponseFormat::Json);
    match handle(&shared, request, &accepted, &trace).await {
        Ok(response) => response,
        Err(refused) => refusal(shared.traced(refused, &trace), format),
    }
}

async fn handle(
    shared: &Arc<Shared>,
    request: Request,
    accepted: &Accepted,
    trace: &Trace,
) -> Result<Response, Refusal> {
    let (parts, body) = request.into_parts();
    let stream = event_stream::token(&parts.headers, &parts.uri);
    match parts.method {
        Method::GET | Method::POST | Method::PUT => {}
        Method::DELETE if stream.is_some() => {}
        _ => {
            let message = "use GET for queries or POST for any operation";
            return Err(Refusal::method("GET, POST, PUT", message));
        }
    }
    shared.csrf.check(&parts.method, &parts.headers)?;
    if parts.method == Method::POST {
        check_content_type(&parts.headers)?;
    }
    if accepted.is_nothing() && matches!(parts.method, Method::GET | Method::POST) {
        return Err(Refusal::new(
            StatusCode::NOT_ACCEPTABLE,
            "NOT_ACCEPTABLE",
            "accept application/graphql-response+json, application/json, text/event-stream or multipart/mixed",
        ));
    }
    let client = client_of(&parts.extensions);
    let credentials = Credentials::of_request(&parts.headers, client);
    let authentication = authenticate(shared, &credentials).await?;
    let context = Context {
        authentication,
        client,
        subgraph_headers: shared.propagation.apply(&parts.headers, trace),
        trace: trace.clone(),
    };
    let is_get = parts.method == Method::GET;
    match (parts.method, stream) {
        (Method::PUT, _) => {
            let key = QuotaKey::of(&context.authentication.caller, client);
            shared.rate_limiter.charge(key, context.authentication.quota, 1)?;
            return event_stream::reserve(shared, &context);
        }
        (Method::DELETE, Some(token)) => return event_stream::stop(shared, &context, &token, &parts.uri),
        (Method::GET, Some(token)) => return event_stream::open(shared, &context, token),
        (Method::POST, Some(token)) => {
            let (body, _room) = read(shared, &parts.headers, body, &context).await?;
            return match body {
                Body::Single(request) => event_stream::start(shared, context, &token, request),
                Body::Batch(_) => Err(Refusal::bad_request("an event stream takes one operation at a time")),
            };
        }
        _ => {}
    }
    // The room of the body is held until its operations have run.
    let (requests, _room) = if is_get {
        let parsed = parse_query(&parts.uri, &shared.config.limits);
        (Body::Single(parsed.map_err(|refused| shared.charged(&context, refused))?), None)
    } else {
        let (body, room) = read(shared, &parts.headers, body, &context).await?;
        (body, Some(room))
    };
    match requests {
        Body::Single(request) => {
            let allowed = Allowed { mutations: !is_get, subscriptions: accepted.stream.is_some() };
            Ok(single(shared, request, context, allowed, accepted).await)
        }
        Body::Batch(requests) => Ok(batch(shared, requests, context, accepted).await),
    }
}

/// Reads the body of a caller that may run an operation. What is no request counts as one.
async fn read(
    shared: &Shared,
    headers: &HeaderMap,
    body: axum::body::Body,
    context: &Context,
) -> Result<(Body, BodyRoom), Refusal> {
    let key = QuotaKey::of(&context.authentication.caller, context.client);
    shared.rate_limiter.admit(key, context.authentication.quota)?;
    let Shared { config, bodies, .. } = shared;
    let read = async {
        let mut room = bodies
            .open(context.client.network(), headers, &body)
            .map_err(|NoRoom| Refusal::too_much_sent())?;
        let bytes = read_body(body, config.max_body_bytes, config.timeouts.body, &mut room).await?;
        Ok((Body::parse(&bytes, &config.limits)?, room))
    };
    read.await.map_err(|refused| shared.charged(context, refused))
}

async fn single(
    shared: &Arc<Shared>,
    request: GraphqlRequest,
    context: Context,
    allowed: Allowed,
    accepted: &Accepted,
) -> Response {
    let ran = shared.run(request, &context, allowed).await;
    let format = accepted.single;
    let mut response = match (ran.outcome, format, accepted.stream) {
        (Outcome::Streaming(events), _, Some(stream)) => streaming::respond(shared, &context, events, stream),
        // `check_kind` lets no subscription pass that the client cannot take.
        (Outcome::Streaming(_), _, None) => refusal(Refusal::internal(), ResponseFormat::Json),
        (Outcome::Answered(result, room), Some(format), _) => answer(result, room, format),
        (Outcome::Refused(refused), Some(format), _) => refusal(refused, format),
        // The client takes nothing but a stream: it gets a stream of one.
        (Outcome::Answered(result, room), None, Some(stream)) => {
            streaming::respond_once(result, room, stream)
        }
        (Outcome::Refused(refused), None, Some(stream)) if refused.in_document => {
            streaming::respond_once(refused.into_answer(), None, stream)
        }
        (Outcome::Refused(refused), None, _) => refusal(refused, ResponseFormat::Json),
        (Outcome::Answered(result, room), None, None) => answer(result, room, ResponseFormat::Json),
    };
    write_spent(ran.spent, response.headers_mut());
    response
}

/// The answers of a batch in its order.
async fn batch(
    shared: &Arc<Shared>,
    requests: Vec<GraphqlRequest>,
    context: Context,
    accepted: &Accepted,
) -> Response {
    let format = accepted.single.unwrap_or(ResponseFormat::Json);
    let allowed = Allowed { mutations: true, subscriptions: false };
    let RanBatch { outcomes, spent } = shared.run_batch(requests, &context, allowed).await;
    let mut status = None;
    let mut headers = HeaderMap::new();
    let mut all = Vec::with_capacity(outcomes.len());
    let mut rooms = Vec::with_capacity(outcomes.len());
    for outcome in outcomes {
        let (one, answered) = match outcome {
            Outcome::Answered(answered, room) => {
                rooms.extend(room);
                (StatusCode::OK, answered)
            }
            Outcome::Refused(refused) => {
                refused.headers.iter().for_each(|one| take_over(&mut headers, one));
                (if refused.in_document { StatusCode::OK } else { refused.status }, refused.into_answer())
            }
            Outcome::Streaming(_) => (StatusCode::OK, Refusal::internal().into_answer()),
        };
        // One status stands for all; where they differ, the batch as such was served.
        status = Some(if status.is_none_or(|status| status == one) { one } else { StatusCode::OK });
        all.push(answered);
    }
    let mut response = answers(&all, rooms, format, status.unwrap_or(StatusCode::OK));
    if status != Some(StatusCode::OK) {
        response.headers_mut().extend(headers);
    }
    write_spent(spent, response.headers_mut());
    response
}

/// A header of one refusal among several: each stands once, of times to wait the longest.
fn take_over(headers: &mut HeaderMap, (name, value): &(HeaderName, HeaderValue)) {
    let seconds = |value: &HeaderValue| value.to_str().ok()?.parse::<u64>().ok();
    if name != header::RETRY_AFTER || seconds(value) > headers.get(name).and_then(seconds) {
        headers.insert(name, value.clone());
    }
}

/// A refusal may have said already what is left.
fn write_spent(spent: Spent, headers: &mut HeaderMap) {
    for (name, value) in spent.charge.into_iter().flat_map(Charge::headers) {
        headers.entry(name).or_insert(value);
    }
    if let Some(cost) = spent.cost {
        headers.insert(HeaderName::from_static("operation-cost"), HeaderValue::from(cost.cost));
    }
}
