//! Streams of answers over one HTTP response: server-sent events (graphql-sse, distinct connections mode) and
//! multipart (the subscription protocol of the Apollo clients).
//!
//! What the socket does not take waits in a queue as for a WebSocket, and a reader that is too slow is disconnected: who
//! does not read holds up nothing that others need.
//! A stream ends with a last answer when the caller loses its rights. When the process stops, events end without an end
//! mark, which makes their clients connect again, and multipart with an error and its last boundary.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::response::Response;
use bytes::{BufMut, Bytes, BytesMut};
use futures::StreamExt;
use futures::stream::{self, BoxStream, Stream};
use http::{HeaderValue, header};
use tokio::sync::mpsc;
use tokio::time::{Instant, Interval, MissedTickBehavior, interval_at};
use tokio_util::sync::CancellationToken;
use tracing::Instrument;

use crate::answer::{Answer, Events, Room, error};
use crate::context::Context;
use crate::guard::{Ended, Guard};
use crate::http::StreamFormat;
use crate::outbox::{Gone, Outbox, Queued};
use crate::shared::Shared;
use crate::waiting::held;

struct State {
    /// Written already; their end is the end of the response.
    frames: BoxStream<'static, Bytes>,
    guard: Guard,
    ticks: Interval,
    format: StreamFormat,
    trace_id: Arc<str>,
    over: bool,
}

/// The response that carries the answers of one operation.
pub fn respond(shared: &Arc<Shared>, context: &Context, answers: Events, format: StreamFormat) -> Response {
    let (outbox, frames) = Outbox::new(&shared.config.subscriptions);
    let too_slow = outbox.too_slow.clone();
    let producing = produce(answers, outbox, format);
    let over = CancellationToken::new();
    let until_over = over.clone();
    tokio::spawn(async move { until_over.run_until_cancelled(producing).await }.in_current_span());
    let frames = queued(frames, too_slow, over.drop_guard());
    carry(shared, context, frames, format)
}

/// The response that carries one answer, which is there already and ends whatever becomes of its caller or of the process.
pub fn respond_once(answer: Answer, room: Room, format: StreamFormat) -> Response {
    let frames = [format.opening(), format.event(answer, room), format.complete()];
    response(stream::iter(frames), format)
}

/// Nobody waits for what it says: an end of the connection ends it.
async fn produce(mut answers: Events, outbox: Outbox<Bytes>, format: StreamFormat) {
    let sent = async {
        while let Some(event) = answers.next().await {
            let Ok((answer, room)) = event else {
                outbox.give_up();
                return Err(Gone);
            };
            outbox.send(format.event(answer, room)).await?;
        }
        outbox.send(format.complete()).await
    };
    if let Err(Gone) = sent.await {
        tracing::trace!("a stream ended before its operation");
    }
}

/// The frames of a queue, until it ends or is read too slowly. What `open` stands for lives as long.
pub fn queued(
    frames: mpsc::Receiver<Queued<Bytes>>,
    too_slow: CancellationToken,
    open: impl Send + 'static,
) -> BoxStream<'static, Bytes> {
    let frames = stream::unfold((frames, open), |(mut frames, open)| async move {
        let queued = frames.recv().await?;
        // Its place in the queue goes with it.
        let place = Bytes::from_owner(Taken(queued));
        Some((place, (frames, open)))
    });
    frames.take_until(too_slow.cancelled_owned()).boxed()
}

struct Taken(Queued<Bytes>);

impl AsRef<[u8]> for Taken {
    fn as_ref(&self) -> &[u8] {
        &self.0.frame
    }
}

/// The response that carries frames, for as long as the caller may have them.
pub fn carry(
    shared: &Arc<Shared>,
    context: &Context,
    frames: BoxStream<'static, Bytes>,
    format: StreamFormat,
) -> Response {
    let pause = shared.config.subscriptions.keep_alive.max(Duration::from_millis(10));
    let mut ticks = interval_at(Instant::now() + pause, pause);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let state = State {
        frames,
        guard: Guard::new(shared, context.authentication.clone()),
        ticks,
        format,
        trace_id: context.trace.trace_id.clone(),
        over: false,
    };
    // What is open when the process stops gets the time to end.
    let running = shared.tasks.token();
    let chunks = stream::unfold((state, running), |(mut state, running)| async move {
        let chunk = state.next().await?;
        Some((chunk, (state, running)))
    });
    response(stream::iter([format.opening()]).chain(chunks), format)
}

fn response(chunks: impl Stream<Item = Bytes> + Send + 'static, format: StreamFormat) -> Response {
    let chunks = chunks.map(Ok::<Bytes, std::convert::Infallible>);
    let mut response = Response::new(Body::from_stream(chunks));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(format.content_type()));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    // Proxies that buffer would hold events back.
    headers.insert("x-accel-buffering", HeaderValue::from_static("no"));
    response
}

impl State {
    async fn next(&mut self) -> Option<Bytes> {
        if self.over {
            return None;
        }
        tokio::select! {
            frame = self.frames.next() => frame,
            ended = self.guard.ended() => {
                self.over = true;
                self.last_words(ended)
            }
            _ = self.ticks.tick() => Some(self.format.keep_alive()),
        }
    }

    fn last_words(&self, ended: Ended) -> Option<Bytes> {
        let (code, message) = ended.told();
        if ended == Ended::Stopping {
            return (self.format == StreamFormat::Multipart).then(|| self.format.failure(message));
        }
        let mut last = error(code, message);
        last.extensions.insert("traceId".to_owned(), (*self.trace_id).into());
        let mut bytes = BytesMut::from(self.format.event(Answer::refused(vec![last]), None));
        bytes.extend_from_slice(&self.format.complete());
        Some(bytes.freeze())
    }
}

impl StreamFormat {
    const fn content_type(self) -> &'static str {
        match self {
            Self::EventStream => "text/event-stream; charset=utf-8",
            Self::Multipart => r#"multipart/mixed;boundary="graphql";subscriptionSpec=1.0"#,
        }
    }

    /// JSON has no line break in it, so an answer is one `data` line. A part ends with the boundary that begins the
    /// next: clients take a part for whole when they have read it.
    fn event(self, answer: Answer, room: Room) -> Bytes {
        let json = answer.into_bytes();
        let (before, after): (&[u8], &[u8]) = match self {
            Self::EventStream => (b"event: next\ndata: ", b"\n\n"),
            Self::Multipart => {
                (b"\r\nContent-Type: application/json\r\n\r\n{\"payload\":", b"}\r\n--graphql")
            }
        };
        let mut bytes = BytesMut::with_capacity(before.len() + json.len() + after.len());
        bytes.put_slice(before);
        bytes.put_slice(&json);
        bytes.put_slice(after);
        held(bytes, room.into_iter().collect())
    }

    /// The last part of a multipart body: an error that is none of an operation's.
    fn failure(self, message: &str) -> Bytes {
        let told = Answer::refused(vec![error("UNAVAILABLE", message)]).into_bytes();
        let inner = told.strip_prefix(b"{").unwrap_or(&told);
        let mut bytes = BytesMut::from(&b"\r\nContent-Type: application/json\r\n\r\n{\"payload\":null,"[..]);
        bytes.put_slice(inner);
        bytes.put_slice(b"\r\n--graphql");
        bytes.put_slice(&self.complete());
        bytes.freeze()
    }

    const fn complete(self) -> Bytes {
        Bytes::from_static(match self {
            Self::EventStream => b"event: complete\ndata:\n\n",
            Self::Multipart => b"--\r\n",
        })
    }

    /// An empty comment or part at once, so that the client knows that the stream is open.
    const fn opening(self) -> Bytes {
        match self {
            Self::EventStream => self.keep_alive(),
            Self::Multipart => {
                Bytes::from_static(b"\r\n--graphql\r\nContent-Type: application/json\r\n\r\n{}\r\n--graphql")
            }
        }
    }

    const fn keep_alive(self) -> Bytes {
        Bytes::from_static(match self {
            Self::EventStream => b":\n\n",
            Self::Multipart => b"\r\nContent-Type: application/json\r\n\r\n{}\r\n--graphql",
        })
    }
}
