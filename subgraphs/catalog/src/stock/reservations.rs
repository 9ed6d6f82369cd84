//! Reservations of stock for a checkout, each idempotent by its caller's key.

mod returns;

use std::collections::HashMap;
use std::sync::Arc;

use catalog_entities::stock_movement::MovementKind;
use catalog_entities::{HoldStatus, reservation, reservation_line};
use chrono::{DateTime, Utc};
use contracts::catalog::ReservationExpired;
use platform_core::id::OfferId;
use platform_database::{Database, StoreError, Transaction};
use platform_holds::{Holder, Holds, NewRow, Opened, Transition, check, find, open, stands};
use sea_orm::IntoActiveModel;

use super::levels::{Delta, LockedLevels, Movement, merge, same_lines};
use super::store::{self, ReservationTable, Reserved};
use super::{MAX_LINES, MAX_QUANTITY, StockError, Wanted};
use crate::app::App;
use crate::product::reader::Products;

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
        if lines.is_empty() || lines.len() > MAX_LINES {
            return Err(StockError::InvalidLines);
        }
        let lines = merge(lines);
        if lines.iter().any(|line| !(1..=MAX_QUANTITY).contains(&line.quantity)) {
            return Err(StockError::InvalidQuantity);
        }
        if let Some(known) = check(self, key, expires_at).await? {
            return self.answer_again(known, &lines).await;
        }
        // A sold-out offer is refused before it queues for the one writer; what this lets pass is decided below. The last
        // pieces may be those that this key holds.
        let offers: Vec<OfferId> = lines.iter().map(|line| line.offer).collect();
        let available = self.products.available_fresh(&offers).await?;
        let shortages = shortages(&lines, |offer| available.get(&offer).copied().unwrap_or_default());
        if !shortages.is_empty() {
            return match find(self, key).await? {
                Some(known) => self.answer_again(known, &lines).await,
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
        let row = reservation::Model {
            status: HoldStatus::Held,
            expires_at,
            holder: holder.name,
            network: holder.network,
            ..self.no_reservation(key)
        };
        let tx = match open(self, key, row.clone().into_active_model()).await? {
            Opened::Known(known) => return self.answer_again(known, lines).await,
            Opened::New(tx) => tx,
        };
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
        let change =
            self.movement(MovementKind::Reserve, key, row.created_at).write(&tx, &levels, &deltas).await?;
        self.app.commit(tx, change).await?;
        Ok(ReserveOutcome::Reserved(Reserved { row, lines: held }))
    }

    /// The reservation with this key.
    pub async fn find(&self, key: &str) -> Result<Option<Reserved>, StoreError> {
        let Some(row) = find(self, key).await? else { return Ok(None) };
        Ok(Some(self.with_lines(row).await?))
    }

    async fn with_lines(&self, row: reservation::Model) -> Result<Reserved, StoreError> {
        let lines = store::lines_of(self.app.database().read(), row.id).await?;
        Ok(Reserved { row, lines })
    }

    /// The answer to a key that is known already.
    async fn answer_again(
        &self,
        known: reservation::Model,
        lines: &[Wanted],
    ) -> Result<ReserveOutcome, StockError> {
        let known = self.with_lines(known).await?;
        let mut held: HashMap<OfferId, i64> = HashMap::new();
        for line in &known.lines {
            *held.entry(line.offer_id).or_default() += line.quantity;
        }
        // A key that was closed before its reservation arrived has no lines to compare.
        let is_same = (!held.is_empty()).then(|| same_lines(lines, &held));
        Ok(match stands::<ReservationTable>(&known.row, is_same)? {
            true => ReserveOutcome::Reserved(known),
            false => ReserveOutcome::Closed(known.row.status),
        })
    }

    /// A key under which no stock is held.
    fn no_reservation(&self, key: &str) -> reservation::Model {
        let now = self.app.now();
        reservation::Model {
            id: self.app.next_id(),
            key: key.to_owned(),
            status: HoldStatus::Released,
            expires_at: now,
            created_at: now,
            updated_at: now,
            holder: None,
            network: None,
            waiting: false,
        }
    }

    fn movement<'a>(&'a self, kind: MovementKind, reference: &'a str, now: DateTime<Utc>) -> Movement<'a> {
        Movement { ids: &self.app.platform.ids, outbox: &self.app.platform.outbox, now, kind, reference }
    }
}

impl Holds for Reservations {
    type Table = ReservationTable;
    type Error = StockError;

    fn database(&self) -> &Database {
        self.app.database()
    }

    fn now(&self) -> DateTime<Utc> {
        self.app.now()
    }

    fn closed(&self, key: &str) -> NewRow<ReservationTable> {
        self.no_reservation(key).into_active_model()
    }

    /// Sells the stock, gives it back or puts it back on the shelf.
    async fn moved(
        &self,
        tx: &Transaction,
        row: &reservation::Model,
        by: Transition,
    ) -> Result<(), StockError> {
        let lines = store::lines_of(&**tx, row.id).await?;
        let offers: Vec<OfferId> = lines.iter().map(|line| line.offer_id).collect();
        let levels = match (by, offers.as_slice()) {
            // What is sold could not be bought before either, so nobody hears of it; and one level has no order of locks.
            (Transition::Commit, [_]) => LockedLevels::default(),
            _ => LockedLevels::lock(tx, &offers).await?,
        };
        let (kind, on_hand, reserved) = match by {
            Transition::Commit => (MovementKind::Sale, -1, -1),
            Transition::Release => (MovementKind::Release, 0, -1),
            Transition::Expire => (MovementKind::Expire, 0, -1),
            Transition::Return => (MovementKind::Restock, 1, 0),
        };
        let deltas = deltas(&lines, on_hand, reserved);
        let change = self.movement(kind, &row.key, row.updated_at).write(tx, &levels, &deltas).await?;
        if by == Transition::Expire {
            self.app.platform.outbox.publish(tx, &ReservationExpired { key: row.key.clone() }).await?;
        }
        self.app.changes.announce(tx, change);
        Ok(())
    }
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
