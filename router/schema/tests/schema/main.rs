//! What the supergraph and an operation are read as.

#![expect(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by panicking")]

mod api;
mod authorization;
mod expansion;
mod introspection;
mod merging;
mod reading;
mod variables;

use router_composition::Subgraph;
use router_schema::Supergraph;

/// A federation of these subgraphs, by name.
fn compose(subgraphs: &[(&str, &str)]) -> Supergraph {
    const LINK: &str = r#"extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: [
        "@key", "@shareable", "@external", "@inaccessible", "@tag", "@authenticated", "@requiresScopes", "@policy"
    ])
    "#;
    let subgraph = |(name, sdl): &(&str, &str)| Subgraph {
        name: (*name).to_owned(),
        url: format!("http://{name}"),
        sdl: format!("{LINK}{sdl}"),
    };
    let subgraphs: Vec<_> = subgraphs.iter().map(subgraph).collect();
    match router_composition::compose(&subgraphs) {
        Ok(composition) => Supergraph::parse(&composition.supergraph_sdl).unwrap(),
        Err(errors) => panic!("{errors:#?}"),
    }
}
