//! What a caller reaches: what is of the vendors that it acts for, and what a scope opens to it.
//!
//! These are the questions that a subgraph asks of an object; the rule on a field says who may ask for objects at all.

use platform_core::id::VendorId;

use crate::caller::Identity;
use crate::scope::Scope;

impl Identity {
    /// Whether the caller acts for a vendor: as its seller, by a key that is bound to it, or for all vendors.
    pub fn acts_for(&self, vendor: VendorId) -> bool {
        self.has_scope(Scope::AllVendors) || self.has_scope(Scope::Vendor(vendor))
    }

    /// The vendors that the caller acts for by their ids; one that acts for all may have none.
    pub fn vendors(&self) -> impl Iterator<Item = VendorId> {
        self.scopes.iter().filter_map(|word| word.parse::<Scope>().ok()?.vendor())
    }

    /// Whether the caller's other scopes hold for what is of the vendors that it acts for, and for nothing else: so
    /// every partner's key is, unless it was made for all vendors.
    pub fn is_confined(&self) -> bool {
        self.partner.is_some() && !self.has_scope(Scope::AllVendors)
    }

    /// Whether the caller has a scope for what is anybody's, and not for what is of some vendors alone.
    pub fn has_scope_for_all(&self, scope: Scope) -> bool {
        self.has_scope(scope) && !self.is_confined()
    }
}
