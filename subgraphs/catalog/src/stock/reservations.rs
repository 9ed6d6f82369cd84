//! Reservations of stock for a checkout, each idempotent by its caller's key.

mod returns;

use std::collections::HashMap;
use std::sync::Arc;

use catalog_entities::stock_movement::MovementKind;
use catalog_entities::{HoldStatus, reservation, reservation_line};
use chrono::{DateTime, Utc};
use contracts::catalog::ReservationExpired;
use platform_core::id::OfferId;
use platform_database::StoreError;
use platform_holds::Holder;
use platform_text::token;

use super::levels::{Delta, LockedLevels, Movement, merge, same_lines};
use super::store::{self, Reserved};
use super::waiting;
use super::{MAX_LINES, MAX_QUANTITY, StockError, Wanted};
use crate::app::App;
use crate::product::reader::Products;

/// How many expired holds one sweep ends.
const SWEEP: u64 = 200;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shortage {
    pub wanted: Wanted,
    pub available: i64,
}

#[derive(Debug, Clone, PartialEq)]
pub enum ReserveOutcome {
    Reserved(Reserved),
    OutOfStock(Vec<Shortage>),
    /// The key's reservation ended before.
    Closed(HoldStatus),
}

#[derive(Debug, Clone, PartialEq)]
pub enum ExtendOutcome {
    Reserved(Reserved),
    /// The holder or the network keeps too much of an offer waiting.
    LimitReached,
    /// The reservation ended before.
    Closed(HoldStatus),
}

/// Cheap to clone.
#[derive(Clone)]
pub struct Reservations {
    app: App,
    products: Arc<Products>,
}

impl Reservations {
    pub fn new(app: App, products: Arc<Products>) -> Self {
        Self { app, products }
    }

    /// Holds stock for all lines or for none.
    pub async fn reserve(
        &self,
        key: &str,
        lines: &[Wanted],
        holder: Holder,
        expires_at: DateTime<Utc>,
    ) -> Result<ReserveOutcome, StockError> {
        check_key(key)?;
        if lines.is_empty() || lines.len() > MAX_LINES {
            return Err(StockError::InvalidLines);
        }
        let lines = merge(lines);
        if lines.iter().any(|line| !(1..=MAX_QUANTITY).contains(&line.quantity)) {
            return Err(StockError::InvalidQuantity);
        }
        if expires_at <= self.app.now() {
            let known = self.find(key).await?.ok_or(StockError::ExpiryInPast)?;
            return answer_again(known, &lines);
        }
        // A sold-out offer is refused before it queues for the one writer; what this lets pass is decided below. The last
        // pieces may be those that this key holds.
        let offers: Vec<OfferId> = lines.iter().map(|line| line.offer).collect();
        let available = self.products.available_fresh(&offers).await?;
        let shortages = shortages(&lines, |offer| available.get(&offer).copied().unwrap_or_default());
        if !shortages.is_empty() {
            return match self.find(key).await? {
                Some(known) => answer_again(known, &lines),
                None => Ok(ReserveOutcome::OutOfStock(shortages)),
            };
        }
        self.reserve_now(key, &lines, &offers, holder, expires_at).await
    }

    async fn reserve_now(
        &self,
        key: &str,
        lines: &[Wanted],
        offers: &[OfferId],
        holder: Holder,
        expires_at: DateTime<Utc>,
    ) -> Result<ReserveOutcome, StockError> {
        let references = self.products.references().await?;
        let now = self.app.now();
        let tx = self.app.begin().await?;
        let row = reservation::Model {
            id: self.app.next_id(),
            key: key.to_owned(),
            status: HoldStatus::Held,
            expires_at,
            created_at: now,
            updated_at: now,
            holder: holder.name,
            network: holder.network,
            waiting: false,
        };
        if !store::insert_unless_known(&tx, &row).await? {
            tx.rollback().await?;
            let found = self.find(key).await?.ok_or(StockError::UnknownReservation)?;
            return answer_again(found, lines);
        }
        let levels = LockedLevels::lock(&tx, offers).await?;
        let shortages = shortages(lines, |offer| levels.available(offer));
        if !shortages.is_empty() {
            tx.rollback().await?;
            return Ok(ReserveOutcome::OutOfStock(shortages));
        }
        let held: Vec<reservation_line::Model> = lines
            .iter()
            .flat_map(|line| {
                let parts = levels.allocate(&references, *line);
                parts.into_iter().map(|(warehouse_id, quantity)| reservation_line::Model {
                    reservation_id: row.id,
                    offer_id: line.offer,
                    warehouse_id,
                    quantity,
                    settled: 0,
                })
            })
            .collect();
        store::insert_lines(&tx, &held).await?;
        let deltas = deltas(&held, 0, 1);
        let change = self.movement(MovementKind::Reserve, key, now).write(&tx, &levels, &deltas).await?;
        self.app.commit(tx, change).await?;
        Ok(ReserveOutcome::Reserved(Reserved { row, lines: held }))
    }

    /// The reservation with this key.
    pub async fn find(&self, key: &str) -> Result<Option<Reserved>, StoreError> {
        store::find(self.app.database().read(), key).await
    }

    /// Holds longer, while a payment waits for its customer; refused if the holder or the network keeps too much
    /// waiting, and then the hold stays as it was.
    pub async fn extend(&self, key: &str, expires_at: DateTime<Utc>) -> Result<ExtendOutcome, StockError> {
        if expires_at <= self.app.now() {
            return Err(StockError::ExpiryInPast);
        }
        let tx = self.app.begin().await?;
        store::extend(&tx, key, expires_at, self.app.now()).await?;
        let found = store::find(&*tx, key).await?.ok_or(StockError::UnknownReservation)?;
        if found.row.status != HoldStatus::Held {
            return Ok(ExtendOutcome::Closed(found.row.status));
        }
        if waiting::exceeds_limit(&tx, &found).await? {
            tx.rollback().await?;
            return Ok(ExtendOutcome::LimitReached);
        }
        tx.commit().await?;
        Ok(ExtendOutcome::Reserved(found))
    }

    /// Turns held stock into sold stock; returns the status after it. A hold that has lapsed but not been swept yet
    /// still holds its stock, so it can be committed.
    pub async fn commit(&self, key: &str) -> Result<HoldStatus, StockError> {
        self.end(key, HoldStatus::Held, HoldStatus::Committed, MovementKind::Sale).await
    }

    /// Gives held stock back; returns the status after it. Closes an unknown key.
    pub async fn release(&self, key: &str) -> Result<HoldStatus, StockError> {
        check_key(key)?;
        let now = self.app.now();
        let closed = reservation::Model {
            id: self.app.next_id(),
            key: key.to_owned(),
            status: HoldStatus::Released,
            expires_at: now,
            created_at: now,
            updated_at: now,
            holder: None,
            network: None,
            waiting: false,
        };
        match self.end(key, HoldStatus::Held, HoldStatus::Released, MovementKind::Release).await {
            Err(StockError::UnknownReservation) => {
                let tx = self.app.begin().await?;
                if store::insert_unless_known(&tx, &closed).await? {
                    tx.commit().await?;
                    return Ok(HoldStatus::Released);
                }
                // The reservation arrived meanwhile.
                tx.rollback().await?;
                self.end(key, HoldStatus::Held, HoldStatus::Released, MovementKind::Release).await
            }
            other => other,
        }
    }

    /// Puts the goods of a committed reservation back; returns the status after it.
    pub async fn restock(&self, key: &str) -> Result<HoldStatus, StockError> {
        self.end(key, HoldStatus::Committed, HoldStatus::Restocked, MovementKind::Restock).await
    }

    /// Ends holds that have lapsed; returns how many.
    pub async fn expire(&self) -> Result<u64, StockError> {
        let mut ended = 0;
        for key in store::lapsed(self.app.database(), self.app.now(), SWEEP).await? {
            let status = self.end(&key, HoldStatus::Held, HoldStatus::Expired, MovementKind::Expire).await?;
            ended += u64::from(status == HoldStatus::Expired);
        }
        Ok(ended)
    }

    /// Moves a reservation from one status to another with its stock; leaves one in another status as it is. Returns
    /// the status after it.
    async fn end(
        &self,
        key: &str,
        from: HoldStatus,
        to: HoldStatus,
        kind: MovementKind,
    ) -> Result<HoldStatus, StockError> {
        let now = self.app.now();
        let tx = self.app.begin().await?;
        let Some(row) = store::end(&tx, key, from, to, now).await? else {
            tx.rollback().await?;
            let known = self.find(key).await?.ok_or(StockError::UnknownReservation)?;
            return Ok(known.row.status);
        };
        let lines = store::lines_of(&*tx, row.id).await?;
        let offers: Vec<OfferId> = lines.iter().map(|line| line.offer_id).collect();
        let levels = match (kind, offers.as_slice()) {
            // What is sold could not be bought before either, so nobody hears of it; and one level has no order of locks.
            (MovementKind::Sale, [_]) => LockedLevels::default(),
            _ => LockedLevels::lock(&tx, &offers).await?,
        };
        let (on_hand, reserved) = match kind {
            MovementKind::Sale => (-1, -1),
            MovementKind::Release | MovementKind::Expire => (0, -1),
            MovementKind::Restock => (1, 0),
            MovementKind::Receipt | MovementKind::Adjustment | MovementKind::Reserve => {
                return Err(StockError::IllegalStatus(to));
            }
        };
        let deltas = deltas(&lines, on_hand, reserved);
        let change = self.movement(kind, key, now).write(&tx, &levels, &deltas).await?;
        if to == HoldStatus::Expired {
            self.app.platform.outbox.publish(&tx, &ReservationExpired { key: key.to_owned() }).await?;
        }
        self.app.commit(tx, change).await?;
        Ok(row.status)
    }

    fn movement<'a>(&'a self, kind: MovementKind, reference: &'a str, now: DateTime<Utc>) -> Movement<'a> {
        Movement { ids: &self.app.platform.ids, outbox: &self.app.platform.outbox, now, kind, reference }
    }
}

fn check_key(key: &str) -> Result<(), StockError> {
    token("key", key, 1..=200)?;
    Ok(())
}

/// The answer to a key that is known already.
fn answer_again(found: Reserved, lines: &[Wanted]) -> Result<ReserveOutcome, StockError> {
    let mut held: HashMap<OfferId, i64> = HashMap::new();
    for line in &found.lines {
        *held.entry(line.offer_id).or_default() += line.quantity;
    }
    // A key that was closed before its reservation arrived has no lines to compare.
    if !held.is_empty() && !same_lines(lines, &held) {
        return Err(StockError::KeyReused);
    }
    Ok(match found.row.status {
        HoldStatus::Held | HoldStatus::Committed if !held.is_empty() => ReserveOutcome::Reserved(found),
        status => ReserveOutcome::Closed(status),
    })
}

fn shortages(lines: &[Wanted], available: impl Fn(OfferId) -> i64) -> Vec<Shortage> {
    lines
        .iter()
        .map(|wanted| Shortage { wanted: *wanted, available: available(wanted.offer) })
        .filter(|shortage| shortage.available < shortage.wanted.quantity)
        .collect()
}

/// What changes with all pieces of lines that are not settled by themselves.
fn deltas(lines: &[reservation_line::Model], on_hand: i64, reserved: i64) -> Vec<Delta> {
    let pieces = lines.iter().map(|line| (line, line.quantity - line.settled));
    pieces
        .filter(|(_, pieces)| *pieces > 0)
        .map(|(line, pieces)| Delta {
            offer: line.offer_id,
            warehouse: line.warehouse_id,
            on_hand: on_hand * pieces,
            reserved: reserved * pieces,
        })
        .collect()
}
