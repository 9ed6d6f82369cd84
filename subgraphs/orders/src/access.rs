//! Who sees orders, beyond the rules that the fields declare.
//!
//! An order is its buyer's, or the guest's who placed it, until somebody claims it. A vendor sees its parts of orders; a
//! whole order has parts of several, so that a key that is bound to vendors sees none.

use orders_entities::order::Model;
use platform_core::id::VendorId;
use platform_identity::{Identity, Owner, Scope};

/// Whose an order is.
pub fn owner(order: &Model) -> Owner<'_> {
    Owner { user: order.user_id, guest: order.guest_id.as_deref() }
}

/// Whether the caller may see an order: as its owner, as staff, or as a service.
pub fn sees_order(caller: &Identity, order: &Model) -> bool {
    caller.may_see(owner(order), Scope::OrdersRead)
}

/// Whether the caller may see the orders of all buyers and vendors.
pub fn sees_all_orders(caller: &Identity) -> bool {
    caller.has_scope_for_all(Scope::OrdersRead)
}

/// Whether the caller may know whom orders are for, whosever they are.
pub fn knows_customers(caller: &Identity) -> bool {
    caller.has_scope_for_all(Scope::CustomersRead) || caller.is_service()
}

/// Whether the caller may see a vendor's parts of orders: as its seller, by a partner's key that acts for it and may
/// read orders, as staff, or as a service.
pub fn sees_orders_of(caller: &Identity, vendor: VendorId) -> bool {
    caller.may_see_of_vendor(vendor, Scope::OrdersRead)
}

/// Whether the caller sees an order that shows itself, but not who bought it: staff and partners without the scope on
/// customers' data.
pub fn is_blind_to_customer(caller: &Identity, order: &Model) -> bool {
    let by_scope = caller.partner.is_some() || caller.has_scope(Scope::OrdersRead);
    let knows = caller.owns(owner(order)) || caller.has_scope(Scope::CustomersRead) || caller.is_service();
    by_scope && !knows
}
