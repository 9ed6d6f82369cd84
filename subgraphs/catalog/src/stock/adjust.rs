//! Changing what is on the shelf of a warehouse, by hand.

use catalog_entities::stock_level;
use catalog_entities::stock_movement::MovementKind;
use platform_core::id::VendorId;
use platform_text::line;

use super::graphql::AdjustStockInput;
use super::levels::{Delta, LockedLevels, Movement};
use super::{MAX_ON_HAND, StockError, store};
use crate::app::App;

/// The most characters of a reason.
const MAX_REASON: usize = 200;

/// What became of a change by hand.
pub enum Adjusted {
    /// The level after it.
    Level(stock_level::Model),
    /// The level would fall below zero or below what is reserved.
    NotEnough { on_hand: i64, reserved: i64 },
    /// There would be more in all warehouses than are counted; so many there are.
    TooMuch { on_hand: i64 },
}

/// Changes a level of an offer of `vendor` in one of its warehouses.
pub async fn adjust(app: &App, vendor: VendorId, input: &AdjustStockInput) -> Result<Adjusted, StockError> {
    if !matches!(input.kind, MovementKind::Receipt | MovementKind::Adjustment) {
        return Err(StockError::InvalidKind);
    }
    if !(-MAX_ON_HAND..=MAX_ON_HAND).contains(&input.delta) || input.delta == 0 {
        return Err(StockError::InvalidDelta);
    }
    if input.kind == MovementKind::Receipt && input.delta < 0 {
        return Err(StockError::ReceiptTakesAway);
    }
    let reason = line("reason", &input.reason, MAX_REASON)?;
    let (offer, warehouse) = (input.offer_id, input.warehouse_id);
    if !store::has_warehouse(app.database(), vendor, warehouse).await? {
        return Err(StockError::UnknownWarehouse(warehouse));
    }
    let tx = app.begin().await?;
    store::begin_level(&tx, offer, warehouse).await?;
    let levels = LockedLevels::lock(&tx, &[offer]).await?;
    let before = levels.get(offer, warehouse).ok_or(StockError::LockLost)?.clone();
    let on_hand = before.on_hand + input.delta;
    if on_hand < before.reserved {
        return Ok(Adjusted::NotEnough { on_hand: before.on_hand, reserved: before.reserved });
    }
    let everywhere = levels.on_hand(offer);
    if input.delta > 0 && everywhere + input.delta > MAX_ON_HAND {
        return Ok(Adjusted::TooMuch { on_hand: everywhere });
    }
    let movement = Movement { app, now: app.now(), kind: input.kind, reference: &reason };
    let delta = Delta { offer, warehouse, on_hand: input.delta, reserved: 0 };
    let change = movement.write(&tx, &levels, &[delta]).await?;
    app.commit(tx, change).await?;
    Ok(Adjusted::Level(stock_level::Model { on_hand, ..before }))
}
