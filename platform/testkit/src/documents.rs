//! Checks of the operations that a subgraph sends to others.

use std::collections::BTreeSet;
use std::path::Path;

use apollo_compiler::{ExecutableDocument, Schema};

/// Fails when a document in `src/peers` of `folder` (write `env!("CARGO_MANIFEST_DIR")`) does not fit the committed
/// `internal.graphql` of the subgraph that it is sent to, has not exactly one operation, or is not listed. `documents`
/// names, per subgraph, the files without their ending.
pub fn assert_peer_documents(folder: &str, documents: &[(&str, &[&str])]) {
    let peers = Path::new(folder).join("src/peers");
    let mut listed = BTreeSet::new();
    for (subgraph, files) in documents {
        let path = Path::new(folder).join("..").join(subgraph).join("internal.graphql");
        let sdl = read(&path);
        let schema = Schema::parse_and_validate(sdl, &path)
            .unwrap_or_else(|failed| panic!("{} is not valid: {}", path.display(), failed.errors));
        for file in *files {
            let path = peers.join(format!("{file}.graphql"));
            let text = read(&path);
            let parsed =
                ExecutableDocument::parse_and_validate(&schema, text, &path).unwrap_or_else(|failed| {
                    panic!("{} does not fit {subgraph}: {}", path.display(), failed.errors)
                });
            assert_eq!(parsed.operations.len(), 1, "{} holds one operation", path.display());
            listed.insert((*file).to_owned());
        }
    }
    let unlisted: Vec<String> = std::fs::read_dir(&peers)
        .unwrap_or_else(|error| panic!("{} cannot be read: {error}", peers.display()))
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .filter_map(|name| name.strip_suffix(".graphql").map(str::to_owned))
        .filter(|name| !listed.contains(name))
        .collect();
    assert!(unlisted.is_empty(), "documents that no subgraph is named for: {unlisted:?}");
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{} cannot be read: {error}", path.display()))
}
