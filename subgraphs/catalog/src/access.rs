//! Who may see and change what, beyond the rules that the fields declare.
//!
//! A vendor's things belong to those who act for it: its sellers, and keys of partners that are bound to it or made for
//! all vendors. Staff is an administrator, or for reading whoever has `catalog:read-all`; a partner's key that is bound
//! to vendors reads and changes theirs alone, whatever its scopes.

use platform_core::id::VendorId;
use platform_core::{ApiError, ErrorCode};
use platform_identity::{Identity, Role, Scope};

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AccessError {
    #[error(
        "only who acts for this vendor may do this: its seller, or a key made with its id in `vendorIds` or with the scope `{}`",
        Scope::AllVendors
    )]
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

pub fn is_admin(caller: &Identity) -> bool {
    caller.has_role(Role::Admin)
}

/// Lets administrators pass and who acts for the vendor.
pub fn for_vendor(caller: &Identity, vendor: VendorId) -> Result<(), AccessError> {
    if is_admin(caller) || caller.acts_for(vendor) { Ok(()) } else { Err(AccessError::NotYourVendor) }
}

/// Lets those pass who may see what is not public of the vendor.
pub fn for_reading(caller: &Identity, vendor: VendorId) -> Result<(), AccessError> {
    if sees_unsold(caller, vendor) { Ok(()) } else { Err(AccessError::NotYourVendor) }
}

/// Lets a coupon's maker pass: a key that is bound to vendors makes coupons that one of them pays.
pub fn for_coupon(caller: &Identity, vendor: Option<VendorId>) -> Result<(), AccessError> {
    if sees_coupon(caller, vendor) { Ok(()) } else { Err(AccessError::NotYourVendor) }
}

/// Whether the caller, who has `coupons:write`, may see a coupon that `vendor` pays, or the platform.
pub fn sees_coupon(caller: &Identity, vendor: Option<VendorId>) -> bool {
    !caller.is_confined() || vendor.is_some_and(|vendor| caller.acts_for(vendor))
}

/// The rule of what everybody who keeps the catalog must know and belongs to no vendor, such as taxes and attributes: the
/// scope to read it, which the one to write it includes.
pub fn reads_catalog() -> Vec<Vec<Scope>> {
    vec![vec![Scope::CatalogReadAll], vec![Scope::CatalogWrite]]
}

pub fn for_admin(caller: &Identity) -> Result<(), AccessError> {
    if is_admin(caller) { Ok(()) } else { Err(AccessError::StaffOnly) }
}

/// Whether the caller may see products that are not sold now, of whichever vendor.
pub fn sees_all_unsold(caller: &Identity) -> bool {
    is_admin(caller) || caller.has_scope_for_all(Scope::CatalogReadAll)
}

/// Whether the caller may see products that are not sold now, of `vendor`.
pub fn sees_unsold(caller: &Identity, vendor: VendorId) -> bool {
    sees_all_unsold(caller) || caller.acts_for(vendor)
}
