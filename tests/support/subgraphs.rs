//! Which subgraphs there are: those on disk, so that a further one is tested without being named here.

use std::fs;
use std::path::Path;

use serde_json::Value;

/// The folders of `subgraphs/`, by name.
pub fn subgraphs() -> Vec<String> {
    let folders = fs::read_dir(root().join("subgraphs")).unwrap();
    let mut names: Vec<String> =
        folders.map(|folder| folder.unwrap().file_name().into_string().unwrap()).collect();
    names.sort_unstable();
    names
}

/// Those with routes that the router passes on: they have a default port for them.
pub fn public_subgraphs() -> Vec<String> {
    let schema = fs::read_to_string(root().join("docs/configuration.schema.json")).unwrap();
    let schema: Value = serde_json::from_str(&schema).unwrap();
    let ports = schema["properties"]["public_listen"]["default"].as_object().unwrap();
    ports.keys().cloned().collect()
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}
