//! Saves and forgets means of payment.

use payments_entities::payment_method::{ActiveModel, Model};
use platform_core::id::{PaymentMethodId, UserId};
use platform_core::{ApiError, ErrorCode};
use platform_database::StoreError;
use platform_text::{TextError, has_card_number};
use sea_orm::ActiveValue::Set;

use super::store;
use crate::app::App;
use crate::gateway::GatewayError;

/// The most means of payment of one customer.
const MAX_METHODS: u64 = 20;
const MAX_GATEWAY: usize = 50;
const MAX_TOKEN: usize = 200;

#[derive(Debug, thiserror::Error)]
pub enum MethodError {
    #[error("sign in to save a means of payment")]
    NotSignedIn,
    #[error("at most {MAX_METHODS} means of payment can be saved; remove one first")]
    TooMany,
    #[error("there is no such means of payment")]
    NotFound,
    #[error("`{0}` looks like the number of a card; send the gateway's token for it")]
    CardNumber(&'static str),
    #[error(transparent)]
    Text(#[from] TextError),
    #[error(transparent)]
    Gateway(#[from] GatewayError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl ApiError for MethodError {
    fn code(&self) -> ErrorCode {
        match self {
            Self::NotSignedIn => ErrorCode::Unauthenticated,
            Self::TooMany => ErrorCode::LimitExceeded,
            Self::NotFound => ErrorCode::NotFound,
            Self::CardNumber(_) | Self::Text(_) => ErrorCode::BadUserInput,
            Self::Gateway(error) => error.code(),
            Self::Store(error) => error.code(),
        }
    }

    fn field(&self) -> Option<&str> {
        match self {
            Self::CardNumber(field) => Some(field),
            Self::Text(error) => Some(error.field()),
            Self::Gateway(error) => error.field(),
            Self::NotFound => Some("id"),
            Self::NotSignedIn | Self::TooMany | Self::Store(_) => None,
        }
    }
}

platform_core::api_error!(MethodError);

/// Saves what `token` stands for with a gateway; saved already: it is the one there is.
pub async fn add(app: &App, user: UserId, gateway: &str, token: &str) -> Result<Model, MethodError> {
    for (field, text, max) in [("token", token, MAX_TOKEN), ("gateway", gateway, MAX_GATEWAY)] {
        if has_card_number(text) {
            return Err(MethodError::CardNumber(field));
        }
        platform_text::token(field, text, 1..=max)?;
    }
    let details = app.gateways().get(gateway)?.describe(token).await?;
    let tx = app.begin().await?;
    if store::count(&tx, user).await? >= MAX_METHODS {
        return Err(MethodError::TooMany);
    }
    let row = ActiveModel {
        id: Set(app.next_id()),
        user_id: Set(user),
        gateway: Set(gateway.to_owned()),
        token: Set(token.to_owned()),
        brand: Set(details.brand),
        last_digits: Set(details.last_digits),
        expires_month: Set(details.expires.map(|(month, _)| month)),
        expires_year: Set(details.expires.map(|(_, year)| year)),
        created_at: Set(app.now()),
    };
    let saved = store::keep(&tx, row, user, gateway, token).await?;
    tx.commit().await?;
    saved.ok_or(MethodError::NotFound)
}

/// Forgets one of the user's means of payment.
pub async fn remove(app: &App, user: UserId, id: PaymentMethodId) -> Result<(), MethodError> {
    if store::remove(app.database(), user, id).await? { Ok(()) } else { Err(MethodError::NotFound) }
}
