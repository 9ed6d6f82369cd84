//! Why an order cannot be placed.

use platform_commerce::MoneyError;
use platform_core::{ApiError, ErrorCode};
use platform_database::StoreError;
use platform_sagas::SagaError;
use platform_text::TextError;

use crate::cart::CartError;
use crate::order::OrderError;
use crate::quote::QuoteError;

/// The largest order: the books of millions of such orders still add up in 64 bits.
pub const MAX_TOTAL_MINOR: i64 = 1_000_000_000_000;

#[derive(Debug, thiserror::Error)]
pub enum PlaceError {
    #[error("this idempotency key was used with other input; use a fresh one for another order")]
    KeyReused,
    #[error(
        "the order that was made of this belongs to somebody else now; sign in as its buyer to see it, or order something else with a fresh key"
    )]
    Claimed,
    #[error("a guest's order needs an email address")]
    EmailMissing,
    #[error(transparent)]
    Text(#[from] TextError),
    #[error("the order has to be paid: name a gateway and a token, or a saved means of payment")]
    PaymentMissing,
    #[error("name either a gateway with its token, or a saved means of payment")]
    PaymentAmbiguous,
    #[error("`{0}` looks like the number of a card; send the payment gateway's token for it")]
    CardNumber(&'static str),
    #[error("sign in to pay with a saved means of payment")]
    MethodNeedsAccount,
    #[error("the cart changed while it was being ordered; look at it, and order again")]
    CartChanging,
    #[error(
        "an order may come to {MAX_TOTAL_MINOR} minor units of its currency at most; order fewer pieces at once"
    )]
    TooMuch,
    #[error("the expected total is not an amount of its currency")]
    ExpectedTotal(#[source] MoneyError),
    #[error("an amount is out of range")]
    Money(#[from] MoneyError),
    #[error(transparent)]
    Cart(#[from] CartError),
    #[error(transparent)]
    Quote(#[from] QuoteError),
    #[error(transparent)]
    Order(#[from] OrderError),
    #[error(transparent)]
    Saga(#[from] SagaError),
    #[error("a document cannot be written")]
    Document(#[from] serde_json::Error),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl ApiError for PlaceError {
    fn code(&self) -> ErrorCode {
        match self {
            Self::KeyReused => ErrorCode::IdempotencyKeyReused,
            Self::EmailMissing
            | Self::Text(_)
            | Self::PaymentMissing
            | Self::PaymentAmbiguous
            | Self::CardNumber(_)
            | Self::ExpectedTotal(_) => ErrorCode::BadUserInput,
            Self::MethodNeedsAccount => ErrorCode::Unauthenticated,
            Self::CartChanging | Self::Claimed => ErrorCode::Conflict,
            Self::TooMuch => ErrorCode::LimitExceeded,
            Self::Cart(error) => error.code(),
            Self::Quote(error) => error.code(),
            Self::Order(error) => error.code(),
            Self::Money(_) | Self::Document(_) => ErrorCode::Internal,
            Self::Saga(error) => error.code(),
            Self::Store(error) => error.code(),
        }
    }

    fn field(&self) -> Option<&str> {
        match self {
            Self::EmailMissing => Some("email"),
            Self::Text(error) => Some(error.field()),
            Self::PaymentMissing | Self::PaymentAmbiguous => Some("payment"),
            Self::CardNumber(field) => Some(field),
            Self::MethodNeedsAccount => Some("methodId"),
            Self::ExpectedTotal(_) => Some("expectedTotal"),
            Self::Cart(error) => error.field(),
            Self::Quote(error) => error.field(),
            Self::Order(error) => error.field(),
            Self::KeyReused
            | Self::Claimed
            | Self::CartChanging
            | Self::TooMuch
            | Self::Money(_)
            | Self::Saga(_)
            | Self::Document(_)
            | Self::Store(_) => None,
        }
    }
}

platform_core::api_error!(PlaceError);
platform_sagas::step_error!(PlaceError);
