//! What can go wrong with a payment.

use platform_commerce::{CurrencyCode, MoneyError};
use platform_core::{ApiError, ErrorCode};
use platform_database::StoreError;
use platform_text::TextError;

use super::status::IllegalTransition;
use crate::gateway::GatewayError;
use crate::ledger::{LedgerError, SplitError};
use crate::points::PointsError;

#[derive(Debug, thiserror::Error)]
pub enum PaymentError {
    #[error("there is no such payment")]
    NotFound,
    #[error("there is no such refund; `refundsToSettle` lists those that wait for staff")]
    NoSuchRefund,
    #[error("the idempotency key was used for another request; use a fresh one")]
    KeyReused,
    #[error("the amount to pay must be above zero")]
    NothingToPay,
    #[error("the amount to refund must be above zero")]
    NothingToRefund,
    #[error("the amount must be in {0}, the currency of the payment")]
    OtherCurrency(CurrencyCode),
    #[error("name either a gateway with its token, or a saved means of payment")]
    NoMeans,
    #[error("the buyer has no such saved means of payment")]
    UnknownMethod,
    #[error("`{0}` looks like the number of a card; send the gateway's token for it")]
    CardNumber(&'static str),
    #[error("the refund failed: {0}")]
    RefundFailed(String),
    #[error("the amount is not one of its currency")]
    InvalidAmount(#[source] MoneyError),
    #[error(transparent)]
    Text(#[from] TextError),
    #[error(transparent)]
    Transition(#[from] IllegalTransition),
    #[error(transparent)]
    Split(#[from] SplitError),
    #[error(transparent)]
    Gateway(#[from] GatewayError),
    #[error(transparent)]
    Points(#[from] PointsError),
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    #[error("a stored amount cannot be read")]
    Money(#[from] MoneyError),
    #[error("a stored document cannot be read")]
    Document(#[from] serde_json::Error),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl ApiError for PaymentError {
    fn code(&self) -> ErrorCode {
        match self {
            Self::NotFound | Self::NoSuchRefund => ErrorCode::NotFound,
            Self::KeyReused => ErrorCode::IdempotencyKeyReused,
            Self::NothingToPay
            | Self::NothingToRefund
            | Self::NoMeans
            | Self::UnknownMethod
            | Self::CardNumber(_)
            | Self::Text(_)
            | Self::OtherCurrency(_)
            | Self::InvalidAmount(_) => ErrorCode::BadUserInput,
            Self::Transition(_) | Self::RefundFailed(_) => ErrorCode::Conflict,
            Self::Split(error) => error.code(),
            Self::Gateway(error) => error.code(),
            Self::Points(error) => error.code(),
            Self::Ledger(error) => error.code(),
            Self::Money(_) | Self::Document(_) => ErrorCode::Internal,
            Self::Store(error) => error.code(),
        }
    }

    fn field(&self) -> Option<&str> {
        match self {
            Self::NothingToPay | Self::NothingToRefund | Self::OtherCurrency(_) | Self::InvalidAmount(_) => {
                Some("amount")
            }
            Self::NotFound => Some("paymentId"),
            Self::NoSuchRefund => Some("refundId"),
            Self::NoMeans => Some("gateway"),
            Self::UnknownMethod => Some("methodId"),
            Self::CardNumber(field) => Some(field),
            Self::Gateway(error) => error.field(),
            Self::Split(error) => error.field(),
            Self::Text(error) => Some(error.field()),
            Self::Points(error) => error.field(),
            Self::KeyReused
            | Self::RefundFailed(_)
            | Self::Transition(_)
            | Self::Ledger(_)
            | Self::Money(_)
            | Self::Document(_)
            | Self::Store(_) => None,
        }
    }
}

platform_core::api_error!(PaymentError);
