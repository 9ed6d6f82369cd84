//! What is to be sent, as the checkout says it and as it is kept until there are shipments.

use async_graphql::InputObject;
use platform_core::id::{OfferId, OrderLineId, ProductId, VariantId, VendorId, VendorOrderId, WarehouseId};
use serde::{Deserialize, Serialize};

/// The most parcels of one order when it is paid: as many as it can have lines.
pub const MAX_PARCELS: usize = 200;

/// What one vendor sends from one warehouse.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, InputObject)]
#[serde(rename_all = "camelCase")]
#[graphql(name = "ParcelInput")]
pub struct Parcel {
    /// The vendor's part of the order.
    pub vendor_order_id: VendorOrderId,
    /// Who sends it.
    pub vendor_id: VendorId,
    /// Where its pieces lie; null where the checkout does not know.
    pub warehouse_id: Option<WarehouseId>,
    /// What is in it, at least one.
    pub items: Vec<ParcelItem>,
}

/// Pieces of a line of the order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, InputObject)]
#[serde(rename_all = "camelCase")]
#[graphql(name = "ParcelItemInput")]
pub struct ParcelItem {
    /// The line.
    pub line_id: OrderLineId,
    /// The offer that was bought.
    pub offer_id: OfferId,
    /// Its variant.
    pub variant_id: VariantId,
    /// Its product.
    pub product_id: ProductId,
    /// What the product was called.
    pub name: String,
    /// The variant's options; empty for a variant without.
    pub variant_name: String,
    /// Stock-keeping unit of the variant.
    pub sku: String,
    /// How many pieces, at least one.
    pub quantity: i32,
}

impl Parcel {
    /// Whether there is something in it, and of everything at least one piece.
    pub fn is_filled(&self) -> bool {
        !self.items.is_empty() && self.items.iter().all(|item| item.quantity > 0)
    }
}
