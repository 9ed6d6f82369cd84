//! The documents of a crate: which there are, and of what form they may be.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use apollo_compiler::executable::{Field, Operation, Selection};
use apollo_compiler::validation::Valid;
use apollo_compiler::{ExecutableDocument, Node, Schema};

use crate::failed::Failed;

/// A document as it lies in its file.
pub struct Document {
    pub path: PathBuf,
    pub text: String,
}

/// Whom the crate in `folder` asks: who has a folder of documents.
pub fn subgraphs(folder: &Path) -> Result<BTreeSet<String>, Failed> {
    let mut found = BTreeSet::new();
    for path in entries(&folder.join("src/peers"))? {
        if is_document(&path) {
            return Err(Failed::at(&path)("it lies in no subgraph's folder"));
        }
        if path.is_dir() && entries(&path)?.iter().any(|path| is_document(path)) {
            found.insert(name_of(&path));
        }
    }
    Ok(found)
}

/// The documents for `subgraph`, by name.
pub fn read(folder: &Path, subgraph: &str) -> Result<Vec<Document>, Failed> {
    let mut paths = entries(&folder.join("src/peers").join(subgraph))?;
    paths.retain(|path| is_document(path));
    let read = |path: PathBuf| {
        let text = fs::read_to_string(&path).map_err(Failed::at(&path))?;
        Ok(Document { path, text })
    };
    paths.into_iter().map(read).collect()
}

fn entries(folder: &Path) -> Result<Vec<PathBuf>, Failed> {
    let entries = fs::read_dir(folder).map_err(Failed::at(folder))?;
    let paths: Result<Vec<_>, _> = entries.map(|entry| entry.map(|entry| entry.path())).collect();
    let mut paths = paths.map_err(Failed::at(folder))?;
    paths.sort();
    Ok(paths)
}

fn is_document(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "graphql")
}

fn name_of(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

impl Document {
    pub fn name(&self) -> String {
        name_of(&self.path)
    }

    pub fn check(&self, schema: &Valid<Schema>) -> Result<Valid<ExecutableDocument>, Failed> {
        let checked = ExecutableDocument::parse_and_validate(schema, self.text.as_str(), &self.path);
        checked.map_err(|failed| self.refuse(failed.errors))
    }

    pub fn refuse(&self, reason: impl std::fmt::Display) -> Failed {
        Failed::at(&self.path)(format!("{reason}"))
    }

    /// The one operation of the document, and its one field.
    pub fn operation<'d>(
        &self,
        checked: &'d ExecutableDocument,
    ) -> Result<(&'d Operation, &'d Node<Field>), Failed> {
        let mut operations = checked.operations.iter();
        let (Some(operation), None) = (operations.next(), operations.next()) else {
            return Err(self.refuse("it has to hold one operation"));
        };
        if operation.is_subscription() {
            return Err(self.refuse("peers are not subscribed to"));
        }
        match operation.selection_set.selections.as_slice() {
            [Selection::Field(field)] => Ok((&**operation, field)),
            _ => Err(self.refuse("it has to select one field, whose value is the answer")),
        }
    }
}
