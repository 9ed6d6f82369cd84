//! What a subgraph serves beside GraphQL, to anybody.

use axum::Router;

/// The extra routes of a subgraph.
#[derive(Clone)]
pub struct PublicRoutes {
    pub routes: Router,
    /// Path prefixes that lead there from outside.
    pub prefixes: &'static [&'static str],
    /// Whether they take the bodies of files as they come, and hold little of them.
    pub takes_files: bool,
}
