//! Checks of the operations that a subgraph sends to others.

use std::path::{Path, PathBuf};

use apollo_compiler::{ExecutableDocument, Schema};

/// Fails when a document `src/peers/<subgraph>/*.graphql` of `folder` (`.` in tests, which run in the folder of their crate)
/// does not fit the
/// committed `internal.graphql` of the subgraph whose folder it lies in, has not exactly one operation, or lies in none.
pub fn assert_peer_documents(folder: &str) {
    let peers = Path::new(folder).join("src/peers");
    for path in entries(&peers) {
        assert!(!is_document(&path), "{} lies in no subgraph's folder", path.display());
        let Some(subgraph) = path.file_name().filter(|_| path.is_dir()) else { continue };
        let internal = Path::new(folder).join("..").join(subgraph).join("internal.graphql");
        let schema = Schema::parse_and_validate(read(&internal), &internal)
            .unwrap_or_else(|failed| panic!("{} is not valid: {}", internal.display(), failed.errors));
        for path in entries(&path).into_iter().filter(|path| is_document(path)) {
            let parsed = ExecutableDocument::parse_and_validate(&schema, read(&path), &path);
            let parsed = parsed.unwrap_or_else(|failed| {
                let subgraph = subgraph.display();
                panic!("{} does not fit {subgraph}: {}", path.display(), failed.errors)
            });
            assert_eq!(parsed.operations.len(), 1, "{} holds one operation", path.display());
        }
    }
}

/// What a folder holds; nothing if there is none.
fn entries(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    entries.map(|entry| entry.expect("the folder can be read").path()).collect()
}

fn is_document(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "graphql")
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{} cannot be read: {error}", path.display()))
}
