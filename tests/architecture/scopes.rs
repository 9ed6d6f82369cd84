//! Scopes are values: their words stand in `platform/identity` alone, each guards something, and who owns what is asked
//! there too.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use platform_identity::Scope;

use super::metadata::{Metadata, root};
use crate::support::subgraphs;

/// Where the words are declared.
const HOME: &str = "platform/identity";

/// Where it is said who has which scopes, which guards nothing by itself.
const GRANTS: [&str; 2] = ["subgraphs/users/src/role/scopes.rs", "subgraphs/users/src/demo.rs"];

/// A file of the product: its path from the root, and its lines without comments and what follows the first test in it.
struct Source {
    path: String,
    code: String,
}

impl Source {
    fn all() -> Vec<Self> {
        let root = root();
        let mut found = Vec::new();
        let crates =
            Metadata::read().by_folder().into_keys().filter(|folder| folder != HOME).collect::<Vec<_>>();
        for folder in crates {
            Self::below(&root.join(folder).join("src"), &root, &mut found);
        }
        Self::below(&root.join("scripts/templates"), &root, &mut found);
        found
    }

    fn below(folder: &Path, root: &Path, found: &mut Vec<Self>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                Self::below(&path, root, found);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let text = fs::read_to_string(&path).unwrap();
                let path = path.strip_prefix(root).unwrap().display().to_string();
                found.push(Self { path, code: code(&text) });
            }
        }
    }
}

fn code(text: &str) -> String {
    let lines = text.lines().take_while(|line| !line.starts_with("#[cfg(test)]"));
    lines.filter(|line| !line.trim_start().starts_with("//")).map(|line| format!("{line}\n")).collect()
}

/// The words of scopes that stand in code, where only a string can hold them.
fn words(code: &str) -> Vec<&str> {
    let known: BTreeSet<String> = Scope::ALL.iter().map(|scope| scope.to_string()).collect();
    let parts = code.split(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, ':' | '-' | '_' | '"')));
    parts
        .filter(|part| known.contains(part.trim_matches('"')) || part.starts_with("\"vendor:"))
        .map(|part| part.trim_matches('"'))
        .collect()
}

/// A scope that is a text is one that may be misspelt.
#[test]
fn a_scope_is_a_value_wherever_it_is_named() {
    let mut texts = Vec::new();
    for Source { path, code } in Source::all() {
        texts.extend(words(&code).into_iter().map(|word| format!("{path}: {word}")));
    }
    assert!(texts.is_empty(), "name these by `platform_identity::Scope`:\n{}", texts.join("\n"));
}

#[test]
fn a_word_of_a_scope_is_found_in_any_string() {
    let text = "
        // \"catalog:write\" in a comment
        fn field() { has(\"catalog:write\"); says(\"ask for `orders:read`, please\"); }
        let own = format!(\"vendor:{id}\");
        let row = Row { vendor: id }; let near = \"orders:read-all\"; let path = access::scope;
    ";
    assert_eq!(words(&code(text)), ["catalog:write", "orders:read", "vendor:"]);
}

/// A scope that nothing asks for is a promise to whoever is given it.
#[test]
fn every_scope_guards_something() {
    let mut sources = Source::all();
    sources.retain(|source| !GRANTS.contains(&source.path.as_str()) && source.path.starts_with("subgraphs/"));
    let idle = Scope::ALL.iter().filter(|scope| {
        let asked = format!("Scope::{scope:?}");
        let is_asked =
            |code: &str| code.split(|c: char| !(c.is_alphanumeric() || c == ':')).any(|part| part == asked);
        !sources.iter().any(|source| is_asked(&source.code))
    });
    let idle: Vec<&Scope> = idle.collect();
    assert!(idle.is_empty(), "nothing asks for {idle:?}");
}

/// What clients read of scopes is true.
#[test]
fn a_description_names_scopes_that_there_are() {
    let folders = subgraphs().into_iter().map(|name| root().join("subgraphs").join(name));
    let schemas =
        folders.flat_map(|folder| ["schema.graphql", "internal.graphql"].map(|name| folder.join(name)));
    for path in schemas.filter(|path| path.exists()) {
        let text = fs::read_to_string(&path).unwrap();
        let quoted = text.split('`').skip(1).step_by(2);
        for word in quoted.filter(|word| is_word(word) && *word != "vendor:") {
            assert!(word.parse::<Scope>().is_ok(), "{} names `{word}`", path.display());
        }
    }
}

/// Whether a text looks like a scope.
fn is_word(text: &str) -> bool {
    let is_part = |part: &str| part.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-');
    let parts = text.split_once(':').filter(|(domain, _)| !domain.is_empty());
    parts.is_some_and(|(domain, action)| is_part(domain) && is_part(action))
}

/// How a subgraph would answer for itself whose something is, and who sees it.
const BY_HAND: [&str; 7] = [
    "caller.user ==",
    "== caller.user",
    "caller.guest ==",
    "== caller.guest",
    "service.is_some()",
    "service.is_none()",
    "fn may_see",
];

/// Who owns what, and who may see what is another's, is decided once: by the identity.
#[test]
fn ownership_is_asked_of_the_caller() {
    let sources = Source::all().into_iter().filter(|source| source.path.starts_with("subgraphs/"));
    let found: Vec<String> = sources
        .flat_map(|Source { path, code }| {
            let by_hand = BY_HAND.into_iter().filter(move |text| code.contains(text));
            by_hand.map(move |text| format!("{path}: {text}")).collect::<Vec<_>>()
        })
        .collect();
    assert!(found.is_empty(), "ask `Identity::owns`, `acts_for` or `may_see`:\n{}", found.join("\n"));
}
