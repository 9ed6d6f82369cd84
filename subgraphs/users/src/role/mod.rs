//! Roles, the vendors that sellers act for, and the scopes that both give.
//!
//! Invariants: every change of what a user may do dates `auth_changed_at`, so that tokens from before it stop counting;
//! whoever changes something here is asked for anew in the transaction that does it ([`begin`]); an installation keeps
//! at least one administrator. Deliberately absent: whether there is such a vendor. No subgraph owns vendors yet; an id
//! becomes a vendor's where it is used first, and mostly that is the membership of its first seller.

mod graphql;
mod scopes;
mod service;
mod standing;
mod store;

pub use graphql::RoleMutation;
pub use scopes::{FOR_PARTNERS, granted, identity_role};
pub use service::{name, touch_auth};
pub use standing::{StandingError, begin, is_barred};
pub use store::{
    Memberships, Roles, grant_row, grant_vendor_row, in_force, rights, roles_in_force, vendors_in_force,
};
