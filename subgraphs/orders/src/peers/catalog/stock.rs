//! Stock that a checkout holds, sells and gives back.

use chrono::{DateTime, Utc};
use platform_core::ErrorCode;
use platform_core::id::OfferId;
use platform_server::{PeerError, Peers};
use serde::{Deserialize, Serialize};

use super::asked::commit_reservation::CommitReservationResult;
use super::asked::extend_reservation::ExtendReservationResult;
use super::asked::reserve_stock::{OutOfStockLine, ReserveStockResult};
use super::asked::{
    CommitReservation, ExtendReservation, ExtendReservationInput, HoldStatus, ReleaseReservation,
    ReserveStock, ReserveStockInput, RestockReservation, ReturnPieces, ReturnPiecesInput,
};
use super::{Extended, Holder, WantedLine};
use crate::peers::unknown_is_done;

/// An offer that has too few left.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ShortLine {
    pub offer_id: OfferId,
    pub requested: i32,
    pub available: i32,
}

impl From<OutOfStockLine> for ShortLine {
    fn from(line: OutOfStockLine) -> Self {
        Self { offer_id: line.offer_id, requested: line.requested, available: line.available }
    }
}

pub use super::asked::reserve_stock::ReservedLine;

#[derive(Debug)]
pub enum Reserved {
    /// What is held, by warehouse.
    Held {
        lines: Vec<ReservedLine>,
    },
    OutOfStock {
        lines: Vec<ShortLine>,
    },
    Closed,
}

pub async fn reserve_stock(
    peers: &Peers,
    key: &str,
    lines: &[WantedLine],
    holder: &Holder,
    expires_at: DateTime<Utc>,
) -> Result<Reserved, PeerError> {
    let input = ReserveStockInput {
        key: key.to_owned(),
        lines: lines.iter().map(Into::into).collect(),
        expires_at,
        holder: holder.name.clone(),
        network: holder.network(),
    };
    match peers.ask(ReserveStock { input }, peers.own()).await? {
        ReserveStockResult::StockReserved(held) => Ok(Reserved::Held { lines: held.lines }),
        ReserveStockResult::OutOfStock(short) => {
            Ok(Reserved::OutOfStock { lines: short.lines.into_iter().map(Into::into).collect() })
        }
        ReserveStockResult::ReservationClosed => Ok(Reserved::Closed),
        ReserveStockResult::Unrecognised => Err(PeerError::unrecognised::<ReserveStock>()),
    }
}

/// Holds stock longer, while a payment waits for its customer.
pub async fn extend_reservation(
    peers: &Peers,
    key: &str,
    expires_at: DateTime<Utc>,
) -> Result<Extended, PeerError> {
    let input = ExtendReservationInput { key: key.to_owned(), expires_at };
    match peers.ask(ExtendReservation { input }, peers.own()).await? {
        ExtendReservationResult::StockReserved => Ok(Extended::Held),
        ExtendReservationResult::HoldLimitReached => Ok(Extended::LimitReached),
        ExtendReservationResult::ReservationClosed => Ok(Extended::Closed),
        ExtendReservationResult::Unrecognised => Err(PeerError::unrecognised::<ExtendReservation>()),
    }
}

/// Whether the stock could be committed; false if the reservation was closed before or is unknown.
pub async fn commit_reservation(peers: &Peers, key: &str) -> Result<bool, PeerError> {
    match peers.ask(CommitReservation { key: key.to_owned() }, peers.own()).await {
        Ok(CommitReservationResult::ReservationCommitted) => Ok(true),
        Ok(CommitReservationResult::ReservationClosed) => Ok(false),
        Ok(CommitReservationResult::Unrecognised) => Err(PeerError::unrecognised::<CommitReservation>()),
        Err(PeerError::Refused { code: ErrorCode::NotFound, .. }) => Ok(false),
        Err(error) => Err(error),
    }
}

/// Frees what is held, or puts back on the shelf what was committed.
pub async fn give_back_stock(peers: &Peers, key: &str) -> Result<(), PeerError> {
    let released = peers.ask(ReleaseReservation { key: key.to_owned() }, peers.own()).await;
    match released.map(|released| released.status) {
        Ok(HoldStatus::Committed) => {
            let restocked = peers.ask(RestockReservation { key: key.to_owned() }, peers.own()).await;
            unknown_is_done(restocked.map(drop))
        }
        Ok(HoldStatus::Held | HoldStatus::Released | HoldStatus::Expired | HoldStatus::Restocked) => Ok(()),
        Ok(HoldStatus::Unrecognised) => Err(PeerError::unrecognised::<ReleaseReservation>()),
        Err(error) => unknown_is_done(Err(error)),
    }
}

/// Puts pieces of a sale back on the shelf, or counts them as gone, once for `return_key`; of a sale that is not known
/// there is nothing to put back.
pub async fn return_pieces(
    peers: &Peers,
    key: &str,
    return_key: &str,
    pieces: &[WantedLine],
    to_shelf: bool,
) -> Result<(), PeerError> {
    let input = ReturnPiecesInput {
        key: key.to_owned(),
        return_key: return_key.to_owned(),
        lines: pieces.iter().map(Into::into).collect(),
        to_shelf,
    };
    unknown_is_done(peers.ask(ReturnPieces { input }, peers.own()).await.map(drop))
}
