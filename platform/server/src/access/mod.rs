//! Access rules: declared once per field as a directive, read back from the SDL, enforced on every operation.

mod directives;

pub use directives::{authenticated, policy, public, requires_scopes, scope};
