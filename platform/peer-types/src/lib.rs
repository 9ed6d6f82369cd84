//! Rust types of what a crate asks of subgraphs, written by its build script.
//!
//! Owns: the documents `src/peers/<subgraph>/*.graphql` of the crate, each checked against the `internal.graphql` of the
//! subgraph whose folder it lies in, and the file `OUT_DIR/peers/<subgraph>.rs` that is made of both. For each document it
//! has a question (its variables, a `platform_server::Question`) and a module with the types of the answer; beside them the
//! inputs and enums that these need. Whoever asks includes the file by `platform_server::questions!`.
//!
//! Must hold: every name that the other subgraph gives becomes a name of Rust, so that a rename there does not compile
//! here; what this release does not know (a member of a union, a value of an enum) lands in an arm `Unrecognised`.
//!
//! Deliberately absent: interfaces, named fragments, `@include`, subscriptions. No document needs them, and each is refused
//! with a sentence.

mod answer;
mod document;
mod enums;
mod failed;
mod file;
mod input;
mod names;
mod peer;
mod taken;
mod text;

use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

pub use failed::Failed;

use peer::Peer;
use taken::Taken;

/// What a crate asks of the subgraphs of a folder.
#[derive(Debug)]
pub struct PeerTypes {
    subgraphs: PathBuf,
    taken: Vec<Taken>,
}

impl PeerTypes {
    /// The schemas are `<folder>/<subgraph>/internal.graphql`, the folder relative to that of the crate.
    pub fn in_folder(folder: impl Into<PathBuf>) -> Self {
        Self { subgraphs: folder.into(), taken: Vec::new() }
    }

    /// What `name` of a subgraph is in Rust, where it is not what the field's name or type says.
    ///
    /// `Type.field` names a field of an object, an input, or (by the operation's name) a variable: an id by its kind of
    /// `platform_core::id`, or any type that reads the same JSON. The name of an enum takes it as an enum of this crate's,
    /// which has a variant of the same name for each of its values.
    #[must_use]
    pub fn take(mut self, subgraph: &str, name: &str, rust: &str) -> Self {
        self.taken.push(Taken::new(subgraph, name, rust));
        self
    }

    /// Writes the files, in a build script.
    pub fn write(self) -> Result<(), Failed> {
        let folder = variable("CARGO_MANIFEST_DIR")?;
        let out = variable("OUT_DIR")?.join("peers");
        // Before anything can fail: what is mended is tried again.
        let watch = |path: &Path| writeln!(io::stdout(), "cargo:rerun-if-changed={}", path.display());
        watch(&folder.join("src/peers")).map_err(Failed::new)?;
        for subgraph in document::subgraphs(&folder)? {
            watch(&self.schema_of(&folder, &subgraph)).map_err(Failed::new)?;
        }
        fs::create_dir_all(&out).map_err(Failed::at(&out))?;
        for (subgraph, text) in self.types_of(&folder)? {
            let path = out.join(subgraph).with_extension("rs");
            fs::write(&path, text).map_err(Failed::at(&path))?;
        }
        Ok(())
    }

    /// The types that the crate in `folder` needs, by the subgraph that is asked.
    pub fn types_of(&self, folder: &Path) -> Result<BTreeMap<String, String>, Failed> {
        let mut types = BTreeMap::new();
        for subgraph in document::subgraphs(folder)? {
            let schema = self.schema_of(folder, &subgraph);
            let taken = self.taken.iter().filter(|taken| taken.subgraph == subgraph).collect();
            let documents = document::read(folder, &subgraph)?;
            types.insert(subgraph, file::file(Peer::read(&schema, taken)?, documents)?);
        }
        let nobody = self.taken.iter().find(|taken| !types.contains_key(&taken.subgraph));
        match nobody {
            Some(taken) => Err(Failed::new(format!("nothing is asked of `{}`", taken.subgraph))),
            None => Ok(types),
        }
    }

    fn schema_of(&self, folder: &Path, subgraph: &str) -> PathBuf {
        folder.join(&self.subgraphs).join(subgraph).join("internal.graphql")
    }
}

fn variable(name: &str) -> Result<PathBuf, Failed> {
    let value = env::var_os(name).map(PathBuf::from);
    value.ok_or_else(|| Failed::new(format!("{name} is not set; this runs in a build script")))
}
