//! Who knows where an address is.

use std::error::Error;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use crate::position::Position;

/// Finds the place of an address.
#[async_trait]
pub trait Geocoder: Send + Sync {
    /// Where an address is, as precisely as it is known; `None` for an address that it does not know.
    async fn find(&self, wanted: &Wanted) -> Result<Option<Place>, GeocoderError>;
}

/// An address whose place is wanted, in the words of whoever wrote it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Wanted {
    /// Street and number.
    pub line1: String,
    /// Empty if there is none.
    pub postal_code: String,
    pub city: String,
    /// ISO 3166-1 alpha-2.
    pub country: String,
}

/// Where an address is.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Place {
    pub position: Position,
    pub precision: Precision,
}

/// What a position stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Precision {
    /// The house itself.
    House,
    /// The middle of the street.
    Street,
    /// Somewhere in the middle of the postal code's area.
    PostalCode,
}

/// Why a geocoder has no answer.
#[derive(Debug, thiserror::Error)]
pub enum GeocoderError {
    #[error("addresses cannot be looked up now; try again later")]
    Unavailable(#[source] Box<dyn Error + Send + Sync>),
}

#[async_trait]
impl<G: Geocoder + ?Sized> Geocoder for &G {
    async fn find(&self, wanted: &Wanted) -> Result<Option<Place>, GeocoderError> {
        (**self).find(wanted).await
    }
}
