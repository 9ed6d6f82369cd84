//! What a caller reaches: what is its own, what is of the vendors that it acts for, and what a scope opens to it.
//!
//! These are the questions that a subgraph asks of an object; the rule on a field says who may ask for objects at all.

use platform_core::id::{UserId, VendorId};

use crate::caller::Identity;
use crate::scope::Scope;

/// Whose something is: a user's, a guest's, or, where neither is known, nobody's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Owner<'a> {
    pub user: Option<UserId>,
    /// Stable id of the guest's device or cart.
    pub guest: Option<&'a str>,
}

impl From<UserId> for Owner<'_> {
    fn from(user: UserId) -> Self {
        Self::from(Some(user))
    }
}

impl From<Option<UserId>> for Owner<'_> {
    fn from(user: Option<UserId>) -> Self {
        Self { user, guest: None }
    }
}

impl Identity {
    /// Whether something is the caller's own, as the user or as the guest that it is. What is nobody's is not.
    pub fn owns<'a>(&self, owner: impl Into<Owner<'a>>) -> bool {
        let Owner { user, guest } = owner.into();
        let as_user = user.is_some() && user == self.user;
        let as_guest = guest.is_some() && guest == self.guest.as_deref();
        as_user || as_guest
    }

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

    /// Whether the caller may see what is of `owner`: its own, anybody's by `scope`, or any as a service.
    pub fn may_see<'a>(&self, owner: impl Into<Owner<'a>>, scope: Scope) -> bool {
        self.owns(owner) || self.has_scope_for_all(scope) || self.is_service()
    }

    /// Whether the caller may see what is of a vendor and not for everybody's eyes: as one of its people, by a
    /// partner's key that acts for it and has `scope`, anybody's by `scope`, or any as a service.
    pub fn may_see_of_vendor(&self, vendor: VendorId, scope: Scope) -> bool {
        let as_its_own = self.acts_for(vendor) && (self.partner.is_none() || self.has_scope(scope));
        as_its_own || self.has_scope_for_all(scope) || self.is_service()
    }
}
