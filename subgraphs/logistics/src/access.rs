//! Who sees and handles shipments, beyond the rules that the fields declare.
//!
//! A shipment is its buyer's, or the guest's who ordered it, and its vendor's; a courier who has it on a route sees it too.
//! Who follows it by its tracking link sees what `tracking` shows, and is none of these.

use logistics_entities::shipment::{Model, Status};
use logistics_entities::{delivery, route};
use platform_core::id::VendorId;
use platform_identity::{Identity, Owner, Role, Scope};

/// Whose a shipment is.
fn owner(shipment: &Model) -> Owner<'_> {
    Owner { user: shipment.user_id, guest: shipment.guest_id.as_deref() }
}

/// Whether the caller may see a shipment: as its buyer, for its vendor, as its courier, as staff, or as a service.
pub fn sees_shipment(caller: &Identity, shipment: &Model) -> bool {
    has_link(caller, shipment) || brings(caller, shipment)
}

/// Whether the caller may have a shipment's tracking link: a courier has it no longer than the parcel.
pub fn has_link(caller: &Identity, shipment: &Model) -> bool {
    sees_order_of(caller, shipment) || sees_shipments_of(caller, shipment.vendor_id)
}

/// Whether the caller may see a courier's route: as the courier, or as staff.
pub fn sees_route(caller: &Identity, route: &route::Model) -> bool {
    let is_own = caller.has_role(Role::Courier) && caller.owns(route.user_id);
    is_own || caller.has_scope_for_all(Scope::ShipmentsManage)
}

/// Whether the caller is the courier who has the shipment on a route, or had it last.
fn brings(caller: &Identity, shipment: &Model) -> bool {
    caller.has_role(Role::Courier) && shipment.courier_user_id.is_some_and(|user| caller.owns(user))
}

/// Whether the caller may see the shipments of all buyers and vendors.
pub fn sees_all_shipments(caller: &Identity) -> bool {
    caller.has_scope_for_all(Scope::ShipmentsRead)
}

/// Whether the caller may see a vendor's shipments: as its seller, by a partner's key that acts for it and may read
/// shipments, as staff, or as a service.
pub fn sees_shipments_of(caller: &Identity, vendor: VendorId) -> bool {
    caller.may_see_of_vendor(vendor, Scope::ShipmentsRead)
}

/// Whether the caller, who packs shipments, packs those of a vendor.
pub fn packs_for(caller: &Identity, vendor: VendorId) -> bool {
    caller.acts_for(vendor)
}

/// Whether the caller may take a shipment's tracking link back: as its buyer, or as staff.
pub fn may_relink(caller: &Identity, shipment: &Model) -> bool {
    caller.owns(owner(shipment)) || caller.has_scope_for_all(Scope::ShipmentsManage)
}

/// Whether the caller may choose when a delivery comes: as its buyer, or as staff.
pub fn may_reschedule(caller: &Identity, delivery: &delivery::Model) -> bool {
    let owner = Owner { user: delivery.user_id, guest: delivery.guest_id.as_deref() };
    caller.owns(owner) || caller.has_scope_for_all(Scope::ShipmentsManage)
}

/// Whether the caller may see the whole order that a shipment is of: its vendor sees its own part alone.
pub fn sees_order_of(caller: &Identity, shipment: &Model) -> bool {
    caller.may_see(owner(shipment), Scope::ShipmentsRead)
}

/// Whether the caller may have the label of a shipment: who packs it, staff, and the courier who brings it, as far as the
/// caller may know the address that stands on it.
pub fn has_label(caller: &Identity, shipment: &Model) -> bool {
    let handles = packs_for(caller, shipment.vendor_id)
        || caller.has_scope_for_all(Scope::ShipmentsManage)
        || brings(caller, shipment);
    handles && knows_address(caller, shipment)
}

/// Whether the caller may know where a shipment goes: who is to bring it there must, and staff with the scope on customers'
/// data.
pub fn knows_address(caller: &Identity, shipment: &Model) -> bool {
    caller.owns(owner(shipment))
        || caller.acts_for(shipment.vendor_id) && caller.partner.is_none()
        || caller.has_scope_for_all(Scope::CustomersRead)
        || caller.is_service()
        || brings(caller, shipment) && shipment.status == Status::OutForDelivery
}
