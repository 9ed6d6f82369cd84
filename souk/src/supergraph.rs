//! The supergraph of this build, and what it is composed of.

use router_composition::Subgraph;

use crate::{nodes, subgraphs};

/// The supergraph that this build was made with.
pub const SUPERGRAPH: &str = include_str!("../../supergraph.graphql");

/// The schemas that this build was made with, that of the gateway's process among them.
pub fn schemas() -> Vec<Subgraph> {
    let present =
        |name: &str, sdl: String| Subgraph { name: name.to_owned(), url: format!("souk://{name}"), sdl };
    let registered = subgraphs::ALL.iter().map(|subgraph| present(subgraph.name, subgraph.schema.to_owned()));
    registered.chain([present(nodes::NAME, nodes::sdl())]).collect()
}
