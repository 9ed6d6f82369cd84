//! One directory per case under `tests/cases`: the subgraphs as `<name>.graphql`, and what composing
//! them gives: `supergraph.graphql` if they compose, and `diagnostics.txt` with the errors or hints.
//! `UPDATE_CASES=1 cargo test -p router-composition` writes both anew; review them as code.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use router_composition::{Composition, CompositionError, ErrorCode, HintCode, Subgraph, compose};

const SUPERGRAPH: &str = "supergraph.graphql";
const DIAGNOSTICS: &str = "diagnostics.txt";

fn cases() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases");
    let mut cases: Vec<PathBuf> = fs::read_dir(root).unwrap().map(|entry| entry.unwrap().path()).collect();
    cases.sort();
    cases
}

fn subgraphs(case: &Path) -> Vec<Subgraph> {
    let mut out = Vec::new();
    for entry in fs::read_dir(case).unwrap() {
        let path = entry.unwrap().path();
        let file = path.file_name().unwrap().to_str().unwrap();
        if let Some(name) = file.strip_suffix(".graphql")
            && file != SUPERGRAPH
        {
            out.push(Subgraph {
                name: name.to_owned(),
                url: format!("http://{name}.test/graphql"),
                sdl: fs::read_to_string(&path).unwrap(),
            });
        }
    }
    out.sort_by(|a, b| a.name.cmp(&b.name));
    out
}

fn diagnostics(result: &Result<Composition, Vec<CompositionError>>) -> String {
    let mut out = String::new();
    let mut entry = |kind: &str, code: &str, places: &[String], message: &str| {
        let places: String = places.iter().map(|place| format!(" {place}")).collect();
        writeln!(out, "{kind} {code}{places}").unwrap();
        for line in message.lines() {
            writeln!(out, "    {line}").unwrap();
        }
    };
    match result {
        Ok(composition) => {
            for hint in &composition.hints {
                entry("hint", hint.code.as_str(), &[], &hint.message);
            }
        }
        Err(errors) => {
            for error in errors {
                let places: Vec<String> = error.locations.iter().map(ToString::to_string).collect();
                entry("error", error.code.as_str(), &places, &error.message);
            }
        }
    }
    out
}

#[test]
fn every_case_composes_to_its_snapshot() {
    let update = std::env::var_os("UPDATE_CASES").is_some();
    let mut stale = Vec::new();
    for case in cases() {
        let result = compose(&subgraphs(&case));
        let supergraph = result.as_ref().map_or("", |composition| &composition.supergraph_sdl);
        for (file, actual) in [(SUPERGRAPH, supergraph), (DIAGNOSTICS, diagnostics(&result).as_str())] {
            let path = case.join(file);
            let expected = fs::read_to_string(&path).unwrap_or_default();
            if update && actual.is_empty() {
                if path.exists() {
                    fs::remove_file(path).unwrap();
                }
            } else if update {
                fs::write(path, actual).unwrap();
            } else if expected != actual {
                stale.push(format!("{}:\n{actual}", path.display()));
            }
        }
    }
    assert!(stale.is_empty(), "these differ from their snapshots:\n{}", stale.join("\n"));
}

#[test]
fn the_order_of_the_subgraphs_does_not_matter() {
    for case in cases() {
        let mut subgraphs = subgraphs(&case);
        let forward = compose(&subgraphs);
        subgraphs.reverse();
        assert_eq!(forward, compose(&subgraphs), "{}", case.display());
    }
}

#[test]
fn every_supergraph_is_a_valid_schema() {
    let mut composed = 0;
    for case in cases() {
        if let Ok(composition) = compose(&subgraphs(&case)) {
            let parsed = apollo_compiler::Schema::parse_and_validate(
                composition.supergraph_sdl,
                case.join(SUPERGRAPH),
            );
            assert!(parsed.is_ok(), "{}: {}", case.display(), parsed.unwrap_err().errors);
            composed += 1;
        }
    }
    assert!(composed > 0, "no case composes");
}

/// Tools point at the place of a mistake; most errors have one.
#[test]
fn errors_say_where_they_are() {
    let mut located = 0;
    for case in cases() {
        if let Err(errors) = compose(&subgraphs(&case)) {
            assert!(!errors.is_empty(), "{} fails without an error", case.display());
            located += errors.iter().filter(|error| !error.locations.is_empty()).count();
        }
    }
    assert!(located > 0, "no error has a location");
}

/// The rows of a table under a heading of docs/composition.md: the first cell without its backticks, and the others.
fn documented(heading: &str) -> Vec<(String, Vec<String>)> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/composition.md");
    let text = fs::read_to_string(path).unwrap();
    let section = text.split("\n## ").find(|section| section.starts_with(heading)).unwrap();
    let rows = section.lines().filter(|line| line.starts_with("| `"));
    rows.map(|row| {
        let mut cells = row.trim_matches('|').split(" | ").map(|cell| cell.trim().to_owned());
        (cells.next().unwrap().trim_matches('`').to_owned(), cells.collect())
    })
    .collect()
}

/// Each code has one row with its meaning and its remedy, in the order of the codes, and nothing else has one.
#[test]
fn every_code_is_documented() {
    let errors: Vec<&str> = ErrorCode::ALL.iter().map(|code| code.as_str()).collect();
    let hints: Vec<&str> = HintCode::ALL.iter().map(|code| code.as_str()).collect();
    for (heading, codes) in [("Errors", errors), ("Hints", hints)] {
        let rows = documented(heading);
        assert_eq!(rows.iter().map(|(code, _)| code.as_str()).collect::<Vec<_>>(), codes, "{heading}");
        for (code, cells) in rows {
            assert!(cells.len() == 2 && cells.iter().all(|cell| !cell.is_empty()), "{code}: {cells:?}");
        }
    }
}
