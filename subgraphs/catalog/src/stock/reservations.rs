//! Reservations of stock as holds: what they keep from others, and what becomes of it.

use catalog_entities::stock_movement::MovementKind;
use catalog_entities::{HoldStatus, reservation, reservation_line};
use chrono::{DateTime, Utc};
use contracts::catalog::ReservationExpired;
use platform_core::id::OfferId;
use platform_database::{Database, StoreError, Transaction};
use platform_holds::{Holds, NewRow, Transition};
use sea_orm::IntoActiveModel;

use super::StockError;
use super::levels::{Delta, LockedLevels, Movement};
use super::store::{self, ReservationTable, Reserved};
use crate::app::App;

/// The holds of stock.
pub struct Reservations<'a>(pub &'a App);

impl Holds for Reservations<'_> {
    type Table = ReservationTable;
    type Error = StockError;

    fn database(&self) -> &Database {
        self.0.database()
    }

    fn now(&self) -> DateTime<Utc> {
        self.0.now()
    }

    fn closed(&self, key: &str) -> NewRow<ReservationTable> {
        no_reservation(self.0, key).into_active_model()
    }

    /// Sells the stock, gives it back or puts it back on the shelf.
    async fn moved(
        &self,
        tx: &Transaction,
        row: &reservation::Model,
        by: Transition,
    ) -> Result<(), StockError> {
        let app = self.0;
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
        let movement = Movement { app, now: row.updated_at, kind, reference: &row.key };
        let change = movement.write(tx, &levels, &deltas).await?;
        if by == Transition::Expire {
            app.outbox.publish(tx, &ReservationExpired { key: row.key.clone() }).await?;
        }
        app.changes().announce(tx, change);
        Ok(())
    }
}

/// A key under which no stock is held.
pub fn no_reservation(app: &App, key: &str) -> reservation::Model {
    let now = app.now();
    reservation::Model {
        id: app.next_id(),
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

/// The reservation with this key.
pub async fn find(app: &App, key: &str) -> Result<Option<Reserved>, StoreError> {
    let Some(row) = platform_holds::find(&Reservations(app), key).await? else { return Ok(None) };
    Ok(Some(with_lines(app, row).await?))
}

pub async fn with_lines(app: &App, row: reservation::Model) -> Result<Reserved, StoreError> {
    let lines = store::lines_of(app.database().read(), row.id).await?;
    Ok(Reserved { row, lines })
}

/// What changes with all pieces of lines that are not settled by themselves.
pub fn deltas(lines: &[reservation_line::Model], on_hand: i64, reserved: i64) -> Vec<Delta> {
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
