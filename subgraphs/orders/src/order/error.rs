//! What can go wrong with an order.

use platform_commerce::MoneyError;
use platform_core::{ApiError, ErrorCode, MomentError};
use platform_database::StoreError;
use platform_identity::Scope;
use platform_text::TextError;

use super::status::IllegalTransition;

#[derive(Debug, thiserror::Error)]
pub enum OrderError {
    #[error("there is no such order")]
    NotFound,
    #[error("there is no order with this id that you may call off")]
    UnknownOrder,
    #[error("sign in first")]
    NotSignedIn,
    #[error(
        "this key acts for some vendors alone; ask for their `orders`, or use a key with the scope `{}`",
        Scope::AllVendors
    )]
    BoundToVendors,
    #[error(
        "only who acts for this vendor sees its orders: its seller (scope `vendor:` with its id), or a key with `{}` that is made with its id in `vendorIds` or with the scope `{}`",
        Scope::OrdersRead,
        Scope::AllVendors
    )]
    NotYourVendor,
    #[error("give either an id or a number")]
    IdOrNumber,
    #[error("no order's number begins with `number`: it has 8 letters and digits, as in `K7QF-2M9X`")]
    Number,
    #[error(transparent)]
    Moment(#[from] MomentError),
    #[error("to find orders by `email` takes the scope `{}`", Scope::CustomersRead)]
    CustomersUnknown,
    #[error(transparent)]
    Text(#[from] TextError),
    #[error(transparent)]
    Transition(#[from] IllegalTransition),
    #[error("a stored amount cannot be read")]
    Money(#[from] MoneyError),
    #[error("a stored document cannot be read")]
    Document(#[from] serde_json::Error),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl ApiError for OrderError {
    fn code(&self) -> ErrorCode {
        match self {
            Self::NotFound | Self::UnknownOrder => ErrorCode::NotFound,
            Self::NotSignedIn => ErrorCode::Unauthenticated,
            Self::BoundToVendors | Self::NotYourVendor | Self::CustomersUnknown => ErrorCode::Forbidden,
            Self::IdOrNumber | Self::Number | Self::Text(_) => ErrorCode::BadUserInput,
            Self::Moment(error) => error.code(),
            Self::Transition(_) => ErrorCode::Conflict,
            Self::Money(_) | Self::Document(_) => ErrorCode::Internal,
            Self::Store(error) => error.code(),
        }
    }

    fn field(&self) -> Option<&str> {
        match self {
            Self::Text(error) => Some(error.field()),
            Self::IdOrNumber => Some("id"),
            Self::Number => Some("number"),
            Self::Moment(error) => error.field(),
            Self::CustomersUnknown => Some("email"),
            Self::UnknownOrder => Some("orderId"),
            Self::NotFound
            | Self::NotSignedIn
            | Self::BoundToVendors
            | Self::NotYourVendor
            | Self::Transition(_)
            | Self::Money(_)
            | Self::Document(_)
            | Self::Store(_) => None,
        }
    }
}

platform_core::api_error!(OrderError);
platform_sagas::step_error!(OrderError);
