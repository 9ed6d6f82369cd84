//! Why a subgraph gave no GraphQL answer.

use std::time::Duration;

/// Shown to clients by its code alone; the message is for the log and for operators.
#[derive(Debug, thiserror::Error)]
pub enum TransportError {
    #[error("`{subgraph}` cannot be reached at {address}")]
    Unreachable {
        subgraph: String,
        address: String,
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    #[error("`{subgraph}` did not answer within {after:?}")]
    Timeout { subgraph: String, after: Duration },
    #[error("`{subgraph}` answered with HTTP status {status} and no GraphQL response")]
    Status { subgraph: String, status: u16 },
    #[error("the answer of `{subgraph}` is not a GraphQL response: {reason}")]
    Malformed { subgraph: String, reason: String },
    #[error("the answer of `{subgraph}` is larger than {limit} bytes")]
    TooLarge { subgraph: String, limit: usize },
    #[error("`{subgraph}` is given a rest after repeated failures")]
    CircuitOpen { subgraph: String },
    /// Nothing of what was asked was looked at: no client can mend that.
    #[error(
        "`{subgraph}` does not believe the identities that this process signs; give every process the same key (auth.internal_key_file) and the right time"
    )]
    Unbelieved { subgraph: String },
    #[error("`{subgraph}` has no subscription transport configured")]
    SubscriptionsUnsupported { subgraph: String },
}

impl TransportError {
    /// `extensions.code` of the error that stands for this one in a response.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Timeout { .. } => "SUBGRAPH_TIMEOUT",
            Self::Unreachable { .. } | Self::CircuitOpen { .. } | Self::Unbelieved { .. } => {
                "SUBGRAPH_UNAVAILABLE"
            }
            Self::Status { .. } | Self::Malformed { .. } | Self::TooLarge { .. } => {
                "SUBGRAPH_INVALID_RESPONSE"
            }
            Self::SubscriptionsUnsupported { .. } => "SUBSCRIPTIONS_UNSUPPORTED",
        }
    }
}
