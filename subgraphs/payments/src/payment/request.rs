//! What is asked for when money is to be held, and whether two requests are the same.

use chrono::{DateTime, Utc};
use platform_commerce::Money;
use platform_core::fingerprint::{fingerprint, is_unversioned};
use platform_core::id::{OrderId, PaymentId, PaymentMethodId, UserId};
use platform_text::has_card_number;
use serde::Serialize;
use sha2::{Digest, Sha256};

use super::error::PaymentError;
use crate::ledger::Split;

/// With what to pay.
#[derive(Clone, Serialize)]
#[serde(untagged)]
pub enum Means {
    Token {
        gateway: String,
        token: String,
    },
    /// What the user has saved.
    Saved(PaymentMethodId),
}

impl Means {
    /// A card number is refused before anything of the request is kept, hashed or sent on.
    pub fn check(&self) -> Result<(), PaymentError> {
        let Self::Token { gateway, token } = self else { return Ok(()) };
        for (field, text) in [("token", token), ("gateway", gateway)] {
            if has_card_number(text) {
                return Err(PaymentError::CardNumber(field));
            }
        }
        Ok(())
    }
}

/// A request to hold the money of an order. What must be the same when its key comes again is hashed.
#[derive(Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AuthorizeInput {
    /// The payment's, picked by whoever asks for it; `None` with those who do not.
    #[serde(skip)]
    pub id: Option<PaymentId>,
    #[serde(skip)]
    pub idempotency_key: String,
    pub order_id: OrderId,
    pub user_id: Option<UserId>,
    pub guest_id: Option<String>,
    pub means: Means,
    pub amount: Money,
    pub split: Split,
    /// When an action that the customer has not completed is given up.
    #[serde(skip)]
    pub expires_at: DateTime<Utc>,
}

impl AuthorizeInput {
    /// Whether `kept`, of this release or one before, is the fingerprint of this request.
    pub fn is_same_as(&self, kept: &[u8]) -> Result<bool, serde_json::Error> {
        if is_unversioned(kept) {
            return Ok(kept == Sha256::digest(self.debug_text()).as_slice());
        }
        Ok(kept == fingerprint(self)?)
    }

    /// What releases hashed before fingerprints had a version; they knew no saved means. Where it differs all the same,
    /// the key is refused, which charges nothing twice.
    fn debug_text(&self) -> String {
        let means = match &self.means {
            Means::Token { gateway, token } => format!("{gateway}\n{token}"),
            Means::Saved(method) => method.to_string(),
        };
        format!(
            "{}\n{:?}\n{:?}\n{means}\n{}\n{:?}",
            self.order_id, self.user_id, self.guest_id, self.amount, self.split
        )
    }
}
