//! The fixed ids of the demo data, so that other subgraphs' demo data can name them.

use platform_core::id::{
    AttributeId, CategoryId, CollectionId, MediaId, OfferId, ProductId, VariantId, VendorId, WarehouseId,
};
use uuid::Uuid;

/// A UUID v7 of 2023 with the kind and number of a demo object in its random part.
const fn id(kind: u128, number: u128) -> Uuid {
    Uuid::from_u128(0x018b_cfe5_6800_7000_8000_0000_0000_0000 | kind << 32 | number)
}

/// The six vendors: who makes what the demo shop sells.
pub const VENDORS: [VendorId; 6] = [
    VendorId(id(1, 0)),
    VendorId(id(1, 1)),
    VendorId(id(1, 2)),
    VendorId(id(1, 3)),
    VendorId(id(1, 4)),
    VendorId(id(1, 5)),
];

/// How many products there are.
pub const PRODUCTS: u32 = 300;

/// The `n`-th product, below [`PRODUCTS`].
pub fn product(n: u32) -> ProductId {
    ProductId(id(2, n.into()))
}

/// The `v`-th variant of the `n`-th product; each product has a zeroth.
pub fn variant(n: u32, v: u32) -> VariantId {
    VariantId(id(3, u128::from(n) * 16 + u128::from(v)))
}

/// The maker's own offer of a variant.
pub fn offer(n: u32, v: u32) -> OfferId {
    OfferId(id(4, u128::from(n) * 16 + u128::from(v)))
}

/// Another vendor's offer of the zeroth variant; every fifth product has one.
pub fn rival_offer(n: u32) -> OfferId {
    OfferId(id(5, n.into()))
}

/// The number of an offer, among those of its kind.
pub(super) fn number(offer: OfferId) -> u32 {
    u32::try_from(offer.0.as_u128() & 0xFFFF).unwrap_or_default()
}

/// Whether the demo shop has none of an offer: every ninth, so that selling out can be seen.
pub fn is_sold_out(offer: OfferId) -> bool {
    number(offer) % 9 == 8
}

/// The first or second warehouse of a vendor.
pub fn warehouse(vendor: usize, second: bool) -> WarehouseId {
    let vendor = u128::try_from(vendor).unwrap_or_default();
    WarehouseId(id(6, vendor * 2 + u128::from(second)))
}

pub(super) fn category(root: usize, shelf: Option<usize>) -> CategoryId {
    let number = shelf.map_or(root, |shelf| 100 + shelf);
    CategoryId(id(7, u128::try_from(number).unwrap_or_default()))
}

pub(super) fn attribute(n: u128) -> AttributeId {
    AttributeId(id(8, n))
}

pub(super) fn media(n: u32, view: u32) -> MediaId {
    MediaId(id(9, u128::from(n) * 16 + u128::from(view)))
}

pub(super) fn collection(n: u128) -> CollectionId {
    CollectionId(id(10, n))
}

pub(super) fn other(kind: u128, n: u128) -> Uuid {
    id(kind, n)
}
