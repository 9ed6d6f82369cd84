//! Subscriptions over graphql-transport-ws.
//!
//! Invariants: no operation runs before an identity is verified, and each is started with an identity that is in
//! force then; events are taken from a stream only when the socket has room, so a slow reader costs no memory here.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use axum::extract::ws::{CloseFrame, Message, Utf8Bytes, WebSocket, WebSocketUpgrade};
use axum::http::header::{AUTHORIZATION, ORIGIN};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use futures::SinkExt;
use futures::stream::{AbortHandle, Abortable, BoxStream, SelectAll, StreamExt};
use platform_commerce::Market;
use platform_identity::Caller;
use platform_listener::Breach;
use platform_telemetry::TraceContext;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::Served;
use super::identity::bearer;
use super::wire::{Payload, Rejection};
use crate::engine::{self, Operation};

const PROTOCOL: &str = "graphql-transport-ws";
const PING_INTERVAL: Duration = Duration::from_secs(20);
/// How long a reader may take no byte before it is given up.
const SEND_TIMEOUT: Duration = Duration::from_secs(30);
/// Time for a close to be answered.
const LAST_WORD: Duration = Duration::from_secs(2);

#[derive(Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum FromClient {
    ConnectionInit {
        #[serde(default)]
        payload: Value,
    },
    Subscribe {
        id: String,
        payload: Payload,
    },
    Complete {
        id: String,
    },
    Ping {},
    Pong {},
}

#[derive(Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum ToClient<'a> {
    ConnectionAck,
    Next { id: &'a str, payload: &'a async_graphql::Response },
    Error { id: &'a str, payload: &'a [async_graphql::ServerError] },
    Complete { id: &'a str },
    Pong,
}

pub(super) async fn upgrade(
    State(served): State<Arc<Served>>,
    headers: HeaderMap,
    socket: WebSocketUpgrade,
) -> Response {
    // Browsers always say where they come from, and none has any business here.
    if headers.contains_key(ORIGIN) {
        let message = "browsers subscribe at the gateway";
        return served.reject(Rejection::new(StatusCode::FORBIDDEN, "FORBIDDEN", message)).into_response();
    }
    let token = match headers.get(AUTHORIZATION) {
        None => None,
        Some(value) => match served.caller(&headers) {
            Ok(_) => value.to_str().ok().and_then(bearer).map(str::to_owned),
            Err(rejection) => return rejection.into_response(),
        },
    };
    let trace = TraceContext::from_headers(&headers);
    let limit = served.config.body_limit;
    socket.protocols([PROTOCOL]).max_message_size(limit).max_frame_size(limit).on_upgrade(
        move |socket| async move {
            let speaks = socket.protocol().is_some_and(|protocol| protocol == PROTOCOL);
            let mut connection = Connection {
                served,
                socket,
                token,
                trace,
                initialised: false,
                operations: HashMap::new(),
                events: SelectAll::new(),
                next_key: 0,
            };
            let closing =
                if speaks { connection.run().await } else { close(4406, "Subprotocol not acceptable") };
            connection.end(closing).await;
        },
    )
}

/// How a connection ends.
enum Closing {
    /// By this side, with a code.
    With(CloseFrame),
    /// By the other side, which gets its code back.
    Answered,
    /// The other side is gone.
    Gone,
}

fn close(code: u16, reason: impl Into<Utf8Bytes>) -> Closing {
    Closing::With(CloseFrame { code, reason: reason.into() })
}

type Event = (u64, Arc<str>, Option<engine::Event>);

struct Connection {
    served: Arc<Served>,
    socket: WebSocket,
    token: Option<String>,
    trace: TraceContext,
    initialised: bool,
    /// By the client's id: which stream it is, and the handle that ends it.
    operations: HashMap<Arc<str>, (u64, AbortHandle)>,
    events: SelectAll<Abortable<BoxStream<'static, Event>>>,
    next_key: u64,
}

impl Connection {
    async fn run(&mut self) -> Closing {
        let init_timeout = Duration::from_millis(self.served.config.websocket_init_timeout_ms);
        let init_deadline = tokio::time::Instant::now() + init_timeout;
        let mut pings = tokio::time::interval_at(tokio::time::Instant::now() + PING_INTERVAL, PING_INTERVAL);
        let mut answered = true;
        let shutdown = self.served.shutdown.clone();
        loop {
            let ended = tokio::select! {
                () = shutdown.cancelled() => Err(close(1001, "Going away")),
                () = tokio::time::sleep_until(init_deadline), if !self.initialised => {
                    Err(close(4408, "Connection initialisation timeout"))
                }
                _ = pings.tick() => {
                    let alive = std::mem::replace(&mut answered, false);
                    if alive { self.put(Message::Ping(bytes::Bytes::new())).await } else { Err(Closing::Gone) }
                }
                message = self.socket.recv() => {
                    answered = true;
                    match message {
                        Some(Ok(message)) => self.receive(message).await,
                        Some(Err(error)) => Err(Breach::of(error).map_or(Closing::Gone, |breach| {
                            close(breach.code, breach.reason)
                        })),
                        None => Err(Closing::Gone),
                    }
                }
                Some(event) = self.events.next(), if !self.operations.is_empty() => self.forward(event).await,
            };
            if let Err(closing) = ended {
                return closing;
            }
        }
    }

    async fn receive(&mut self, message: Message) -> Result<(), Closing> {
        let text = match message {
            Message::Text(text) => text,
            Message::Ping(_) | Message::Pong(_) => return Ok(()),
            Message::Close(_) => return Err(Closing::Answered),
            Message::Binary(_) => return Err(close(4400, "Invalid message")),
        };
        // An operation's variables are three levels deep, its other members are few.
        if let Err(excessive) = self.served.within_limits(text.as_bytes(), 2) {
            return Err(close(4400, excessive.message));
        }
        match serde_json::from_str(&text) {
            Ok(FromClient::ConnectionInit { payload }) => self.init(&payload).await,
            Ok(FromClient::Subscribe { id, payload }) => self.subscribe(id.into(), payload).await,
            Ok(FromClient::Complete { id }) => {
                if let Some((_, handle)) = self.operations.remove(id.as_str()) {
                    handle.abort();
                }
                Ok(())
            }
            Ok(FromClient::Ping {}) => self.send(&ToClient::Pong).await,
            Ok(FromClient::Pong {}) => Ok(()),
            Err(_) => Err(close(4400, "Invalid message")),
        }
    }

    async fn init(&mut self, payload: &Value) -> Result<(), Closing> {
        if self.initialised {
            return Err(close(4429, "Too many initialisation requests"));
        }
        if let Some(value) = payload.get("authorization").and_then(Value::as_str) {
            self.token = bearer(value).map(str::to_owned);
        }
        if self.caller().is_none() {
            self.served.metrics.rejected(self.served.name, "UNAUTHENTICATED");
            return Err(close(4403, "Forbidden"));
        }
        self.initialised = true;
        self.send(&ToClient::ConnectionAck).await
    }

    fn caller(&self) -> Option<Caller> {
        self.served.keys.verify::<Market>(self.token.as_deref()?, self.served.name).ok()
    }

    async fn subscribe(&mut self, id: Arc<str>, payload: Payload) -> Result<(), Closing> {
        let Some(caller) = self.caller().filter(|_| self.initialised) else {
            return Err(close(4401, "Unauthorized"));
        };
        if self.operations.contains_key(&id) {
            return Err(close(4409, "Subscriber already exists"));
        }
        if self.operations.len() >= self.served.config.subscriptions_per_connection {
            return Err(close(4400, "Too many subscriptions"));
        }
        let operation = Operation {
            query: payload.query,
            operation_name: payload.operation_name,
            variables: payload.variables,
            caller,
            deadline: None,
            trace: self.trace,
        };
        let responses = match self.served.composed.stream(operation) {
            Ok(responses) => responses,
            Err(errors) => return self.send(&ToClient::Error { id: &id, payload: &errors }).await,
        };
        let key = self.next_key;
        self.next_key += 1;
        let (own, last) = (id.clone(), id.clone());
        let events = responses
            .map(move |response| (key, own.clone(), Some(response)))
            .chain(futures::stream::once(async move { (key, last, None) }))
            .boxed();
        let (handle, registration) = AbortHandle::new_pair();
        self.events.push(Abortable::new(events, registration));
        self.operations.insert(id, (key, handle));
        Ok(())
    }

    /// Sends an event, unless its operation was completed by the client meanwhile.
    async fn forward(&mut self, (key, id, response): Event) -> Result<(), Closing> {
        if self.operations.get(&id).is_none_or(|(current, _)| *current != key) {
            return Ok(());
        }
        match response {
            Some(Ok(response)) => self.send(&ToClient::Next { id: &id, payload: &response }).await,
            Some(Err(error)) => {
                self.operations.remove(&id);
                self.send(&ToClient::Error { id: &id, payload: &[error] }).await
            }
            None => {
                self.operations.remove(&id);
                self.send(&ToClient::Complete { id: &id }).await
            }
        }
    }

    async fn send(&mut self, message: &ToClient<'_>) -> Result<(), Closing> {
        match serde_json::to_string(message) {
            Ok(text) => self.put(Message::Text(text.into())).await,
            Err(error) => {
                tracing::error!(target: "souk", %error, "an event could not be written as JSON");
                Err(close(1011, "Internal error"))
            }
        }
    }

    async fn put(&mut self, message: Message) -> Result<(), Closing> {
        match tokio::time::timeout(SEND_TIMEOUT, self.socket.send(message)).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_)) | Err(_) => Err(Closing::Gone),
        }
    }

    /// Says goodbye where somebody may still be listening.
    async fn end(mut self, closing: Closing) {
        let reached = match closing {
            Closing::With(frame) => {
                let sent = self.put(Message::Close(Some(frame))).await.is_ok();
                // Until the other side has answered: what it still sends would tear the connection before it has
                // read why.
                let answered = async { while let Some(Ok(_)) = self.socket.recv().await {} };
                sent && tokio::time::timeout(LAST_WORD, answered).await.is_ok()
            }
            // The answer is made when the close is read, and goes out when the socket is flushed.
            Closing::Answered => {
                tokio::time::timeout(SEND_TIMEOUT, SinkExt::close(&mut self.socket)).await.is_ok()
            }
            Closing::Gone => false,
        };
        tracing::trace!(reached, "closed a WebSocket");
    }
}
