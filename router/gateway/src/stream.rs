//! Streams of answers over one HTTP response: server-sent events (graphql-sse, distinct connections mode) and
//! multipart (the subscription protocol of the Apollo clients).
//!
//! A slow reader is borne by the connection: nothing is taken from the subscription that the socket does not take.
//! A stream ends with a last answer when the caller loses its rights, and without an end mark when the process
//! stops, so that clients connect again.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::response::Response;
use bytes::{BufMut, Bytes, BytesMut};
use futures::StreamExt;
use futures::stream::{self, BoxStream};
use http::{HeaderValue, header};
use tokio::time::{Instant, Interval, MissedTickBehavior, interval_at};

use crate::answer::{Answer, error};
use crate::gateway::Shared;
use crate::guard::{Ended, Guard};
use crate::http::StreamFormat;
use crate::pipeline::Context;

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
pub fn respond(
    shared: &Arc<Shared>,
    context: &Context,
    answers: BoxStream<'static, Answer>,
    format: StreamFormat,
) -> Response {
    let written = answers.map(move |answer| format.event(answer));
    let end = stream::once(async move { format.complete() });
    carry(shared, context, written.chain(end).boxed(), format)
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
        Some((Ok::<Bytes, std::convert::Infallible>(chunk), (state, running)))
    });
    let opened = stream::iter([Ok(format.opening())]);
    let mut response = Response::new(Body::from_stream(opened.chain(chunks)));
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
        let message = match ended {
            Ended::Expired => "the access token has expired",
            Ended::Revoked => "the session has ended; sign in again",
            Ended::Stopping => return None,
        };
        let mut last = error("UNAUTHENTICATED", message);
        last.extensions.insert("traceId".to_owned(), (*self.trace_id).into());
        let mut bytes = BytesMut::from(self.format.event(Answer::refused(vec![last])));
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
    fn event(self, answer: Answer) -> Bytes {
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
