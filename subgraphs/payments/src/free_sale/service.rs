//! Books sales, and books them back.

use payments_entities::ledger_transaction::Kind;
use platform_commerce::{CurrencyCode, Money};
use platform_core::{ApiError, ErrorCode};
use platform_database::StoreError;
use platform_text::{TextError, token};

use crate::app::App;
use crate::ledger::{LedgerError, Split, SplitError};

/// The most characters of a caller's key.
const MAX_KEY: usize = 200;

#[derive(Debug, thiserror::Error)]
pub enum FreeSaleError {
    #[error(transparent)]
    Key(#[from] TextError),
    #[error(transparent)]
    Split(#[from] SplitError),
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl ApiError for FreeSaleError {
    fn code(&self) -> ErrorCode {
        match self {
            Self::Key(_) => ErrorCode::BadUserInput,
            Self::Split(error) => error.code(),
            Self::Ledger(error) => error.code(),
            Self::Store(error) => error.code(),
        }
    }

    fn field(&self) -> Option<&str> {
        match self {
            Self::Key(error) => Some(error.field()),
            Self::Split(error) => error.field(),
            Self::Ledger(_) | Self::Store(_) => None,
        }
    }
}

platform_core::api_error!(FreeSaleError);

/// Books the sale of `key` as `split` has it, of which discounts make up all. Booked or called off before: nothing
/// happens.
pub async fn book(app: &App, key: &str, currency: CurrencyCode, split: &Split) -> Result<(), FreeSaleError> {
    token("key", key, 1..=MAX_KEY)?;
    let postings = split.capture(Money::zero(currency), "")?;
    let tx = app.begin().await?;
    app.ledger().book(&tx, Kind::Capture, key, &postings).await?;
    Ok(tx.commit().await?)
}

/// Books the sale of `key` back. Where it is not booked, its place is taken: a request that is still on its way books
/// nothing then.
pub async fn reverse(app: &App, key: &str) -> Result<(), FreeSaleError> {
    token("key", key, 1..=MAX_KEY)?;
    let tx = app.begin().await?;
    if app.ledger().enter(&tx, Kind::Capture, key).await?.is_none() {
        app.ledger().reverse(&tx, Kind::Capture, key, Kind::Refund).await?;
    }
    Ok(tx.commit().await?)
}
