//! What a crate is built with when it is built by itself, read from the manifests: the features that a build of the whole
//! workspace has are those that anybody asks for, so what compiles there says nothing of one crate.

use std::collections::{BTreeMap, BTreeSet};

use super::metadata::{Dependency, Metadata, Package};

/// The crates that one is built with, on any platform. Of a crate in several versions all are looked at.
pub struct Closure<'m> {
    /// The features of each crate that are asked for.
    features: BTreeMap<&'m str, BTreeSet<&'m str>>,
    /// Who asked first.
    asked_by: BTreeMap<&'m str, &'m str>,
}

impl<'m> Closure<'m> {
    /// Of the package `name` with its default features.
    pub fn of(metadata: &'m Metadata, name: &'m str) -> Self {
        let mut packages: BTreeMap<&str, Vec<&Package>> = BTreeMap::new();
        metadata.packages.iter().for_each(|package| packages.entry(&package.name).or_default().push(package));
        let mut closure = Self { features: BTreeMap::new(), asked_by: BTreeMap::new() };
        closure.features.insert(name, BTreeSet::from(["default"]));
        let mut changed = vec![name];
        while let Some(name) = changed.pop() {
            for package in packages.get(name).into_iter().flatten() {
                changed.extend(closure.ask(package));
            }
        }
        closure
    }

    /// Asks for what a package is built with; returns what was not asked for so far, or with fewer features.
    fn ask(&mut self, package: &'m Package) -> Vec<&'m str> {
        let enabled = enabled(package, self.features[package.name.as_str()].clone());
        let mut changed = Vec::new();
        for dependency in package.built_with() {
            let key = dependency.rename.as_deref().unwrap_or(&dependency.name);
            if dependency.optional && !enabled.dependencies.contains(key) {
                continue;
            }
            let is_new = !self.features.contains_key(dependency.name.as_str());
            let known = self.features.entry(&dependency.name).or_default();
            let before = known.len();
            known.extend(asked(dependency));
            known.extend(enabled.passed_on.iter().filter(|(to, _)| *to == key).map(|(_, feature)| *feature));
            if is_new || known.len() > before {
                self.asked_by.entry(&dependency.name).or_insert(&package.name);
                changed.push(dependency.name.as_str());
            }
        }
        changed
    }

    /// How the crate comes to be built with `name`, if it is.
    pub fn way_to(&self, name: &str) -> Option<String> {
        let (mut at, _) = self.features.get_key_value(name)?;
        let mut way = vec![*at];
        while let Some(by) = self.asked_by.get(at).filter(|by| !way.contains(by)) {
            way.push(by);
            at = by;
        }
        way.reverse();
        Some(way.join(" → "))
    }
}

fn asked(dependency: &Dependency) -> impl Iterator<Item = &str> {
    let default = dependency.uses_default_features.then_some("default");
    dependency.features.iter().map(String::as_str).chain(default)
}

/// What a package's features turn on.
#[derive(Default)]
struct Enabled<'m> {
    dependencies: BTreeSet<&'m str>,
    /// Features of dependencies, by the dependency.
    passed_on: BTreeSet<(&'m str, &'m str)>,
}

fn enabled<'m>(package: &'m Package, mut features: BTreeSet<&'m str>) -> Enabled<'m> {
    let mut enabled = Enabled::default();
    let mut next: Vec<&str> = features.iter().copied().collect();
    while let Some(feature) = next.pop() {
        for part in package.features.get(feature).into_iter().flatten() {
            if let Some(dependency) = part.strip_prefix("dep:") {
                enabled.dependencies.insert(dependency);
            } else if let Some((dependency, feature)) = part.split_once('/') {
                // `name?/feature` counts where something else turns the dependency on.
                let is_weak = dependency.ends_with('?');
                let dependency = dependency.trim_end_matches('?');
                enabled.passed_on.insert((dependency, feature));
                if !is_weak {
                    enabled.dependencies.insert(dependency);
                }
            } else if features.insert(part) {
                next.push(part);
            }
        }
    }
    enabled
}
