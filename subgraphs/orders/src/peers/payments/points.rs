//! Points that pay a part of an order, or all of it.

use chrono::{DateTime, Utc};
use platform_commerce::CurrencyCode;
use platform_core::ErrorCode;
use platform_core::id::UserId;
use platform_server::{PeerError, Peers};

use super::Split;
use super::asked::hold_points::HoldPointsResult;
use super::asked::{
    AvailablePoints, CommitPoints, HoldPoints, HoldPointsInput, ReleasePoints, SaleByPointsInput,
};
use crate::peers::unknown_is_done;

#[derive(Debug)]
pub enum PointsHold {
    PointsHeld,
    NotEnoughPoints {
        available: i64,
    },
    /// They were held under this key and released.
    Released,
}

/// How many points a user can spend now.
pub async fn available_points(peers: &Peers, user: UserId) -> Result<i64, PeerError> {
    peers.ask(AvailablePoints { user_id: user }, peers.own()).await
}

pub async fn hold_points(
    peers: &Peers,
    key: &str,
    user: UserId,
    points: i64,
    expires_at: DateTime<Utc>,
) -> Result<PointsHold, PeerError> {
    let input = HoldPointsInput { key: key.to_owned(), user_id: user, points, expires_at };
    match peers.ask(HoldPoints { input }, peers.own()).await {
        Ok(HoldPointsResult::PointsHeld) => Ok(PointsHold::PointsHeld),
        Ok(HoldPointsResult::NotEnoughPoints(short)) => {
            Ok(PointsHold::NotEnoughPoints { available: short.available })
        }
        Ok(HoldPointsResult::Unrecognised) => Err(PeerError::unrecognised::<HoldPoints>()),
        Err(PeerError::Refused { code: ErrorCode::Conflict, .. }) => Ok(PointsHold::Released),
        Err(error) => Err(error),
    }
}

/// Whether the points could be spent; false if their hold was released before or is unknown. `sale` is how their value divides, if
/// they alone pay.
pub async fn commit_points(
    peers: &Peers,
    key: &str,
    sale: Option<(CurrencyCode, &Split)>,
) -> Result<bool, PeerError> {
    let sale = sale.map(|(currency, split)| SaleByPointsInput { currency, split: split.into() });
    match peers.ask(CommitPoints { key: key.to_owned(), sale }, peers.own()).await {
        Err(PeerError::Refused { code: ErrorCode::Conflict | ErrorCode::NotFound, .. }) => Ok(false),
        // True whenever it is answered.
        answer => answer.map(|_: bool| true),
    }
}

/// Frees the points, or gives spent ones back; unknown ones are free.
pub async fn release_points(peers: &Peers, key: &str) -> Result<(), PeerError> {
    let released = peers.ask(ReleasePoints { key: key.to_owned() }, peers.own()).await;
    unknown_is_done(released.map(|_: bool| ()))
}
