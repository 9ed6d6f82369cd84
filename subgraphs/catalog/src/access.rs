//! Who may see and change what, beyond the rules that the fields declare.
//!
//! A vendor's things belong to those with the scope `vendor:<id>`; staff is an administrator, or for reading whoever
//! has `catalog:read-all`.

use catalog_entities::product::ProductStatus;
use platform_core::id::VendorId;
use platform_core::{ApiError, ErrorCode};
use platform_identity::{Identity, Role};

use crate::product::data::ProductData;

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AccessError {
    #[error("you may change the products, offers and stock of your own vendor only")]
    NotYourVendor,
    #[error("only staff may do this")]
    StaffOnly,
}

impl ApiError for AccessError {
    fn code(&self) -> ErrorCode {
        ErrorCode::Forbidden
    }
}

platform_core::api_error!(AccessError);

/// Whether the caller acts for a vendor.
pub fn is_of_vendor(caller: &Identity, vendor: VendorId) -> bool {
    caller.has_scope(&format!("vendor:{vendor}"))
}

pub fn is_admin(caller: &Identity) -> bool {
    caller.has_role(Role::Admin)
}

/// Lets administrators, the vendor's own people and partners pass; a partner's key got its scopes from staff.
pub fn for_vendor(caller: &Identity, vendor: VendorId) -> Result<(), AccessError> {
    let allowed = is_admin(caller) || is_of_vendor(caller, vendor) || caller.partner.is_some();
    if allowed { Ok(()) } else { Err(AccessError::NotYourVendor) }
}

pub fn for_admin(caller: &Identity) -> Result<(), AccessError> {
    if is_admin(caller) { Ok(()) } else { Err(AccessError::StaffOnly) }
}

/// Whether the caller may see products that are not sold now, of `vendor`.
pub fn sees_unsold(caller: &Identity, vendor: VendorId) -> bool {
    caller.has_scope("catalog:read-all") || is_admin(caller) || is_of_vendor(caller, vendor)
}

/// Whether a product can be looked up at all: what is sold, by everybody.
pub fn sees(caller: &Identity, product: &ProductData) -> bool {
    product.is_active() || sees_unsold(caller, product.row.vendor_id)
}

/// Whether a product can be named by a reference to it: also one that was sold once, because old orders show it.
pub fn sees_by_reference(caller: &Identity, product: &ProductData) -> bool {
    product.row.status == ProductStatus::Archived || sees(caller, product)
}
