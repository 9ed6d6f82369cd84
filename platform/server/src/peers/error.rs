//! Why a call to another subgraph gave no result.

use platform_core::{ApiError, ErrorCode};
use router_transport::{GraphqlError, TransportError};

use super::question::Question;

/// Expected outcomes of the other side are data of its internal schema; this is everything else.
#[derive(Debug, thiserror::Error)]
pub enum PeerError {
    #[error("no address of `{peer}` is configured; name it under peers, or serve it in this process")]
    Unknown { peer: String },
    #[error("`{peer}` gave no answer")]
    Transport {
        peer: String,
        #[source]
        source: TransportError,
    },
    /// The other side answered with an error. `message` is one that clients may see.
    #[error("{message}")]
    Refused {
        peer: String,
        code: ErrorCode,
        message: String,
        /// The input field at fault, if the other side names one.
        field: Option<String>,
        /// After how many seconds the same may succeed, if the other side says it.
        retry_after: Option<u64>,
    },
    #[error("the answer of `{peer}` does not fit: {reason}")]
    Malformed { peer: String, reason: String },
}

impl PeerError {
    pub(super) fn malformed(peer: &str, reason: impl std::fmt::Display) -> Self {
        Self::Malformed { peer: peer.to_owned(), reason: reason.to_string() }
    }

    /// The answer to a question is of a kind that a newer release has.
    pub fn unrecognised<Q: Question>() -> Self {
        let reason = format!("`{}` was answered with what this release does not know", Q::NAME);
        Self::Malformed { peer: Q::PEER.to_owned(), reason }
    }

    pub(super) fn refused(peer: &str, error: GraphqlError) -> Self {
        let code = error
            .extensions
            .get("code")
            .and_then(|code| serde_json::from_value(code.clone()).ok())
            .unwrap_or(ErrorCode::Internal);
        let field = error.extensions.get("field").and_then(|field| field.as_str()).map(str::to_owned);
        let retry_after = error.extensions.get("retryAfter").and_then(serde_json::Value::as_u64);
        Self::Refused { peer: peer.to_owned(), code, message: error.message, field, retry_after }
    }
}

impl ApiError for PeerError {
    fn code(&self) -> ErrorCode {
        match self {
            Self::Unknown { .. } | Self::Malformed { .. } => ErrorCode::Internal,
            Self::Transport { source: TransportError::Timeout { .. }, .. } => ErrorCode::Timeout,
            Self::Transport { .. } => ErrorCode::Unavailable,
            Self::Refused { code, .. } => *code,
        }
    }

    fn field(&self) -> Option<&str> {
        match self {
            Self::Refused { field, .. } => field.as_deref(),
            Self::Unknown { .. } | Self::Transport { .. } | Self::Malformed { .. } => None,
        }
    }

    fn retry_after(&self) -> Option<u64> {
        match self {
            Self::Refused { retry_after, .. } => *retry_after,
            Self::Unknown { .. } | Self::Transport { .. } | Self::Malformed { .. } => None,
        }
    }
}

platform_core::api_error!(PeerError);
// A step that calls another subgraph fails by the code of the answer: for a while, or for good.
platform_sagas::step_error!(PeerError);
