//! What can go wrong with a route.

use platform_core::{ApiError, ErrorCode};
use platform_database::StoreError;
use platform_files::UploadError;
use platform_fleet::FleetError as PlanError;
use platform_geo::{GeocoderError, InvalidPosition, RoadsError};
use platform_text::TextError;

use super::plan::MAX_BY_HAND;
use crate::shipment::ShipmentError;

#[derive(Debug, thiserror::Error)]
pub enum RouteError {
    #[error("there is no such route")]
    NotFound,
    #[error("you have no route with this shipment on it")]
    NotOnYourRoute,
    #[error("name at most {MAX_BY_HAND} couriers, and as many shipments")]
    TooMany,
    #[error("say who took the shipment, or where it was left")]
    NoReceiver,
    #[error("the route is not on the road; start it first")]
    NotStarted,
    #[error(transparent)]
    Photo(#[from] UploadError),
    #[error("the planning of routes failed; try again")]
    Plan(#[from] PlanError),
    #[error("the planning of routes was ended; try again")]
    Ended(#[from] tokio::task::JoinError),
    #[error(transparent)]
    Roads(#[from] RoadsError),
    #[error(transparent)]
    Geocoder(#[from] GeocoderError),
    #[error("a stored position cannot be read")]
    Position(#[from] InvalidPosition),
    #[error("a stored document cannot be read")]
    Document(#[from] serde_json::Error),
    #[error(transparent)]
    Shipment(#[from] ShipmentError),
    #[error(transparent)]
    Text(#[from] TextError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl ApiError for RouteError {
    fn code(&self) -> ErrorCode {
        match self {
            Self::NotFound | Self::NotOnYourRoute => ErrorCode::NotFound,
            Self::TooMany => ErrorCode::LimitExceeded,
            Self::NoReceiver | Self::Text(_) => ErrorCode::BadUserInput,
            Self::Roads(_) | Self::Geocoder(_) | Self::Ended(_) => ErrorCode::Unavailable,
            Self::Plan(_) | Self::Position(_) | Self::Document(_) => ErrorCode::Internal,
            Self::NotStarted => ErrorCode::Conflict,
            Self::Photo(error) => error.code(),
            Self::Shipment(error) => error.code(),
            Self::Store(error) => error.code(),
        }
    }

    fn field(&self) -> Option<&str> {
        match self {
            Self::NoReceiver => Some("receivedBy"),
            Self::Text(error) => Some(error.field()),
            Self::Photo(error) => error.field(),
            Self::Shipment(error) => error.field(),
            Self::NotFound
            | Self::NotOnYourRoute
            | Self::NotStarted
            | Self::TooMany
            | Self::Plan(_)
            | Self::Ended(_)
            | Self::Roads(_)
            | Self::Geocoder(_)
            | Self::Position(_)
            | Self::Document(_)
            | Self::Store(_) => None,
        }
    }
}

platform_core::api_error!(RouteError);
