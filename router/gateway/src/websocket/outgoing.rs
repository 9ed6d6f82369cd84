//! What the task that writes to a socket is given.

use axum::extract::ws::Message;

use crate::outbox::Weighed;

#[derive(Clone)]
pub enum Outgoing {
    Message(Message),
    /// The answer to a ping, which the socket holds already: it is to be on its way before much more is read.
    Pong,
}

impl From<Message> for Outgoing {
    fn from(message: Message) -> Self {
        Self::Message(message)
    }
}

impl Weighed for Outgoing {
    fn size(&self) -> usize {
        match self {
            Self::Message(Message::Text(text)) => text.len(),
            Self::Message(Message::Binary(bytes) | Message::Ping(bytes) | Message::Pong(bytes)) => {
                bytes.len()
            }
            Self::Message(Message::Close(_)) | Self::Pong => 0,
        }
    }
}
