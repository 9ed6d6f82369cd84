//! Takes pieces out of shipments that were refunded before they left. A shipment with nothing left in it is called off.

use contracts::orders::RefundedPieces;
use platform_core::id::OrderId;
use platform_database::Transaction;

use super::change::{Report, change, touch};
use super::error::ShipmentError;
use super::status::{Event, is_at_seller};
use super::store;
use crate::app::App;

/// Takes pieces out, of the last shipments first: what is packed early goes early. Pieces that have left are not there to
/// be taken.
pub async fn take_out(
    tx: &Transaction,
    app: &App,
    order: OrderId,
    refunded: &[RefundedPieces],
) -> Result<(), ShipmentError> {
    let mut left: Vec<(_, i32)> = refunded.iter().map(|pieces| (pieces.line_id, pieces.quantity)).collect();
    for shipment in store::lock_of_order(tx, order).await?.into_iter().rev() {
        if !is_at_seller(shipment.status) {
            continue;
        }
        let mut items = store::items(&**tx, shipment.id).await?;
        let mut is_changed = false;
        for item in &mut items {
            let Some((_, wanted)) = left.iter_mut().find(|(line, _)| *line == item.line_id) else { continue };
            let taken = item.quantity.min(*wanted);
            if taken > 0 {
                item.quantity = item.quantity.saturating_sub(taken);
                *wanted = wanted.saturating_sub(taken);
                store::set_quantity(tx, item).await?;
                is_changed = true;
            }
        }
        if !is_changed {
            continue;
        }
        if items.iter().all(|item| item.quantity == 0) {
            change(tx, app, shipment, Report::by_shop(Event::Cancelled)).await?;
        } else {
            touch(tx, app, shipment).await?;
        }
    }
    Ok(())
}
