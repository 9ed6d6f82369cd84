//! Changing stock levels: locking, allocation over warehouses, and the one function that writes a level.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use catalog_entities::stock_movement::MovementKind;
use catalog_entities::{offer, stock_level, stock_movement};
use chrono::{DateTime, Utc};
use contracts::catalog::{ProductChange, StockChanged};
use platform_core::id::{OfferId, ProductId, WarehouseId};
use platform_database::{StoreError, Transaction};

use super::{StockError, Wanted, store};
use crate::app::App;
use crate::changes::Change;
use crate::edit::write::{refresh_prices, touch};
use crate::reference::ReferenceData;

/// A change of one level.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Delta {
    pub offer: OfferId,
    pub warehouse: WarehouseId,
    pub on_hand: i64,
    pub reserved: i64,
}

/// The levels of offers as locked by a transaction, each with its offer.
#[derive(Default)]
pub struct LockedLevels(Vec<(stock_level::Model, offer::Model)>);

impl LockedLevels {
    /// Locks the levels of `offers` until the transaction ends.
    pub async fn lock(tx: &Transaction, offers: &[OfferId]) -> Result<Self, StoreError> {
        Ok(Self(store::lock_levels(tx, offers).await?))
    }

    fn of(&self, offer: OfferId) -> impl Iterator<Item = &stock_level::Model> {
        self.0.iter().map(|(level, _)| level).filter(move |level| level.offer_id == offer)
    }

    pub fn available(&self, offer: OfferId) -> i64 {
        self.of(offer).map(|level| level.on_hand - level.reserved).sum()
    }

    /// Pieces in all warehouses, reserved ones included.
    pub fn on_hand(&self, offer: OfferId) -> i64 {
        self.of(offer).map(|level| level.on_hand).sum()
    }

    pub fn get(&self, offer: OfferId, warehouse: WarehouseId) -> Option<&stock_level::Model> {
        self.of(offer).find(|level| level.warehouse_id == warehouse)
    }

    /// Each of the offers once.
    fn offers(&self) -> BTreeMap<OfferId, &offer::Model> {
        self.0.iter().map(|(_, offer)| (offer.id, offer)).collect()
    }

    /// Where to take `wanted` from: one warehouse if any has enough, the preferred one first; else from several.
    pub fn allocate(&self, references: &ReferenceData, wanted: Wanted) -> Vec<(WarehouseId, i64)> {
        let priority = |id: &WarehouseId| references.warehouses.get(id).map_or(i32::MAX, |w| w.priority);
        let mut free: Vec<(WarehouseId, i64)> = self
            .of(wanted.offer)
            .filter(|level| level.on_hand > level.reserved)
            .map(|level| (level.warehouse_id, level.on_hand - level.reserved))
            .collect();
        free.sort_by_key(|(id, _)| (priority(id), *id));
        if let Some((single, _)) = free.iter().find(|(_, pieces)| *pieces >= wanted.quantity) {
            return vec![(*single, wanted.quantity)];
        }
        let mut left = wanted.quantity;
        let mut parts = Vec::new();
        for (warehouse, pieces) in free {
            if left == 0 {
                break;
            }
            let part = std::cmp::min(pieces, left);
            parts.push((warehouse, part));
            left -= part;
        }
        parts
    }
}

/// What a write of levels needs beside the transaction.
pub struct Movement<'a> {
    pub app: &'a App,
    pub now: DateTime<Utc>,
    pub kind: MovementKind,
    /// The reservation's key, or the reason a person gave.
    pub reference: &'a str,
}

impl Movement<'_> {
    /// Writes levels, their movements and the events; returns what to announce. `locked` are the levels before.
    ///
    /// The update is conditional, so that it fails rather than oversells even where the lock was forgotten.
    pub async fn write(
        &self,
        tx: &Transaction,
        locked: &LockedLevels,
        deltas: &[Delta],
    ) -> Result<Change, StockError> {
        if !deltas.is_empty() && store::change_levels(tx, deltas).await? != deltas.len() {
            return Err(StockError::LockLost);
        }
        let movements = deltas.iter().map(|delta| stock_movement::Model {
            id: self.app.next_id(),
            offer_id: delta.offer,
            warehouse_id: delta.warehouse,
            kind: self.kind,
            on_hand_delta: delta.on_hand,
            reserved_delta: delta.reserved,
            reference: self.reference.to_owned(),
            created_at: self.now,
        });
        if !deltas.is_empty() {
            store::insert_movements(tx, movements.collect()).await?;
        }
        self.publish(tx, locked, deltas).await
    }

    /// StockChanged for every offer of which another number can be bought now; a new version and ProductUpdated where an
    /// offer ran out or came back, because then buyers find the product under another availability, at another price.
    async fn publish(
        &self,
        tx: &Transaction,
        locked: &LockedLevels,
        deltas: &[Delta],
    ) -> Result<Change, StockError> {
        let mut by_offer: BTreeMap<OfferId, i64> = BTreeMap::new();
        for delta in deltas {
            *by_offer.entry(delta.offer).or_default() += delta.on_hand - delta.reserved;
        }
        by_offer.retain(|_, change| *change != 0);
        if by_offer.is_empty() {
            return Ok(Change::default());
        }
        let mut turned: BTreeSet<ProductId> = BTreeSet::new();
        let mut events = Vec::with_capacity(by_offer.len());
        let offers = locked.offers();
        for (offer, change) in &by_offer {
            let offer = offers.get(offer).ok_or(StockError::LockLost)?;
            let before = locked.available(offer.id);
            let after = before + change;
            if (before > 0) != (after > 0) {
                turned.insert(offer.product_id);
            }
            events.push(StockChanged {
                offer_id: offer.id,
                product_id: offer.product_id,
                variant_id: offer.variant_id,
                available: after,
            });
        }
        self.app.outbox.publish_all(tx, &events).await?;
        let turned: Vec<ProductId> = turned.into_iter().collect();
        touch(tx, self.app, self.now, &turned, ProductChange::Updated).await?;
        refresh_prices(tx, &turned).await?;
        Ok(Change { products: turned, offers: by_offer.into_keys().collect(), references: false })
    }
}

/// Sums lines of the same offer, in the order of offers.
pub fn merge(lines: &[Wanted]) -> Vec<Wanted> {
    let mut merged: BTreeMap<OfferId, i64> = BTreeMap::new();
    for line in lines {
        *merged.entry(line.offer).or_default() += line.quantity;
    }
    merged.into_iter().map(|(offer, quantity)| Wanted { offer, quantity }).collect()
}

/// Whether two sets of merged lines are the same.
pub fn same_lines(merged: &[Wanted], held: &HashMap<OfferId, i64>) -> bool {
    merged.len() == held.len()
        && merged.iter().all(|line| held.get(&line.offer).is_some_and(|quantity| *quantity == line.quantity))
}
