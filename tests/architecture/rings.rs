//! No ring of modules: of the modules of a crate, whoever is used by another does not use it, in however many steps.
//!
//! A schema is a graph, and its objects name each other: files that only map and authorize (`graphql.rs`, `view.rs`,
//! `subscription.rs`, `internal.rs`, a folder `objects`) may use what they like. A module here is one directly below the
//! crate's root.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use super::metadata::{Metadata, root};

/// Which modules a module uses, and where.
type Uses = BTreeMap<String, BTreeMap<String, PathBuf>>;

/// The sources below a folder.
pub fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

/// The names of modules on the way from the crate's root to a file.
fn place(src: &Path, file: &Path) -> Vec<String> {
    let relative = file.strip_prefix(src).unwrap().with_extension("");
    let mut place: Vec<String> =
        relative.components().map(|part| part.as_os_str().to_string_lossy().into_owned()).collect();
    if place.last().is_some_and(|name| name == "mod") {
        place.pop();
    }
    place
}

fn only_maps(place: &[String]) -> bool {
    let name = place.last().map(String::as_str);
    name.is_some_and(|name| ["graphql", "view", "internal", "subscription"].contains(&name))
        || place.iter().any(|part| part == "objects")
}

/// What stands directly below the crate's root in the paths that a text begins with `prefix`.
fn named_after(text: &str, prefix: &str) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for (at, _) in text.match_indices(prefix) {
        if text[..at].ends_with(|before: char| before.is_alphanumeric() || before == '_' || before == ':') {
            continue;
        }
        let rest = &text[at + prefix.len()..];
        let first = |path: &str| -> String {
            path.trim_start().chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect()
        };
        let Some(group) = rest.strip_prefix('{') else {
            names.insert(first(rest));
            continue;
        };
        let (mut depth, mut begins) = (0_usize, true);
        for (index, letter) in group.char_indices() {
            if begins && depth == 0 {
                names.insert(first(&group[index..]));
            }
            begins = false;
            match letter {
                '{' => depth += 1,
                '}' if depth == 0 => break,
                '}' => depth -= 1,
                ',' => begins = true,
                _ => {}
            }
        }
    }
    names
}

pub fn without_comments(text: &str) -> String {
    text.lines().map(|line| line.split("//").next().unwrap_or_default()).collect::<Vec<_>>().join("\n")
}

fn uses(src: &Path) -> Uses {
    let mut files = Vec::new();
    sources(src, &mut files);
    let placed: Vec<(Vec<String>, PathBuf)> = files
        .into_iter()
        .map(|file| (place(src, &file), file))
        .filter(|(place, _)| !["lib", "main"].contains(&place[0].as_str()))
        .collect();
    let modules: BTreeSet<String> = placed.iter().map(|(place, _)| place[0].clone()).collect();
    let mut uses = Uses::new();
    for (place, file) in placed.iter().filter(|(place, _)| !only_maps(place)) {
        let text = without_comments(&fs::read_to_string(file).unwrap());
        let to_root = "super::".repeat(place.len());
        let used = named_after(&text, "crate::").into_iter().chain(named_after(&text, &to_root));
        for used in used.filter(|used| modules.contains(used) && *used != place[0]) {
            uses.entry(place[0].clone()).or_default().entry(used).or_insert_with(|| file.clone());
        }
    }
    uses
}

/// What a module uses, in however many steps.
fn reached(uses: &Uses, from: &str) -> BTreeSet<String> {
    let mut reached = BTreeSet::new();
    let mut next = vec![from.to_owned()];
    while let Some(module) = next.pop() {
        for used in uses.get(&module).into_iter().flat_map(BTreeMap::keys) {
            if reached.insert(used.clone()) {
                next.push(used.clone());
            }
        }
    }
    reached
}

/// The uses that are part of a ring, each with the file that has it.
fn rings(uses: &Uses) -> Vec<String> {
    let reached: BTreeMap<&str, BTreeSet<String>> =
        uses.keys().map(|module| (module.as_str(), reached(uses, module))).collect();
    let comes_back = |from: &str, to: &str| reached.get(to).is_some_and(|reached| reached.contains(from));
    uses.iter()
        .flat_map(|(from, used)| used.iter().map(move |(to, file)| (from, to, file)))
        .filter(|(from, to, _)| comes_back(from, to))
        .map(|(from, to, file)| format!("{from} uses {to} in {}", file.display()))
        .collect()
}

#[test]
fn no_module_is_part_of_a_ring() {
    for folder in Metadata::read().by_folder().keys() {
        let found = rings(&uses(&root().join(folder).join("src")));
        assert!(found.is_empty(), "{folder}: {found:#?}");
    }
}

#[test]
fn a_ring_is_found_over_three_modules_groups_and_parents() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    };
    write("lib.rs", "mod cart; mod order; mod price; mod tax;");
    write("cart.rs", "use crate::{order::Order, tax::{self, Rate}};");
    write("order/mod.rs", "mod line;");
    write("order/line.rs", "use super::super::price::Price; // crate::tax");
    write("price.rs", "use super::cart;");
    write("tax.rs", "");
    let uses = uses(folder.path());
    let found: Vec<String> =
        uses.iter().flat_map(|(from, used)| used.keys().map(move |to| format!("{from} {to}"))).collect();
    assert_eq!(found, ["cart order", "cart tax", "order price", "price cart"]);
    assert_eq!(rings(&uses).len(), 3, "all but the use of tax");
    write("order/graphql.rs", "use crate::tax;");
    write("tax.rs", "use crate::order;");
    assert_eq!(rings(&self::uses(folder.path())).len(), 5, "a file that only maps is part of none");
}
