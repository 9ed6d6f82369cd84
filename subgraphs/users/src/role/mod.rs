//! Roles, the vendors that sellers act for, and the scopes that both give.
//!
//! Invariants: every change of what a user may do dates `auth_changed_at`, so that tokens from before it stop counting;
//! an installation keeps at least one administrator.

mod graphql;
mod scopes;
mod service;
mod store;

pub use graphql::RoleMutation;
pub use scopes::{FOR_PARTNERS, granted, identity_role};
pub use service::{name, touch_auth};
pub use store::{Rights, RightsLoader, grant_row, grant_vendor_row, in_force, rights};
