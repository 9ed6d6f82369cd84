//! `node` and `nodes`: whatever has an id, without its type.
//!
//! A small subgraph in the process of the gateway. It knows the entities by name alone, from the registry, and hands out
//! their ids; everything else of them is their own subgraphs'. Which type an id is of is found by asking each home for
//! references of all its entities: that says as well whether the caller may see what is there.

mod homes;
mod resolve;
mod transport;

use std::sync::Arc;

use anyhow::{Result, anyhow};
use router_gateway::TransportFactory;

use crate::subgraphs;

use homes::Homes;
use transport::Nodes;

/// What the subgraph is called in the supergraph.
pub const NAME: &str = "nodes";

/// Its schema, for composition.
pub fn sdl() -> String {
    let mut sdl = include_str!("schema.graphql").to_owned();
    for entity in subgraphs::ALL.iter().flat_map(|subgraph| subgraph.nodes) {
        sdl.push_str(&format!(
            "\ntype {entity} implements Node @key(fields: \"id\", resolvable: false) {{\n  id: ID!\n}}\n"
        ));
    }
    sdl
}

/// The transports to the other subgraphs, and to this one.
pub fn beside(others: TransportFactory) -> Result<TransportFactory> {
    let homes = Homes::reached_by(&others).map_err(|error| anyhow!(error))?;
    let nodes = Arc::new(Nodes::new(homes)?);
    Ok(Arc::new(move |name, url| match name == NAME {
        true => Ok(nodes.clone()),
        false => others(name, url),
    }))
}
