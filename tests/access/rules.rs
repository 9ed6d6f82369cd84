//! Check 17: the rules as they were decided. Whoever changes one has to say so in rules.txt.

use std::fs;

use platform_testkit::{declared_rules, rewrite, root_operations};

use crate::architecture::root;
use crate::support::subgraphs;

/// The schemas that are composed, by subgraph.
pub fn schemas() -> Vec<(String, String)> {
    let read =
        |name: &str| fs::read_to_string(root().join(format!("subgraphs/{name}/schema.graphql"))).unwrap();
    subgraphs().into_iter().map(|name| (name.clone(), read(&name))).collect()
}

/// Every rule of every schema, in the form of rules.txt.
fn declared(schemas: &[(String, String)]) -> String {
    let mut text = String::new();
    for (name, sdl) in schemas {
        text.push_str(&format!("# {name}\n"));
        for line in declared_rules(sdl) {
            text.push_str(&line);
            text.push('\n');
        }
    }
    text
}

fn decided() -> String {
    fs::read_to_string(root().join("tests/access/rules.txt")).unwrap_or_default()
}

#[test]
fn the_rules_are_those_that_were_decided() {
    let declared = declared(&schemas());
    if std::env::var_os("UPDATE").is_some() {
        rewrite(&root().join("tests/access/rules.txt"), &declared);
    }
    let decided = decided();
    let differs = declared.lines().filter(|line| !decided.lines().any(|other| other == *line));
    assert_eq!(differs.collect::<Vec<_>>(), Vec::<&str>::new(), "write them down in tests/access/rules.txt");
    assert_eq!(declared, decided, "tests/access/rules.txt says more");
}

/// Taking any one rule away, or opening it to everybody, does not go unnoticed.
#[test]
fn a_rule_that_is_taken_away_is_missed() {
    let decided = decided();
    let mut tried = 0;
    for (index, (name, sdl)) in schemas().into_iter().enumerate() {
        for (at, rule) in rules_in(&sdl) {
            let (before, rest) = sdl.split_at(at);
            let after = &rest[rule.len()..];
            for instead in ["", "@public"] {
                if instead == rule {
                    continue;
                }
                let mut changed = schemas();
                changed[index].1 = format!("{before}{instead}{after}");
                let line = sdl[..at].rsplit('\n').next().unwrap_or_default().trim();
                assert_ne!(declared(&changed), decided, "{name}: `{rule}` of `{line}` became `{instead}`");
            }
            tried += 1;
        }
    }
    assert!(tried > 100, "only {tried} rules were found");
}

/// Nor does a root field that never had one.
#[test]
fn a_root_field_without_a_rule_fails() {
    for (name, sdl) in schemas() {
        for kind in ["Query", "Mutation"] {
            let open = format!("type {kind} {{\n");
            let unruled = sdl.replacen(&open, &format!("{open}  unruled: Int\n"), 1);
            assert_ne!(unruled, sdl, "{name} has a {kind}");
            let read = std::panic::catch_unwind(|| root_operations(&unruled).len());
            assert!(read.is_err(), "{name}: a {kind} without a rule");
        }
    }
}

/// Each rule that stands at a field or type: where, and its text.
fn rules_in(sdl: &str) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    for directive in ["@public", "@authenticated", "@requiresScopes", "@policy"] {
        for (at, _) in sdl.match_indices(directive) {
            let line_start = sdl[..at].rfind('\n').map_or(0, |end| end + 1);
            let line = &sdl[line_start..];
            // Definitions and imports of the directives name them too.
            if line.starts_with("directive") || line.starts_with("extend schema") {
                continue;
            }
            let rest = &sdl[at + directive.len()..];
            let arguments = if rest.starts_with('(') { rest.find(')').map_or(0, |end| end + 1) } else { 0 };
            found.push((at, format!("{directive}{}", &rest[..arguments])));
        }
    }
    found
}
