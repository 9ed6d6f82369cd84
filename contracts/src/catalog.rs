//! Events of catalog.

use platform_core::id::{OfferId, ProductId, VariantId};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::events;

events! {
    topic: "catalog",
    ProductUpdated { version: 1, key: product_id },
    StockChanged { version: 1, key: offer_id },
    ReservationExpired { version: 1, key: key },
}

/// A product, or one of its variants or offers, was created, changed or archived. Consumers read what they need anew.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ProductUpdated {
    #[schemars(with = "Uuid")]
    pub product_id: ProductId,
    /// Grows with every change of the product; an event with a lower one is out of date.
    pub version: i64,
    pub change: ProductChange,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum ProductChange {
    Created,
    Updated,
    Archived,
}

/// How many of an offer can be bought changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct StockChanged {
    #[schemars(with = "Uuid")]
    pub offer_id: OfferId,
    #[schemars(with = "Uuid")]
    pub variant_id: VariantId,
    #[schemars(with = "Uuid")]
    pub product_id: ProductId,
    /// On hand and not reserved, in all warehouses.
    pub available: i64,
}

/// Held stock went back on sale because its time ran out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ReservationExpired {
    /// The key that the holder chose.
    pub key: String,
}
