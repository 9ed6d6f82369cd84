//! What can go wrong with zones.

use platform_core::{ApiError, ErrorCode};
use platform_database::StoreError;
use platform_geo::InvalidArea;
use platform_text::TextError;

use super::set_service::{MAX_CAPACITY, MAX_CLOSES_BEFORE, MAX_DAYS, MAX_MINOR, MAX_RATES, MAX_WINDOWS};
use super::set_zone::{MAX_COUNTRIES, MAX_SERVICES, MAX_ZONES};

#[derive(Debug, thiserror::Error)]
pub enum ZoneError {
    #[error("there is no such delivery zone")]
    NoZone,
    #[error("a shop has at most {MAX_ZONES} delivery zones; write one of them anew, or switch it on again")]
    TooManyZones,
    #[error("there is no such time zone; write its name in the time zone database, such as Europe/Berlin")]
    UnknownTimeZone,
    #[error("a priority is from -1000 to 1000")]
    InvalidPriority,
    #[error(
        "countries are codes of ISO 3166-1 in upper case, such as DE, each once; at most {MAX_COUNTRIES}"
    )]
    InvalidCountries,
    #[error(transparent)]
    Area(#[from] InvalidArea),
    #[error(transparent)]
    Service(#[from] ServiceError),
    #[error(transparent)]
    Text(#[from] TextError),
    #[error("a stored document cannot be read")]
    Document(#[from] serde_json::Error),
    #[error("an area could not be checked")]
    Check(#[from] tokio::task::JoinError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What is wrong with the services that a zone is given.
#[derive(Debug, thiserror::Error)]
pub enum ServiceError {
    #[error("a zone has at most {MAX_SERVICES} services")]
    TooMany,
    #[error("a service with the id {0} does not belong to this zone; leave the id out to make a new one")]
    Unknown(String),
    #[error("the service `{0}` needs 1 to {MAX_RATES} rates, one for each currency")]
    InvalidRates(String),
    #[error(
        "the amounts of a rate of `{0}` are in one currency, not negative, and at most {MAX_MINOR} minor units; weights are not negative"
    )]
    InvalidAmounts(String),
    #[error("the service `{0}` delivers on one day of the week at least")]
    NoWeekdays(String),
    #[error("write the times of the day of `{0}` as HH:MM, from 00:00 to 24:00")]
    InvalidTime(String),
    #[error("slots of `{0}` close 0 to {MAX_CLOSES_BEFORE} minutes before they begin")]
    InvalidClosing(String),
    #[error("`{0}` takes 0 to {MAX_DAYS} days, and at most so many as at the latest")]
    InvalidDays(String),
    #[error(
        "`{0}` is delivered in slots: give it 1 to {MAX_WINDOWS} windows, each with its begin before its end, a day of the week, and a capacity from 1 to {MAX_CAPACITY}; of a day no two begin together"
    )]
    InvalidWindows(String),
    #[error("`{0}` is not delivered in slots: leave its windows out, or make its kind SLOT")]
    WindowsOfNoSlots(String),
}

impl ApiError for ZoneError {
    fn code(&self) -> ErrorCode {
        match self {
            Self::NoZone => ErrorCode::NotFound,
            Self::TooManyZones => ErrorCode::LimitExceeded,
            Self::UnknownTimeZone
            | Self::InvalidPriority
            | Self::InvalidCountries
            | Self::Area(_)
            | Self::Service(_)
            | Self::Text(_) => ErrorCode::BadUserInput,
            Self::Document(_) | Self::Check(_) => ErrorCode::Internal,
            Self::Store(error) => error.code(),
        }
    }

    fn field(&self) -> Option<&str> {
        match self {
            Self::NoZone => Some("id"),
            Self::UnknownTimeZone => Some("timeZone"),
            Self::InvalidPriority => Some("priority"),
            Self::InvalidCountries => Some("countries"),
            Self::Area(_) => Some("area"),
            Self::Service(_) => Some("services"),
            Self::Text(error) => Some(error.field()),
            Self::TooManyZones | Self::Document(_) | Self::Check(_) | Self::Store(_) => None,
        }
    }
}

platform_core::api_error!(ZoneError);
