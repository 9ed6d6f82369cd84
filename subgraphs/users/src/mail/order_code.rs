//! Mails that other subgraphs have sent, to addresses that need no account: a code for an order, and what became of it.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::TimeDelta;
use platform_commerce::MoneyError;
use platform_core::{ApiError, ErrorCode};
use platform_database::StoreError;
use platform_text::{Email, TextError, line};

use super::limit::{self, MailLimitError};
use super::message::{self, Message};
use super::order_message::{FollowedParcel, Following, OrderNews, OrderSummary, order_news};
use super::store;
use crate::app::App;
use crate::mailer::{Mail, MailError};
use crate::secret::sha256;

/// Far longer than a job goes on trying.
const REMEMBERED: TimeDelta = TimeDelta::days(7);
const MAX_KEY: usize = 200;
const MAX_NUMBER: usize = 32;
const MAX_CODE: usize = 64;

#[derive(Debug, thiserror::Error)]
pub enum OrderMailError {
    #[error(transparent)]
    Text(#[from] TextError),
    #[error("`{field}` is needed for this template")]
    Missing { field: &'static str },
    #[error("an amount is not one of its currency")]
    Money(#[from] MoneyError),
    #[error("the mail was rejected")]
    Mail(#[from] MailError),
    #[error(transparent)]
    Limit(#[from] MailLimitError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl ApiError for OrderMailError {
    fn code(&self) -> ErrorCode {
        match self {
            Self::Text(_) | Self::Missing { .. } | Self::Money(_) => ErrorCode::BadUserInput,
            // The caller's job tries again.
            Self::Mail(_) => ErrorCode::Unavailable,
            Self::Limit(error) => error.code(),
            Self::Store(error) => error.code(),
        }
    }

    fn field(&self) -> Option<&str> {
        match self {
            Self::Text(error) => Some(error.field()),
            Self::Missing { field } => Some(field),
            Self::Money(_) => Some("order"),
            Self::Mail(_) | Self::Limit(_) | Self::Store(_) => None,
        }
    }
}

platform_core::api_error!(OrderMailError);

/// What a mail says.
pub enum Content {
    Code { purpose: CodePurpose, code: String },
    News { news: OrderNews, order: OrderSummary, parcels: Vec<FollowedParcel> },
}

/// What the code of an order's mail allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CodePurpose {
    /// To take the order into an account.
    Claim,
    /// To call the order off.
    Cancellation,
}

/// A mail as it is asked for.
pub struct Request<'a> {
    /// The same key again sends no second mail.
    pub key: &'a str,
    pub to: &'a str,
    pub language: &'a str,
    pub order_number: &'a str,
    pub content: Content,
}

/// Sends a mail; false if it was sent before, or if the address has had too many codes: who asked was counted when it asked,
/// and is not told what else went to an address. Killed between the mail and its note, it is sent again with the same id.
pub async fn send(app: &App, request: Request<'_>) -> Result<bool, OrderMailError> {
    let key = line("key", request.key, MAX_KEY)?;
    let to = Email::parse("to", request.to)?;
    let number = line("orderNumber", request.order_number, MAX_NUMBER)?;
    if store::was_sent(app.database(), &key).await? {
        return Ok(false);
    }
    // Codes can be asked for as often as somebody likes; what an order comes to is told whatever was asked for before.
    if matches!(request.content, Content::Code { .. }) {
        match limit::take(app, None, Some(&to)).await {
            Ok(()) => {}
            Err(MailLimitError::TooMany { .. }) => return Ok(false),
            Err(error) => return Err(error.into()),
        }
    }
    let tracking_url = app.config.fulfilment.tracking_url.as_str();
    let Message { subject, text } = write(request.language, &number, &request.content, tracking_url)?;
    let id = URL_SAFE_NO_PAD.encode(sha256(key.as_bytes()));
    app.deliver(&Mail { id, to, subject, text }).await?;
    store::note_sent(app.database(), key, app.now()).await?;
    Ok(true)
}

fn write(
    language: &str,
    number: &str,
    content: &Content,
    tracking_url: &str,
) -> Result<Message, OrderMailError> {
    match content {
        Content::Code { purpose, code } => {
            let code = line("code", code, MAX_CODE)?;
            Ok(match purpose {
                CodePurpose::Claim => message::order_claim(language, number, &code),
                CodePurpose::Cancellation => message::order_cancellation(language, number, &code),
            })
        }
        Content::News { news, order, parcels } => {
            let following = Following { parcels, tracking_url };
            Ok(order_news(language, *news, number, order, &following))
        }
    }
}

/// Deletes the keys of mails that no job asks for again.
pub async fn forget_sent(app: &App) -> Result<(), StoreError> {
    store::delete_sent(app.database(), app.now() - REMEMBERED).await
}
