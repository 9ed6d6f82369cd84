//! Why a WebSocket could not be read, as the code and reason of the close that tells its other end.

use tokio_tungstenite::tungstenite;
use tungstenite::Error;
use tungstenite::error::{CapacityError, ProtocolError};

/// A breach of the protocol by the other end, which has to hear of it: RFC 6455, section 7.4.1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Breach {
    /// 1002, 1007 or 1009.
    pub code: u16,
    pub reason: &'static str,
}

impl Breach {
    const PROTOCOL: Self = Self { code: 1002, reason: "the frame breaks the WebSocket protocol" };
    const UTF8: Self = Self { code: 1007, reason: "the message is not valid UTF-8" };
    const SIZE: Self = Self { code: 1009, reason: "the message is too big" };

    /// `None` where the other end is gone, and nobody is left to tell.
    pub fn of(error: axum::Error) -> Option<Self> {
        let error = error.into_inner().downcast::<Error>().ok()?;
        match *error {
            Error::Utf8(_) => Some(Self::UTF8),
            Error::Capacity(CapacityError::MessageTooLong { .. }) => Some(Self::SIZE),
            Error::Protocol(ProtocolError::ResetWithoutClosingHandshake) => None,
            Error::Protocol(_) | Error::Capacity(_) | Error::AttackAttempt => Some(Self::PROTOCOL),
            _ => None,
        }
    }
}
