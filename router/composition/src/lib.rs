//! Composition: the SDL of every subgraph of a federation in, one supergraph SDL out.
//!
//! Owns the rules by which Federation 1 and 2.x schemas are read ([`compose`] takes them as text),
//! validated, merged and proven satisfiable. The result depends on the subgraphs alone: they are
//! sorted by name, nothing is read from outside, and the same input gives the same text.
//!
//! The stages, each a module: `subgraph` reads a schema into a model with its federation
//! facts resolved; `subgraph::validate` checks what can be checked without the others; `merge` builds
//! the supergraph; `satisfiability` searches for a query that the supergraph admits and no sequence of
//! fetches could answer; `print` writes the SDL in the join-spec form that routers read.
//!
//! Absent on purpose: connectors (`@connect`, `@source`), contracts, and any IO.

mod error;
mod hint;
mod merge;
mod print;
mod satisfiability;
mod subgraph;
mod supergraph;
mod values;

use router_links as links;

pub use error::{CompositionError, ErrorCode, Location};
pub use hint::{Hint, HintCode};

/// One service of the federation, as its owner publishes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subgraph {
    /// Unique among the subgraphs; `@override(from:)` refers to it.
    pub name: String,
    /// Where the router reaches it; written to the supergraph unread.
    pub url: String,
    /// The schema document, Federation 1 or 2.
    pub sdl: String,
}

/// A supergraph that every valid query can be answered from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Composition {
    /// The supergraph with its `join__` directives.
    pub supergraph_sdl: String,
    /// What composed, yet may not be what the owners meant.
    pub hints: Vec<Hint>,
}

/// Composes the subgraphs, whose order does not matter.
///
/// # Errors
/// All errors of the first stage that has any: reading and validating each subgraph, merging them, or
/// the satisfiability of the result.
pub fn compose(subgraphs: &[Subgraph]) -> Result<Composition, Vec<CompositionError>> {
    let models = subgraph::load(subgraphs)?;
    let mut merged = merge::merge(&models)?;
    merged.hints.extend(satisfiability::check(&models, &merged.supergraph)?);
    Ok(Composition { supergraph_sdl: merged.sdl, hints: merged.hints })
}
