//! Reservations of stock for a checkout, each idempotent by its caller's key.

use std::collections::HashMap;
use std::sync::Arc;

use catalog_entities::stock_movement::MovementKind;
use catalog_entities::{HoldStatus, reservation, reservation_line};
use chrono::{DateTime, Utc};
use contracts::catalog::ReservationExpired;
use platform_core::Clock;
use platform_core::id::{OfferId, ReservationId};
use platform_database::{StoreError, Transaction};
use platform_server::Platform;
use platform_text::token;
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
};

use super::levels::{Delta, LockedLevels, Movement, merge, same_lines};
use super::waiting;
use super::{MAX_LINES, MAX_QUANTITY, StockError, Wanted};
use crate::changes::Changes;
use crate::holds::Holder;
use crate::product::reader::Products;

/// How many expired holds one sweep ends.
const SWEEP: u64 = 200;

/// A reservation and its lines.
#[derive(Debug, Clone, PartialEq)]
pub struct Reserved {
    pub row: reservation::Model,
    pub lines: Vec<reservation_line::Model>,
}

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
    platform: Platform,
    products: Arc<Products>,
    changes: Changes,
}

impl Reservations {
    pub fn new(platform: Platform, products: Arc<Products>, changes: Changes) -> Self {
        Self { platform, products, changes }
    }

    fn clock(&self) -> &dyn Clock {
        &*self.platform.clock
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
        if let Some(found) = self.find(key).await? {
            return answer_again(found, &lines);
        }
        if expires_at <= self.clock().now() {
            return Err(StockError::ExpiryInPast);
        }
        // A sold-out offer is refused before it queues for the one writer; what this lets pass is decided below.
        let offers: Vec<OfferId> = lines.iter().map(|line| line.offer).collect();
        let available = self.products.available_fresh(&offers).await?;
        let shortages = shortages(&lines, |offer| available.get(&offer).copied().unwrap_or_default());
        if !shortages.is_empty() {
            return Ok(ReserveOutcome::OutOfStock(shortages));
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
        let now = self.clock().now();
        let tx = self.platform.database.begin().await?;
        let row = reservation::Model {
            id: self.platform.ids.next(),
            key: key.to_owned(),
            status: HoldStatus::Held,
            expires_at,
            created_at: now,
            updated_at: now,
            holder: holder.name,
            network: holder.network,
            waiting: false,
        };
        if !insert_new(&tx, &row).await? {
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
                })
            })
            .collect();
        let rows = held.iter().cloned().map(reservation_line::ActiveModel::from);
        reservation_line::Entity::insert_many(rows.map(into_insert)).exec_without_returning(&*tx).await?;
        let deltas = deltas(&held, 0, 1);
        let change = self.movement(MovementKind::Reserve, key, now).write(&tx, &levels, &deltas).await?;
        self.changes.announce(&tx, change);
        tx.commit().await?;
        Ok(ReserveOutcome::Reserved(Reserved { row, lines: held }))
    }

    /// The reservation with this key.
    pub async fn find(&self, key: &str) -> Result<Option<Reserved>, StoreError> {
        find_on(self.platform.database.read(), key).await
    }

    /// Holds longer, while a payment waits for its customer; refused if the holder or the network keeps too much
    /// waiting, and then the hold stays as it was.
    pub async fn extend(&self, key: &str, expires_at: DateTime<Utc>) -> Result<ExtendOutcome, StockError> {
        if expires_at <= self.clock().now() {
            return Err(StockError::ExpiryInPast);
        }
        let tx = self.platform.database.begin().await?;
        reservation::Entity::update_many()
            .col_expr(reservation::Column::ExpiresAt, Expr::value(expires_at))
            .col_expr(reservation::Column::UpdatedAt, Expr::value(self.clock().now()))
            .col_expr(reservation::Column::Waiting, Expr::value(true))
            .filter(reservation::Column::Key.eq(key))
            .filter(reservation::Column::Status.eq(HoldStatus::Held))
            .exec(&*tx)
            .await?;
        let found = find_on(&*tx, key).await?.ok_or(StockError::UnknownReservation)?;
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
        let now = self.clock().now();
        let closed = reservation::Model {
            id: self.platform.ids.next(),
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
                let tx = self.platform.database.begin().await?;
                if insert_new(&tx, &closed).await? {
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
        let lapsed: Vec<String> = reservation::Entity::find()
            .select_only()
            .column(reservation::Column::Key)
            .filter(reservation::Column::Status.eq(HoldStatus::Held))
            .filter(reservation::Column::ExpiresAt.lte(self.clock().now()))
            .order_by_asc(reservation::Column::ExpiresAt)
            .limit(SWEEP)
            .into_tuple()
            .all(self.platform.database.read())
            .await?;
        let mut ended = 0;
        for key in lapsed {
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
        let now = self.clock().now();
        let tx = self.platform.database.begin().await?;
        let mut update = reservation::Entity::update_many()
            .col_expr(reservation::Column::Status, Expr::value(to))
            .col_expr(reservation::Column::UpdatedAt, Expr::value(now))
            .col_expr(reservation::Column::Holder, Expr::value(Option::<String>::None))
            .col_expr(reservation::Column::Network, Expr::value(Option::<String>::None))
            .col_expr(reservation::Column::Waiting, Expr::value(false))
            .filter(reservation::Column::Key.eq(key))
            .filter(reservation::Column::Status.eq(from));
        if to == HoldStatus::Expired {
            // The owner may have extended it since it was listed.
            update = update.filter(reservation::Column::ExpiresAt.lte(now));
        }
        let moved = update.exec(&*tx).await?.rows_affected == 1;
        let found = find_on(&*tx, key).await?.ok_or(StockError::UnknownReservation)?;
        if moved {
            let offers: Vec<OfferId> = found.lines.iter().map(|line| line.offer_id).collect();
            let levels = LockedLevels::lock(&tx, &offers).await?;
            let (on_hand, reserved) = match kind {
                MovementKind::Sale => (-1, -1),
                MovementKind::Release | MovementKind::Expire => (0, -1),
                MovementKind::Restock => (1, 0),
                MovementKind::Receipt | MovementKind::Adjustment | MovementKind::Reserve => {
                    return Err(StockError::IllegalStatus(to));
                }
            };
            let deltas = deltas(&found.lines, on_hand, reserved);
            let change = self.movement(kind, key, now).write(&tx, &levels, &deltas).await?;
            if to == HoldStatus::Expired {
                self.platform.outbox.publish(&tx, &ReservationExpired { key: key.to_owned() }).await?;
            }
            self.changes.announce(&tx, change);
        }
        tx.commit().await?;
        Ok(found.row.status)
    }

    fn movement<'a>(&'a self, kind: MovementKind, reference: &'a str, now: DateTime<Utc>) -> Movement<'a> {
        Movement { ids: &self.platform.ids, outbox: &self.platform.outbox, now, kind, reference }
    }
}

fn check_key(key: &str) -> Result<(), StockError> {
    token("key", key, 1..=200)?;
    Ok(())
}

/// A row as it is inserted: every column set.
fn into_insert(row: reservation_line::ActiveModel) -> reservation_line::ActiveModel {
    use sea_orm::ActiveModelTrait;
    row.reset_all()
}

/// Inserts a reservation unless its key is taken.
async fn insert_new(tx: &Transaction, row: &reservation::Model) -> Result<bool, StoreError> {
    let insert = reservation::ActiveModel {
        id: Set(row.id),
        key: Set(row.key.clone()),
        status: Set(row.status),
        expires_at: Set(row.expires_at),
        created_at: Set(row.created_at),
        updated_at: Set(row.updated_at),
        holder: Set(row.holder.clone()),
        network: Set(row.network.clone()),
        waiting: Set(row.waiting),
    };
    let conflict = OnConflict::column(reservation::Column::Key).do_nothing().to_owned();
    Ok(reservation::Entity::insert(insert).on_conflict(conflict).exec_without_returning(&**tx).await? == 1)
}

async fn find_on(connection: &impl ConnectionTrait, key: &str) -> Result<Option<Reserved>, StoreError> {
    let found = reservation::Entity::find().filter(reservation::Column::Key.eq(key)).one(connection).await?;
    let Some(row) = found else { return Ok(None) };
    let lines = lines_of(connection, row.id).await?;
    Ok(Some(Reserved { row, lines }))
}

async fn lines_of(
    connection: &impl ConnectionTrait,
    id: ReservationId,
) -> Result<Vec<reservation_line::Model>, StoreError> {
    Ok(reservation_line::Entity::find()
        .filter(reservation_line::Column::ReservationId.eq(id))
        .order_by_asc(reservation_line::Column::OfferId)
        .order_by_asc(reservation_line::Column::WarehouseId)
        .all(connection)
        .await?)
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

fn deltas(lines: &[reservation_line::Model], on_hand: i64, reserved: i64) -> Vec<Delta> {
    lines
        .iter()
        .map(|line| Delta {
            offer: line.offer_id,
            warehouse: line.warehouse_id,
            on_hand: on_hand * line.quantity,
            reserved: reserved * line.quantity,
        })
        .collect()
}
