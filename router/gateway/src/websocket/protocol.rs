//! Messages and close codes of `graphql-transport-ws`.

use std::borrow::Cow;

use axum::extract::ws::{CloseFrame, Message, Utf8Bytes};
use platform_listener::Breach;
use router_limits::{LimitError, Limits};
use router_transport::{GraphqlError, Object};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::answer::{Answer, Room};
use crate::operate::Frames;
use crate::request::GraphqlRequest;
use crate::waiting::held;
use crate::websocket::outgoing::Outgoing;

pub const SUBPROTOCOL: &str = "graphql-transport-ws";
/// Ids are the client's and stand in memory; generated ones have 36 characters.
const MAX_ID: usize = 128;
/// A close frame has 125 bytes, two of them the code.
const MAX_REASON: usize = 123;

#[derive(Debug)]
pub enum ClientMessage {
    ConnectionInit {
        payload: Option<Object>,
    },
    Ping {
        payload: Option<Object>,
    },
    Pong,
    Subscribe {
        id: String,
        payload: GraphqlRequest,
    },
    /// A `subscribe` whose variables hold too much.
    Excessive {
        id: String,
        limit: LimitError,
    },
    Complete {
        id: String,
    },
}

/// A message, its payload left as text until its type tells what it is: only text keeps the digits of numbers.
#[derive(Deserialize)]
struct Envelope<'a> {
    #[serde(rename = "type")]
    kind: Kind,
    #[serde(default)]
    id: Option<String>,
    #[serde(default, borrow)]
    payload: Option<&'a RawValue>,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Kind {
    ConnectionInit,
    Ping,
    Pong,
    Subscribe,
    Complete,
}

impl Envelope<'_> {
    fn payload<T: DeserializeOwned>(&self) -> Result<T, Close> {
        serde_json::from_str(self.text()).map_err(|_| invalid())
    }

    /// A payload that is one object, and no operation.
    fn object(&self, limits: &Limits) -> Result<Option<Object>, Close> {
        limits.check_input(self.text(), 1).map_err(|limit| Close::BadRequest(limit.to_string().into()))?;
        self.payload()
    }

    fn text(&self) -> &str {
        self.payload.map_or("null", RawValue::get)
    }

    /// Ids stand in memory, so they are bounded.
    fn id(self) -> Result<String, Close> {
        match self.id {
            None => Err(invalid()),
            Some(id) if id.is_empty() || id.len() > MAX_ID => {
                Err(Close::BadRequest("the id must have 1 to 128 bytes".into()))
            }
            Some(id) => Ok(id),
        }
    }
}

impl ClientMessage {
    pub fn parse(text: &str, limits: &Limits) -> Result<Self, Close> {
        let message: Envelope<'_> = serde_json::from_str(text).map_err(|_| invalid())?;
        Ok(match message.kind {
            Kind::ConnectionInit => Self::ConnectionInit { payload: message.object(limits)? },
            Kind::Ping => Self::Ping { payload: message.object(limits)? },
            Kind::Pong => Self::Pong,
            Kind::Subscribe => match limits.check_input(message.text(), 2) {
                Ok(()) => Self::Subscribe { payload: message.payload()?, id: message.id()? },
                Err(limit) => Self::Excessive { limit, id: message.id()? },
            },
            Kind::Complete => Self::Complete { id: message.id()? },
        })
    }
}

fn invalid() -> Close {
    Close::BadRequest("invalid message".into())
}

#[derive(Debug, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum ServerMessage<'a> {
    ConnectionAck,
    Pong {
        #[serde(skip_serializing_if = "Option::is_none")]
        payload: Option<Object>,
    },
    Error {
        id: &'a str,
        payload: &'a [GraphqlError],
    },
    Complete {
        id: &'a str,
    },
}

impl ServerMessage<'_> {
    /// Nothing in a message can fail to serialise; should it, the client gets an empty frame and says so.
    pub fn frame(&self) -> Outgoing {
        let text = serde_json::to_string(self).unwrap_or_else(|error| {
            tracing::error!(%error, "a message could not be written as JSON");
            String::new()
        });
        Message::Text(Utf8Bytes::from(text)).into()
    }
}

/// The results of operations as messages.
pub struct Messages;

impl Frames for Messages {
    type Frame = Outgoing;

    /// Written by hand: the answer's data is text already.
    fn next(id: &str, answer: &Answer, room: Room) -> Outgoing {
        let mut text = br#"{"type":"next","id":"#.to_vec();
        text.extend_from_slice(serde_json::Value::from(id).to_string().as_bytes());
        text.extend_from_slice(br#","payload":"#);
        answer.write(&mut text);
        text.push(b'}');
        match Utf8Bytes::try_from(held(text, room.into_iter().collect())) {
            Ok(text) => Message::Text(text).into(),
            Err(error) => {
                tracing::error!(%error, "an answer is not UTF-8");
                Self::error(id, &[])
            }
        }
    }

    fn error(id: &str, errors: &[GraphqlError]) -> Outgoing {
        ServerMessage::Error { id, payload: errors }.frame()
    }

    fn complete(id: &str) -> Outgoing {
        ServerMessage::Complete { id }.frame()
    }
}

/// Why the server ends a connection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Close {
    /// 1001: the process stops; connect elsewhere.
    GoingAway,
    /// 1013: something is short at the moment; try again.
    TryAgain(&'static str),
    /// 1002, 1007 or 1009: frames that are none of the WebSocket protocol.
    Breach(Breach),
    /// 4400
    BadRequest(Cow<'static, str>),
    /// 4401: an operation before the connection was acknowledged.
    Unauthorized,
    /// 4403: credentials that are wrong, or no longer right. Clients take it as the sign to fetch a new token.
    Forbidden(&'static str),
    /// 4406
    SubprotocolNotAcceptable,
    /// 4408
    InitTimeout,
    /// 4408
    MessageTimeout,
    /// 4409
    SubscriberExists(String),
    /// 4429
    TooManyInits,
}

impl Close {
    pub fn frame(&self) -> CloseFrame {
        let (code, reason) = match self {
            Self::GoingAway => (1001, "the server is stopping".to_owned()),
            Self::TryAgain(reason) => (1013, (*reason).to_owned()),
            Self::Breach(Breach { code, reason }) => (*code, (*reason).to_owned()),
            Self::BadRequest(reason) => (4400, reason.clone().into_owned()),
            Self::Unauthorized => (4401, "Unauthorized".to_owned()),
            Self::Forbidden(reason) => (4403, (*reason).to_owned()),
            Self::SubprotocolNotAcceptable => (4406, "Subprotocol not acceptable".to_owned()),
            Self::InitTimeout => (4408, "Connection initialisation timeout".to_owned()),
            Self::MessageTimeout => (4408, "the message did not arrive in time".to_owned()),
            Self::SubscriberExists(id) => (4409, format!("Subscriber for {id} already exists")),
            Self::TooManyInits => (4429, "Too many initialisation requests".to_owned()),
        };
        let mut end = reason.len().min(MAX_REASON);
        while !reason.is_char_boundary(end) {
            end -= 1;
        }
        CloseFrame { code, reason: Utf8Bytes::from(reason.get(..end).unwrap_or_default()) }
    }
}
