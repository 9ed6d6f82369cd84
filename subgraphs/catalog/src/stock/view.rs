//! Warehouses, stock levels and their movements as the API shows them.

use std::sync::Arc;

use async_graphql::{ComplexObject, SimpleObject};
use catalog_entities::stock_movement::{self, MovementKind};
use catalog_entities::{stock_level, warehouse};
use chrono::{DateTime, Utc};
use platform_core::id::{OfferId, StockMovementId, WarehouseId};

use super::shown;
use crate::product::objects::Vendor;
use crate::reference::ReferenceData;

/// A place where a vendor keeps stock.
#[derive(Debug, Clone, SimpleObject)]
pub struct Warehouse {
    /// Identifier; see `adjustStock` and `updateWarehouse`.
    pub id: WarehouseId,
    /// Whose stock it keeps.
    pub vendor: Vendor,
    /// Its name in the vendor's systems, unique in the shop.
    pub code: String,
    /// Its name for people.
    pub name: String,
    /// ISO 3166-1 alpha-2.
    pub country: String,
    /// Reservations take from the lowest first.
    pub priority: i32,
}

impl From<&warehouse::Model> for Warehouse {
    fn from(row: &warehouse::Model) -> Self {
        let warehouse::Model { id, vendor_id, code, name, country, priority } = row.clone();
        Self { id, vendor: Vendor { id: vendor_id }, code, name, country, priority }
    }
}

/// How many pieces of an offer a warehouse holds.
#[derive(SimpleObject)]
#[graphql(complex)]
pub struct StockLevel {
    #[graphql(skip)]
    references: Arc<ReferenceData>,
    #[graphql(skip)]
    warehouse_id: WarehouseId,
    /// The offer whose pieces they are.
    pub offer_id: OfferId,
    /// Pieces on the shelf, reserved ones included.
    pub on_hand: i64,
    /// Pieces held for orders that are not sold yet.
    pub reserved: i64,
    /// onHand - reserved.
    pub available: i64,
}

impl StockLevel {
    pub(super) fn new(references: &Arc<ReferenceData>, row: &stock_level::Model) -> Self {
        Self {
            references: Arc::clone(references),
            warehouse_id: row.warehouse_id,
            offer_id: row.offer_id,
            on_hand: shown(row.on_hand),
            reserved: shown(row.reserved),
            available: shown(row.on_hand - row.reserved),
        }
    }
}

#[ComplexObject]
impl StockLevel {
    /// Where they are; null only while a warehouse is so new that this server has not read it.
    async fn warehouse(&self) -> Option<Warehouse> {
        self.references.warehouses.get(&self.warehouse_id).map(Warehouse::from)
    }
}

/// A change of a stock level. The movements of a level sum to it.
#[derive(Debug, SimpleObject)]
pub struct StockMovement {
    /// Identifier of the movement.
    pub id: StockMovementId,
    /// The warehouse whose level changed.
    pub warehouse_id: WarehouseId,
    /// Why it changed.
    pub kind: MovementKind,
    /// How many pieces more (or, negative, fewer) are on the shelf.
    pub on_hand_delta: i64,
    /// How many pieces more (or, negative, fewer) are reserved.
    pub reserved_delta: i64,
    /// The reservation's key, or the reason a person gave.
    pub reference: String,
    /// When it changed.
    pub created_at: DateTime<Utc>,
}

impl From<stock_movement::Model> for StockMovement {
    fn from(row: stock_movement::Model) -> Self {
        Self {
            id: row.id,
            warehouse_id: row.warehouse_id,
            kind: row.kind,
            on_hand_delta: shown(row.on_hand_delta),
            reserved_delta: shown(row.reserved_delta),
            reference: row.reference,
            created_at: row.created_at,
        }
    }
}
