//! Why a tax zone cannot be written as it was asked for.

use platform_core::id::TaxZoneId;
use platform_core::{ApiError, ErrorCode};
use platform_database::StoreError;
use platform_text::TextError;

use crate::names::NameError;

#[derive(Debug, thiserror::Error)]
pub enum ZoneError {
    #[error(transparent)]
    Name(#[from] NameError),
    #[error(transparent)]
    Text(#[from] TextError),
    #[error("rates are millionths from 0 to 1000000, each tax class once, at most 50")]
    InvalidRates,
    #[error(
        "countries are codes of ISO 3166-1, such as DE, each once; give countries or areas, at most 250 of each"
    )]
    InvalidCountries,
    #[error(
        "an area has a country of ISO 3166-1 and either a region or the beginning of postal codes; each is given once"
    )]
    InvalidAreas,
    #[error("`{region}` is no region of {country}; write its code or name as ISO 3166-2 lists it")]
    UnknownRegion { country: String, region: String },
    #[error("no tax zone with the id {0} exists")]
    UnknownZone(TaxZoneId),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl ApiError for ZoneError {
    fn code(&self) -> ErrorCode {
        match self {
            Self::Name(error) => error.code(),
            Self::Text(_)
            | Self::InvalidRates
            | Self::InvalidCountries
            | Self::InvalidAreas
            | Self::UnknownRegion { .. } => ErrorCode::BadUserInput,
            Self::UnknownZone(_) => ErrorCode::NotFound,
            Self::Store(error) => error.code(),
        }
    }

    fn field(&self) -> Option<&str> {
        match self {
            Self::Name(error) => error.field(),
            Self::Text(error) => Some(error.field()),
            Self::InvalidRates => Some("rates"),
            Self::InvalidCountries => Some("countries"),
            Self::InvalidAreas | Self::UnknownRegion { .. } => Some("areas"),
            Self::UnknownZone(_) => Some("id"),
            Self::Store(_) => None,
        }
    }
}

platform_core::api_error!(ZoneError);
