//! What `cargo metadata` says of the workspace.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

use serde::Deserialize;

#[derive(Deserialize)]
pub struct Metadata {
    pub packages: Vec<Package>,
    workspace_members: BTreeSet<String>,
}

#[derive(Deserialize)]
pub struct Package {
    pub name: String,
    pub id: String,
    pub license: Option<String>,
    pub manifest_path: PathBuf,
    pub dependencies: Vec<Dependency>,
    pub targets: Vec<Target>,
    /// What each feature turns on: features, and parts of dependencies.
    pub features: BTreeMap<String, Vec<String>>,
}

#[derive(Deserialize)]
pub struct Target {
    pub kind: Vec<String>,
    /// Whether `cargo test` runs it.
    pub test: bool,
}

#[derive(Deserialize)]
pub struct Dependency {
    pub name: String,
    pub kind: Option<String>,
    /// The name in features, where it is another.
    pub rename: Option<String>,
    pub optional: bool,
    pub uses_default_features: bool,
    pub features: Vec<String>,
}

impl Metadata {
    pub fn read() -> Self {
        let root = root();
        let output = Command::new(env!("CARGO"))
            .args(["metadata", "--format-version", "1", "--locked"])
            .current_dir(&root)
            .output()
            .expect("cargo runs");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        serde_json::from_slice(&output.stdout).expect("cargo metadata is JSON")
    }

    /// The workspace's packages by their folder, such as `router/planner`.
    pub fn by_folder(&self) -> BTreeMap<String, &Package> {
        let root = root();
        let folder = |p: &Package| {
            p.manifest_path.parent().unwrap().strip_prefix(&root).unwrap().display().to_string()
        };
        self.packages
            .iter()
            .filter(|p| self.workspace_members.contains(&p.id))
            .map(|p| (folder(p), p))
            .collect()
    }
}

impl Package {
    /// Dependencies that the package is built with (not those of its tests).
    pub fn normal_dependencies(&self) -> impl Iterator<Item = &str> {
        self.built_with().map(|d| d.name.as_str())
    }

    pub fn built_with(&self) -> impl Iterator<Item = &Dependency> {
        self.dependencies.iter().filter(|d| d.kind.as_deref() != Some("dev"))
    }
}

/// The root of the checkout.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().canonicalize().unwrap()
}
