//! Access rules: declared once per field as a directive, read back from the SDL, enforced on every operation.
//!
//! Invariant: a rule is checked against the parsed operation before anything runs, once, with fragments, aliases,
//! interfaces and entity lookups followed. So no resolver runs for a field that its caller may not read.

mod demands;
mod directives;
mod prune;
mod rules;

pub(crate) use demands::{Demand, collect};
pub use directives::{authenticated, policy, public, requires_scopes, scope};
pub(crate) use prune::prune;
pub use rules::RuleFault;
pub(crate) use rules::Rules;
