//! Subscriptions over the graphql-transport-ws protocol, a connection for each.
//!
//! A task owns the connection and hands events to the stream through a bounded channel: a reader that is behind makes
//! the subgraph wait. Invariant: the task ends when the stream is dropped, and a stream that ends because the
//! connection was lost says so in its last event.

use std::sync::Arc;

use ::http::header::{AUTHORIZATION, SEC_WEBSOCKET_PROTOCOL};
use ::http::{HeaderMap, HeaderValue, Uri};
use futures::stream::BoxStream;
use futures::{SinkExt, StreamExt};
use rustls::ClientConfig;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use tokio::net::TcpStream;
use tokio::sync::mpsc;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::error::Error as WsError;
use tokio_tungstenite::tungstenite::protocol::{Message, WebSocketConfig};
use tokio_tungstenite::{Connector, MaybeTlsStream, WebSocketStream, connect_async_tls_with_config};

use crate::http::Payload;
use crate::http::answer::Readable;
use crate::http::options::HttpOptions;
use crate::{GraphqlError, Object, Response, TransportError, Value};

type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

const PROTOCOL: HeaderValue = HeaderValue::from_static("graphql-transport-ws");

/// The one operation of a connection.
const ID: &str = "1";

#[derive(Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum ToServer<'a> {
    ConnectionInit { payload: Object },
    Subscribe { id: &'a str, payload: &'a Payload<'a> },
    Complete { id: &'a str },
    Ping,
    Pong,
}

/// A message, its payload left as text until its type tells what it is.
#[derive(Deserialize)]
struct FromServer<'a> {
    #[serde(rename = "type")]
    kind: Kind,
    #[serde(borrow)]
    payload: Option<&'a RawValue>,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Kind {
    ConnectionAck,
    Next,
    Error,
    Complete,
    Ping,
    Pong,
}

impl<'a> FromServer<'a> {
    fn parse(text: &'a str) -> Result<Self, String> {
        serde_json::from_str(text).map_err(|error| error.to_string())
    }

    fn payload(&self) -> &'a str {
        self.payload.map_or("null", RawValue::get)
    }
}

/// Connects, introduces itself and starts the operation; returns when the server has accepted the connection.
pub async fn subscribe<A: Readable>(
    subgraph: &Arc<str>,
    headers: HeaderMap,
    payload: Payload<'_>,
    options: &HttpOptions,
    tls: Arc<ClientConfig>,
) -> Result<BoxStream<'static, A>, TransportError> {
    let url = options.subscription_url.clone().unwrap_or_else(|| websocket_url(&options.url));
    let opening = Opening { subgraph, url: &url, limit: options.max_response_bytes };
    let mut socket = opening.connect(headers.clone(), tls).await?;
    opening.send(&mut socket, &ToServer::ConnectionInit { payload: init_payload(&headers) }).await?;
    opening.acknowledged(&mut socket).await?;
    opening.send(&mut socket, &ToServer::Subscribe { id: ID, payload: &payload }).await?;

    let (events, mut received) = mpsc::channel(options.subscription_buffer.max(1));
    let reader = Reader { subgraph: Arc::clone(subgraph), socket, events, keep_alive: options.keep_alive };
    tokio::spawn(reader.run());
    Ok(futures::stream::poll_fn(move |context| received.poll_recv(context)).boxed())
}

/// `http` becomes `ws`, the rest stays.
fn websocket_url(url: &Uri) -> Uri {
    let scheme = if url.scheme_str() == Some("https") { "wss" } else { "ws" };
    let authority = url.authority().map_or("", |authority| authority.as_str());
    let path = url.path_and_query().map_or("/", |path| path.as_str());
    format!("{scheme}://{authority}{path}").parse().unwrap_or_else(|_| url.clone())
}

/// Credentials again, for servers that read them from the protocol and not from the handshake.
fn init_payload(headers: &HeaderMap) -> Object {
    let authorization = headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok());
    authorization.map(|value| ("authorization".to_owned(), Value::from(value))).into_iter().collect()
}

struct Opening<'a> {
    subgraph: &'a str,
    url: &'a Uri,
    limit: usize,
}

impl Opening<'_> {
    async fn connect(&self, headers: HeaderMap, tls: Arc<ClientConfig>) -> Result<Socket, TransportError> {
        let mut request = self.url.clone().into_client_request().map_err(|error| self.failed(error))?;
        for (name, value) in &headers {
            request.headers_mut().append(name, value.clone());
        }
        request.headers_mut().insert(SEC_WEBSOCKET_PROTOCOL, PROTOCOL);
        let config =
            WebSocketConfig::default().max_message_size(Some(self.limit)).max_frame_size(Some(self.limit));
        let connector = Connector::Rustls(tls);
        let connected = connect_async_tls_with_config(request, Some(config), true, Some(connector)).await;
        let (socket, _) = connected.map_err(|error| self.failed(error))?;
        Ok(socket)
    }

    async fn send(&self, socket: &mut Socket, message: &ToServer<'_>) -> Result<(), TransportError> {
        send(socket, message).await.map_err(|error| self.failed(error))
    }

    async fn acknowledged(&self, socket: &mut Socket) -> Result<(), TransportError> {
        while let Some(message) = socket.next().await {
            let text = match message.map_err(|error| self.failed(error))? {
                Message::Text(text) => text,
                Message::Close(frame) => {
                    let code = frame.map_or(1005, |frame| u16::from(frame.code));
                    return Err(TransportError::Status { subgraph: self.subgraph.to_owned(), status: code });
                }
                Message::Binary(_) | Message::Ping(_) | Message::Pong(_) | Message::Frame(_) => continue,
            };
            match FromServer::parse(&text).map_err(|reason| self.malformed(reason))?.kind {
                Kind::ConnectionAck => return Ok(()),
                Kind::Ping => self.send(socket, &ToServer::Pong).await?,
                Kind::Pong => {}
                Kind::Next | Kind::Error | Kind::Complete => {
                    return Err(self.malformed("a message before the connection was acknowledged".to_owned()));
                }
            }
        }
        Err(self.failed(WsError::ConnectionClosed))
    }

    fn malformed(&self, reason: String) -> TransportError {
        TransportError::Malformed { subgraph: self.subgraph.to_owned(), reason }
    }

    fn failed(&self, error: WsError) -> TransportError {
        let subgraph = self.subgraph.to_owned();
        match error {
            WsError::Http(response) => {
                TransportError::Status { subgraph, status: response.status().as_u16() }
            }
            WsError::Capacity(_) => TransportError::TooLarge { subgraph, limit: self.limit },
            error => TransportError::Unreachable {
                subgraph,
                address: self.url.to_string(),
                source: Box::new(error),
            },
        }
    }
}

async fn send(socket: &mut Socket, message: &ToServer<'_>) -> Result<(), WsError> {
    let text = serde_json::to_string(message).map_err(|error| WsError::Io(error.into()))?;
    socket.send(Message::text(text)).await
}

struct Reader<A> {
    subgraph: Arc<str>,
    socket: Socket,
    events: mpsc::Sender<A>,
    keep_alive: std::time::Duration,
}

/// What a message means for the stream.
enum Step<A> {
    Continue,
    /// One event, after which the stream goes on.
    Event(A),
    /// One event, and it was the last.
    Last(A),
    End,
}

impl<A: Readable> Reader<A> {
    async fn run(mut self) {
        if let Err(reason) = self.pump().await {
            tracing::warn!(subgraph = %self.subgraph, reason, "a subscription was lost");
            let lost = self.events.send(interrupted(&self.subgraph).into()).await;
            drop(lost);
        }
        // The peer may be gone already; either way the connection is at its end.
        drop(self.socket.close(None).await);
    }

    /// Runs until the stream ends, is dropped (both `Ok`) or is lost.
    async fn pump(&mut self) -> Result<(), String> {
        let mut asked = false;
        loop {
            let message = tokio::select! {
                () = self.events.closed() => return self.complete().await,
                message = tokio::time::timeout(self.keep_alive, self.socket.next()) => message,
            };
            let message = match message {
                Ok(Some(message)) => message.map_err(|error| error.to_string())?,
                Ok(None) => return Err("the connection was closed".to_owned()),
                Err(_) if asked => return Err("no sign of life".to_owned()),
                Err(_) => {
                    asked = true;
                    send(&mut self.socket, &ToServer::Ping).await.map_err(|error| error.to_string())?;
                    continue;
                }
            };
            asked = false;
            match self.step(message).await? {
                Step::Continue => {}
                Step::Event(response) => {
                    if self.events.send(response).await.is_err() {
                        return self.complete().await;
                    }
                }
                Step::Last(response) => {
                    drop(self.events.send(response).await);
                    return Ok(());
                }
                Step::End => return Ok(()),
            }
        }
    }

    async fn step(&mut self, message: Message) -> Result<Step<A>, String> {
        let text = match message {
            Message::Text(text) => text,
            Message::Close(frame) => {
                let code = frame.map_or(1005, |frame| u16::from(frame.code));
                return Err(format!("the subgraph closed the connection with code {code}"));
            }
            Message::Binary(_) | Message::Ping(_) | Message::Pong(_) | Message::Frame(_) => {
                return Ok(Step::Continue);
            }
        };
        let message = FromServer::parse(&text)?;
        match message.kind {
            Kind::Next => A::read(message.payload()).map(Step::Event),
            Kind::Error => {
                let errors: Vec<GraphqlError> =
                    serde_json::from_str(message.payload()).map_err(|error| error.to_string())?;
                if errors.is_empty() {
                    return Err("an error that says nothing".to_owned());
                }
                Ok(Step::Last(Response { errors, ended: true, ..Response::default() }.into()))
            }
            Kind::Complete => Ok(Step::End),
            Kind::Ping => {
                send(&mut self.socket, &ToServer::Pong).await.map_err(|error| error.to_string())?;
                Ok(Step::Continue)
            }
            Kind::Pong | Kind::ConnectionAck => Ok(Step::Continue),
        }
    }

    async fn complete(&mut self) -> Result<(), String> {
        // Nobody is left who would care whether this arrives.
        drop(send(&mut self.socket, &ToServer::Complete { id: ID }).await);
        Ok(())
    }
}

/// The last event of a stream that was cut off.
fn interrupted(subgraph: &str) -> Response {
    let error = GraphqlError {
        message: format!("the subscription at `{subgraph}` was interrupted"),
        extensions: Object::from_iter([("code".to_owned(), Value::from("SUBGRAPH_UNAVAILABLE"))]),
        ..GraphqlError::default()
    };
    Response { errors: vec![error], ended: true, ..Response::default() }
}
