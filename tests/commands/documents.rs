//! Documents that are made from the code, and pages that must name everything the code has.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use platform_testkit::rewrite;

use crate::architecture::root;
use crate::support::{Installation, Shape, subgraphs};

/// With `UPDATE=1` they are rewritten instead (`scripts/update`).
#[tokio::test]
async fn the_configuration_is_described_as_it_is() {
    let shop = Installation::prepare(Shape::Whole, "[cache]\nmax_mibs = 3\n");
    for (argument, file) in
        [("--schema", "docs/configuration.schema.json"), ("--reference", "docs/configuration.md")]
    {
        let (succeeded, printed) = shop.run(&["config", argument]).await;
        assert!(succeeded, "whatever the configuration is: {printed}");
        let committed = root().join(file);
        if std::env::var_os("UPDATE").is_some() {
            rewrite(&committed, &printed);
        }
        let found = fs::read_to_string(&committed).unwrap_or_default();
        assert!(found == printed, "{file} is stale; run `scripts/update` and commit it");
    }
}

/// With `UPDATE=1` its table is rewritten instead (`scripts/update`).
#[tokio::test]
async fn the_events_are_those_that_are_published_and_consumed() {
    let shop = Installation::prepare(Shape::Whole, "");
    let (migrated, text) = shop.run(&["migrate"]).await;
    assert!(migrated, "{text}");
    let (listed, table) = shop.run(&["events"]).await;
    assert!(listed && table.lines().all(|line| line.starts_with('|')), "{table}");
    let path = root().join("docs/events/README.md");
    let page = fs::read_to_string(&path).unwrap();
    let start = page.find("| topic |").unwrap();
    let end = start + page[start..].find("\n\n").unwrap() + 1;
    if std::env::var_os("UPDATE").is_some() {
        rewrite(&path, &format!("{}{table}{}", &page[..start], &page[end..]));
    } else {
        assert_eq!(
            page[start..end],
            table,
            "docs/events/README.md is stale; run `scripts/update` and commit it"
        );
    }
}

/// Every table is on the page under its subgraph, and the page tells of no other.
#[test]
fn the_data_model_names_every_table() {
    let page = fs::read_to_string(root().join("docs/data-model.md")).unwrap();
    let platform = ["events", "jobs", "sagas"].map(|crate_| root().join(format!("platform/{crate_}/src")));
    expect_tables(&page, "In every database", &platform);
    expect_tables(&page, "Where files are taken", &[root().join("platform/files/src")]);
    for subgraph in subgraphs() {
        expect_tables(&page, &subgraph, &[root().join(format!("migrations/{subgraph}/src"))]);
    }
}

fn expect_tables(page: &str, heading: &str, folders: &[PathBuf]) {
    let section = page.split("\n## ").find(|section| section.starts_with(heading)).unwrap();
    let made: BTreeSet<String> = folders
        .iter()
        .flat_map(|folder| sources(folder))
        .flat_map(|text| {
            let tables = text.split("Table::create()").skip(1);
            tables.filter_map(|rest| rest.split('"').nth(1)).map(str::to_owned).collect::<Vec<_>>()
        })
        .collect();
    assert!(!made.is_empty());
    assert_eq!(first_cells(section), made, "the tables of `{heading}` in docs/data-model.md");
}

/// Every code that an error can carry is on the page, and the page tells of no other.
#[test]
fn every_error_code_is_explained() {
    /// Words in capitals that are no codes of ours.
    const OTHERS: [&str; 8] = [
        "CARGO_PKG_VERSION",
        "DENY",
        "ID",
        "INTERNAL_ERROR",
        "INTERNAL_SERVER_ERROR",
        "OUT_DIR",
        "POST",
        "UNKNOWN",
    ];
    let page = fs::read_to_string(root().join("docs/errors.md")).unwrap();
    let mut used: BTreeSet<String> =
        platform_core::ErrorCode::ALL.iter().map(|code| code.as_str().to_owned()).collect();
    let router = ["schema", "limits", "planner", "executor", "transport", "gateway"];
    let folders = router
        .iter()
        .map(|name| format!("router/{name}/src"))
        .chain(["platform/server/src".into(), "platform/listener/src".into()]);
    for text in folders.flat_map(|folder| sources(&root().join(folder))) {
        let (code, _) = text.split_once("#[cfg(test)]").unwrap_or((&text, ""));
        // Between two strings stands more than a word in capitals, so every part can be looked at.
        let in_capitals = |word: &&str| {
            word.starts_with(|c: char| c.is_ascii_uppercase())
                && word.len() > 1
                && word.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'_')
        };
        let words = code.split('"').filter(in_capitals);
        used.extend(words.filter(|word| !OTHERS.contains(word)).map(str::to_owned));
    }
    assert_eq!(first_cells(&page), used, "the codes in docs/errors.md");
}

/// The text of every Rust file below a folder.
fn sources(folder: &Path) -> Vec<String> {
    let mut texts = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            texts.extend(sources(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            texts.push(fs::read_to_string(path).unwrap());
        }
    }
    texts
}

/// What stands in backticks in the first cells of tables.
fn first_cells(markdown: &str) -> BTreeSet<String> {
    let cells = markdown.lines().filter_map(|line| line.strip_prefix("| `")?.split_once("` |"));
    cells.map(|(cell, _)| cell.to_owned()).collect()
}
