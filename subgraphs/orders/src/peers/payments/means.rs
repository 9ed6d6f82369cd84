//! With what a customer pays.

use std::fmt;

use platform_core::id::PaymentMethodId;
use serde::{Deserialize, Serialize};

/// A gateway's token, which is never a card number, or what the customer has saved.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum PaymentMeans {
    Token {
        gateway: String,
        token: String,
    },
    Saved {
        #[serde(rename = "methodId")]
        method_id: PaymentMethodId,
    },
}

// A token is a secret: it must not come into a log by way of a state or an input.
impl fmt::Debug for PaymentMeans {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Token { gateway, .. } => write!(f, "a token of {gateway}"),
            Self::Saved { method_id } => write!(f, "the saved method {method_id}"),
        }
    }
}
