//! The task of one operation of a connection that carries many. WebSockets and event streams differ only in how they
//! write the results.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use futures::{FutureExt, StreamExt};
use platform_listener::Share;
use router_transport::GraphqlError;
use tokio_util::sync::CancellationToken;

use crate::answer::{Answer, Outcome, Refusal, Room};
use crate::context::Context;
use crate::operations::{Operations, Place};
use crate::outbox::{Gone, Outbox, Weighed};
use crate::pipeline::Allowed;
use crate::request::GraphqlRequest;
use crate::shared::Shared;

/// How a protocol writes what becomes of an operation.
pub trait Frames {
    type Frame: Weighed + Send + 'static;

    fn next(id: &str, answer: &Answer, room: Room) -> Self::Frame;
    /// Nothing was run, or no further event can be had; this is all.
    fn error(id: &str, errors: &[GraphqlError]) -> Self::Frame;
    fn complete(id: &str) -> Self::Frame;
}

/// What one operation needs.
pub struct Operation<P: Frames> {
    pub id: String,
    pub serial: u64,
    pub request: GraphqlRequest,
    pub context: Context,
    pub outbox: Outbox<P::Frame>,
    pub operations: Operations,
    pub place: Place,
    /// Its part of what its network may begin at once. The rate limit refuses most of a flood, but each has a task until
    /// it is refused.
    pub beginning: Share,
}

/// Runs it to its end, or until the client completes it.
pub async fn operate<P: Frames>(shared: Arc<Shared>, operation: Operation<P>, cancel: CancellationToken) {
    let Operation { id, serial, request, context, outbox, operations, place: _place, mut beginning } =
        operation;
    let work = AssertUnwindSafe(produce::<P>(&shared, &id, request, &context, &outbox, &mut beginning))
        .catch_unwind();
    let refused = match cancel.run_until_cancelled(work).await {
        // Cancelled by the client or with the connection, or the connection is gone: nobody listens.
        None | Some(Ok(Err(Gone))) => {
            operations.end(&id, serial);
            return;
        }
        Some(Ok(Ok(refused))) => refused,
        Some(Err(_)) => {
            tracing::error!(trace_id = %context.trace.trace_id, "an operation panicked");
            Some(shared.traced(Refusal::internal(), &context.trace))
        }
    };
    if !operations.end(&id, serial) {
        return;
    }
    let last = match &refused {
        Some(refused) => P::error(&id, &refused.errors),
        None => P::complete(&id),
    };
    // If the connection is gone, so is whoever would want to know.
    outbox.send(last).await.unwrap_or(());
}

/// Sends the results, and returns the refusal if there were none to send, or why events are not to be had any more: a client
/// takes `complete` for a proper end.
async fn produce<P: Frames>(
    shared: &Shared,
    id: &str,
    request: GraphqlRequest,
    context: &Context,
    outbox: &Outbox<P::Frame>,
    beginning: &mut Share,
) -> Result<Option<Refusal>, Gone> {
    let allowed = Allowed { mutations: true, subscriptions: true };
    match shared.run(request, context, allowed).await.outcome {
        Outcome::Refused(refused) => return Ok(Some(refused)),
        Outcome::Answered(answer, room) => outbox.send(P::next(id, &answer, room)).await?,
        Outcome::Streaming(mut events) => {
            beginning.clear();
            while let Some(event) = events.next().await {
                let Ok((answer, room)) = event else {
                    outbox.give_up();
                    return Err(Gone);
                };
                if answer.data().is_none() {
                    return Ok(Some(Refusal::document(answer.errors)));
                }
                outbox.send(P::next(id, &answer, room)).await?;
            }
        }
    }
    Ok(None)
}
