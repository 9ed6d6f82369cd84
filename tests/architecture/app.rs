//! Each subgraph has one `App`: what its operations work with is made once and is reached in one way.

use std::fs;

use super::metadata::{Metadata, root};
use super::rings::{sources, without_comments};

/// What a schema may be given: the subgraph's `App`, and what loads rows of a request.
const DATA: &[&str] = &["app.clone()", "Rows::new(", "DataLoader::new("];

/// The lines on which something else is put into a schema's data.
fn other_data(text: &str) -> Vec<usize> {
    let text = without_comments(text);
    let given = (1..).zip(text.lines()).filter_map(|(number, line)| {
        let (_, given) = line.split_once(".data(")?;
        Some((number, given.to_owned()))
    });
    // An answer's own `data()` is given nothing.
    let other = given.filter(|(_, given)| {
        !given.starts_with(')') && !DATA.iter().any(|allowed| given.starts_with(allowed))
    });
    other.map(|(number, _)| number).collect()
}

#[test]
fn a_subgraph_has_one_app_and_gives_its_schemas_nothing_else() {
    let metadata = Metadata::read();
    let mut found = Vec::new();
    for folder in metadata.by_folder().keys().filter(|folder| folder.starts_with("subgraphs/")) {
        let source = root().join(folder).join("src");
        let app = fs::read_to_string(source.join("app.rs")).unwrap_or_default();
        assert!(app.contains("pub struct App"), "{folder}/src/app.rs has no `App`");
        let mut files = Vec::new();
        sources(&source, &mut files);
        for file in files {
            let name = file.strip_prefix(root()).unwrap().display().to_string();
            let lines = other_data(&fs::read_to_string(&file).unwrap());
            found.extend(lines.into_iter().map(|line| format!("{name}:{line}")));
        }
    }
    assert_eq!(found, Vec::<String>::new(), "put these into the subgraph's `App`");
}

#[test]
fn other_data_of_a_schema_is_told_by_its_line() {
    let text = "schema.data(app.clone())\n.data(Rows::new(&database))\n// .data(cache)\n.data(carts.clone())\nanswer.data();";
    assert_eq!(other_data(text), [4]);
}
