//! Tests that stand beside the code are run: a crate without any says so in its manifest, which saves a binary, and then must
//! have none.

use std::fs;

use super::metadata::{Metadata, root};
use super::rings::sources;

#[test]
fn a_crate_that_is_not_tested_by_itself_has_no_tests_beside_its_code() {
    let metadata = Metadata::read();
    let is_silent = |kind: &str| kind == "lib" || kind == "proc-macro";
    let mut silenced = Vec::new();
    for (folder, package) in metadata.by_folder() {
        let mut libraries =
            package.targets.iter().filter(|target| target.kind.iter().any(|kind| is_silent(kind)));
        if libraries.all(|library| library.test) {
            continue;
        }
        let mut files = Vec::new();
        sources(&root().join(&folder).join("src"), &mut files);
        silenced.extend(
            files.into_iter().filter(|file| fs::read_to_string(file).unwrap().contains("#[cfg(test)]")),
        );
    }
    assert_eq!(silenced, Vec::<std::path::PathBuf>::new(), "remove `test = false` from their manifests");
}
