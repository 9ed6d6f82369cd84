//! How an order is packed when it is placed: a parcel for each vendor's part and warehouse.

use std::collections::BTreeMap;

use orders_entities::order_line::Model;
use platform_core::id::{OfferId, VendorId, VendorOrderId, WarehouseId};
use serde::{Deserialize, Serialize};

use crate::peers::logistics::{Parcel, ParcelItem};

/// Pieces of an offer that a warehouse gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Allocation {
    pub offer_id: OfferId,
    pub warehouse_id: WarehouseId,
    pub quantity: i32,
}

/// The parcels of an order's lines. Pieces of which no warehouse is known make a parcel of their own.
pub fn parcels(lines: &[Model], allocations: &[Allocation]) -> Vec<Parcel> {
    let mut parcels = BTreeMap::<(VendorOrderId, VendorId, Option<WarehouseId>), Vec<ParcelItem>>::new();
    let mut left: Vec<Allocation> = allocations.to_vec();
    for line in lines {
        for (warehouse, quantity) in take(line, &mut left) {
            let parcel = parcels.entry((line.vendor_order_id, line.vendor_id, warehouse)).or_default();
            parcel.push(item(line, quantity));
        }
    }
    let parcel = |((vendor_order_id, vendor_id, warehouse_id), items)| Parcel {
        vendor_order_id,
        vendor_id,
        warehouse_id,
        items,
    };
    parcels.into_iter().map(parcel).collect()
}

/// From where the pieces of a line come, which are taken out of what is `left` of its offer.
fn take(line: &Model, left: &mut [Allocation]) -> Vec<(Option<WarehouseId>, i32)> {
    let (mut wanted, mut taken) = (line.quantity, Vec::new());
    for allocation in left.iter_mut().filter(|allocation| allocation.offer_id == line.offer_id) {
        let pieces = allocation.quantity.min(wanted);
        if pieces > 0 {
            allocation.quantity = allocation.quantity.saturating_sub(pieces);
            wanted = wanted.saturating_sub(pieces);
            taken.push((Some(allocation.warehouse_id), pieces));
        }
    }
    if wanted > 0 {
        taken.push((None, wanted));
    }
    taken
}

fn item(line: &Model, quantity: i32) -> ParcelItem {
    ParcelItem {
        line_id: line.id,
        offer_id: line.offer_id,
        variant_id: line.variant_id,
        product_id: line.product_id,
        name: line.product_name.clone(),
        variant_name: line.variant_name.clone(),
        sku: line.sku.clone(),
        quantity,
    }
}
