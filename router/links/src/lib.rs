//! The link specification: which features a schema uses, in which version, under which names.
//!
//! Names in a schema are free (`import: [{name: "@key", as: "@pk"}]`, `as: "fed"`), so whoever reads a directive asks
//! here for an element of a specification, told by its identity (its URL without the version), and never for a spelled
//! name. Owns: reading `@link`, and `@core` before it; the directives of Federation, with their versions and
//! definitions. Invariant: every name that may mean an element is found, be it imported, renamed or namespaced, since a
//! rule that is overlooked is a field that is open. Deliberately absent: what the directives do, and any IO.

mod conflicts;
mod directives;
mod element;
mod link;
mod read;
mod url;

pub use conflicts::conflicts;
pub use directives::{FederationDirective, SCALARS, definitions};
pub use element::{JOIN, Names};
pub use link::{Import, Link};
pub use read::{LinkError, Links};
pub use url::{APOLLO_SPECS, FEDERATION_LATEST, LinkUrl, Version};
