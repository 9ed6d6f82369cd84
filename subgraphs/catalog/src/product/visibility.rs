//! Whom a product is shown to.

use catalog_entities::product::ProductStatus;
use platform_identity::Identity;

use super::data::ProductData;
use crate::access::sees_unsold;

/// Whether a product can be looked up at all: what is sold, by everybody.
pub fn sees(caller: &Identity, product: &ProductData) -> bool {
    product.is_active() || sees_unsold(caller, product.row.vendor_id)
}

/// Whether a product can be named by a reference to it: also one that was sold once, because old orders show it.
pub fn sees_by_reference(caller: &Identity, product: &ProductData) -> bool {
    product.row.status == ProductStatus::Archived || sees(caller, product)
}
