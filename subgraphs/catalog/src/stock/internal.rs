//! Reservations in the internal schema.

use async_graphql::{Context, InputObject, Object, Result, SimpleObject, Union};
use catalog_entities::HoldStatus;
use chrono::{DateTime, Utc};
use platform_core::id::{OfferId, WarehouseId};
use platform_holds::{Extended, Holder};

use super::Wanted;
use super::reservations::{Reservations, find};
use super::reserve::{ReserveOutcome, Shortage, reserve};
use super::store::Reserved;
use super::take_back::take_back;
use crate::app::App;
use crate::quote::graphql::QuoteLineInput;

/// Stock to hold for a checkout.
#[derive(Debug, InputObject)]
pub struct ReserveStockInput {
    /// The caller's idempotency key, unique for ever.
    pub key: String,
    /// 1 to 200; several lines of one offer are added up.
    pub lines: Vec<QuoteLineInput>,
    /// When the hold ends unless it is committed; in the future.
    pub expires_at: DateTime<Utc>,
    /// The user or guest it is held for; forgotten when the hold ends.
    pub holder: Option<String>,
    /// The network that the request came from; forgotten when the hold ends.
    pub network: Option<String>,
}

/// A reservation of stock, to be held longer.
#[derive(Debug, InputObject)]
pub struct ExtendReservationInput {
    /// The key that it is held for.
    pub key: String,
    /// When the hold ends unless it is committed; in the future.
    pub expires_at: DateTime<Utc>,
}

/// A reservation of stock or a use of a coupon, by its key.
#[derive(Debug, InputObject)]
pub struct HoldKeyInput {
    /// The key that it was reserved with.
    pub key: String,
}

/// Pieces of a sale that come back without the rest, or never will.
#[derive(Debug, InputObject)]
pub struct ReturnPiecesInput {
    /// The key that the sale was reserved with.
    pub key: String,
    /// The caller's key, unique for ever: under it these pieces come back once.
    pub return_key: String,
    /// 1 to 200; of an offer no more count than were sold and have not come back.
    pub lines: Vec<QuoteLineInput>,
    /// Whether they can be sold again. Otherwise they are gone: the rest of the sale comes back without them.
    pub to_shelf: bool,
}

/// Pieces of an offer in one warehouse; an offer's pieces can come from several.
#[derive(Debug, SimpleObject)]
pub struct ReservedLine {
    /// The offer whose pieces they are.
    pub offer_id: OfferId,
    /// The warehouse that they are taken from.
    pub warehouse_id: WarehouseId,
    /// How many pieces.
    pub quantity: i64,
}

fn reserved_lines(reserved: &Reserved) -> Vec<ReservedLine> {
    let line = |line: &catalog_entities::reservation_line::Model| ReservedLine {
        offer_id: line.offer_id,
        warehouse_id: line.warehouse_id,
        quantity: line.quantity,
    };
    reserved.lines.iter().map(line).collect()
}

/// Stock that a checkout holds or held.
#[derive(Debug, SimpleObject)]
pub struct Reservation {
    /// The caller's key.
    pub key: String,
    /// What became of it.
    pub status: HoldStatus,
    /// When the hold ends, or was to end, unless committed.
    pub expires_at: DateTime<Utc>,
    /// What it holds or held, by warehouse; empty for a key that was closed before it held anything.
    pub lines: Vec<ReservedLine>,
}

/// The stock of all lines is held for this key until committed, released or expired.
#[derive(Debug, SimpleObject)]
pub struct StockReserved {
    /// The caller's key.
    pub key: String,
    /// When the hold ends unless it is committed.
    pub expires_at: DateTime<Utc>,
    /// What is held, by warehouse.
    pub lines: Vec<ReservedLine>,
}

impl From<Reserved> for StockReserved {
    fn from(reserved: Reserved) -> Self {
        let lines = reserved_lines(&reserved);
        Self { key: reserved.row.key, expires_at: reserved.row.expires_at, lines }
    }
}

/// An offer of which there are fewer pieces than were asked for.
#[derive(Debug, SimpleObject)]
pub struct OutOfStockLine {
    /// The offer that falls short.
    pub offer_id: OfferId,
    /// How many pieces all its lines asked for.
    pub requested: i64,
    /// How many pieces can be had.
    pub available: i64,
}

/// The lines that cannot be had in full; nothing is held.
#[derive(Debug, SimpleObject)]
pub struct OutOfStock {
    /// The offers that fall short.
    pub lines: Vec<OutOfStockLine>,
}

impl From<Vec<Shortage>> for OutOfStock {
    fn from(shortages: Vec<Shortage>) -> Self {
        let line = |shortage: Shortage| OutOfStockLine {
            offer_id: shortage.wanted.offer,
            requested: shortage.wanted.quantity,
            available: shortage.available,
        };
        Self { lines: shortages.into_iter().map(line).collect() }
    }
}

/// The reservation with this key ended before: its stock is not held (or, if committed, is sold).
#[derive(Debug, SimpleObject)]
pub struct ReservationClosed {
    /// The caller's key.
    pub key: String,
    /// What became of it.
    pub status: HoldStatus,
}

/// The stock is sold.
#[derive(Debug, SimpleObject)]
pub struct ReservationCommitted {
    /// The caller's key.
    pub key: String,
}

/// The status after giving back: COMMITTED means that it was sold before, and stays so.
#[derive(Debug, SimpleObject)]
pub struct ReservationReleased {
    /// The caller's key.
    pub key: String,
    /// What became of it.
    pub status: HoldStatus,
}

/// The holder, or all holders of the network, keep too much waiting for payments; the hold stays as it was.
#[derive(Debug, SimpleObject)]
pub struct HoldLimitReached {
    /// The caller's key.
    pub key: String,
}

/// Outcome of `reserveStock`.
#[derive(Debug, Union)]
pub enum ReserveStockResult {
    Reserved(StockReserved),
    OutOfStock(OutOfStock),
    Closed(ReservationClosed),
}

/// Outcome of `extendReservation`.
#[derive(Debug, Union)]
pub enum ExtendReservationResult {
    Reserved(StockReserved),
    LimitReached(HoldLimitReached),
    Closed(ReservationClosed),
}

/// Outcome of `commitReservation`.
#[derive(Debug, Union)]
pub enum CommitReservationResult {
    Committed(ReservationCommitted),
    Closed(ReservationClosed),
}

#[derive(Default)]
pub struct ReservationQuery;

#[Object]
impl ReservationQuery {
    /// State of the reservation with this key; null if there is none.
    async fn reservation(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The key that it was reserved with.")] key: String,
    ) -> Result<Option<Reservation>> {
        let found = find(ctx.data_unchecked::<App>(), &key).await?;
        Ok(found.map(|reserved| {
            let lines = reserved_lines(&reserved);
            let row = reserved.row;
            Reservation { key: row.key, status: row.status, expires_at: row.expires_at, lines }
        }))
    }
}

#[derive(Default)]
pub struct ReservationMutation;

#[Object]
impl ReservationMutation {
    /// Holds stock for all lines or for none. The same key with the same lines returns the same answer.
    async fn reserve_stock(&self, ctx: &Context<'_>, input: ReserveStockInput) -> Result<ReserveStockResult> {
        let lines: Vec<Wanted> = input.lines.iter().map(Wanted::from).collect();
        let holder = Holder { name: input.holder, network: input.network };
        let app = ctx.data_unchecked::<App>();
        Ok(match reserve(app, &input.key, &lines, holder, input.expires_at).await? {
            ReserveOutcome::Reserved(reserved) => ReserveStockResult::Reserved(reserved.into()),
            ReserveOutcome::OutOfStock(shortages) => ReserveStockResult::OutOfStock(shortages.into()),
            ReserveOutcome::Closed(status) => {
                ReserveStockResult::Closed(ReservationClosed { key: input.key, status })
            }
        })
    }

    /// Holds until then, while a payment waits for its customer.
    async fn extend_reservation(
        &self,
        ctx: &Context<'_>,
        input: ExtendReservationInput,
    ) -> Result<ExtendReservationResult> {
        let ExtendReservationInput { key, expires_at } = input;
        Ok(match platform_holds::extend(&Reservations(ctx.data_unchecked()), &key, expires_at).await? {
            Extended::Held(row, lines) => ExtendReservationResult::Reserved(Reserved { row, lines }.into()),
            Extended::LimitReached => ExtendReservationResult::LimitReached(HoldLimitReached { key }),
            Extended::Closed(status) => ExtendReservationResult::Closed(ReservationClosed { key, status }),
        })
    }

    /// Turns held stock into sold stock.
    async fn commit_reservation(
        &self,
        ctx: &Context<'_>,
        input: HoldKeyInput,
    ) -> Result<CommitReservationResult> {
        let status = platform_holds::commit(&Reservations(ctx.data_unchecked()), &input.key).await?;
        Ok(match status {
            HoldStatus::Committed => {
                CommitReservationResult::Committed(ReservationCommitted { key: input.key })
            }
            status => CommitReservationResult::Closed(ReservationClosed { key: input.key, status }),
        })
    }

    /// Gives held stock back. For an unknown key it closes the key, so that a reservation still on its way is refused.
    async fn release_reservation(
        &self,
        ctx: &Context<'_>,
        input: HoldKeyInput,
    ) -> Result<ReservationReleased> {
        let status = platform_holds::release(&Reservations(ctx.data_unchecked()), &input.key).await?;
        Ok(ReservationReleased { key: input.key, status })
    }

    /// Puts the goods of a committed reservation back on the shelf (a cancelled order).
    async fn restock_reservation(
        &self,
        ctx: &Context<'_>,
        input: HoldKeyInput,
    ) -> Result<ReservationReleased> {
        let status = platform_holds::give_back(&Reservations(ctx.data_unchecked()), &input.key).await?;
        Ok(ReservationReleased { key: input.key, status })
    }

    /// Puts some pieces of a committed reservation back on the shelf, or counts them as gone, once for a key. `restockReservation`
    /// puts back what is left.
    async fn return_pieces(
        &self,
        ctx: &Context<'_>,
        input: ReturnPiecesInput,
    ) -> Result<ReservationReleased> {
        let ReturnPiecesInput { key, return_key, lines, to_shelf } = input;
        let pieces: Vec<Wanted> = lines.iter().map(Wanted::from).collect();
        let status = take_back(ctx.data_unchecked::<App>(), &key, &return_key, &pieces, to_shelf).await?;
        Ok(ReservationReleased { key, status })
    }
}
