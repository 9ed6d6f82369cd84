//! Only stores query: who wants to know what is asked of a table reads the files `store.rs` and the folders `store`.
//!
//! A query is told by the words that sea-orm asks of it: `Entity::…` begins one, and without `EntityTrait` or
//! `ActiveModelTrait` in scope there is none. What else a query is made of (`ConnectionTrait`, `Set`) may stand anywhere:
//! who decides opens the transaction, and says what a row becomes.

use std::path::Path;

use super::metadata::{Metadata, root};
use super::rings::{sources, without_comments};

/// Files that query and are no stores, with the reason.
const EXCEPTIONS: &[(&str, &str)] =
    &[("platform/server/src/rows.rs", "the one loader of rows: it asks for what the stores name")];

/// Where a text begins or enables a query, by line.
fn queries(text: &str) -> Vec<usize> {
    let asks =
        |line: &str| ["Entity::", "EntityTrait", "ActiveModelTrait"].iter().any(|word| line.contains(word));
    (1..)
        .zip(without_comments(text).lines())
        .filter(|(_, line)| asks(line))
        .map(|(number, _)| number)
        .collect()
}

fn is_store(file: &Path) -> bool {
    file.file_name().is_some_and(|name| name == "store.rs")
        || file.components().any(|part| part.as_os_str() == "store")
}

/// The queries outside stores in the crates of some folders.
fn outside_stores(folders: impl Iterator<Item = String>) -> Vec<String> {
    let root = root();
    let mut found = Vec::new();
    for folder in folders {
        let mut files = Vec::new();
        sources(&root.join(folder).join("src"), &mut files);
        for file in files {
            let name = file.strip_prefix(&root).unwrap();
            if is_store(name) || EXCEPTIONS.iter().any(|(path, _)| Path::new(path) == name) {
                continue;
            }
            let lines = queries(&std::fs::read_to_string(&file).unwrap());
            found.extend(lines.into_iter().map(|line| format!("{}:{line}", name.display())));
        }
    }
    found
}

fn folders() -> impl Iterator<Item = String> {
    let folders: Vec<String> = Metadata::read().by_folder().keys().cloned().collect();
    folders.into_iter().filter(|folder| folder.starts_with("subgraphs/") || folder.starts_with("platform/"))
}

#[test]
fn only_stores_query() {
    let found = outside_stores(folders());
    assert!(found.is_empty(), "move these into the store of their feature: {found:#?}");
}

#[test]
fn what_is_excepted_still_queries() {
    for (path, _) in EXCEPTIONS {
        let text = std::fs::read_to_string(root().join(path)).unwrap();
        assert!(!queries(&text).is_empty(), "{path} queries no more: take it off the list");
    }
}

#[test]
fn a_query_is_told_by_its_words() {
    let text = "use sea_orm::{ActiveValue::Set, IntoActiveModel};\n\
                // order::Entity::find()\n\
                let found = order::Entity::find().one(tx);\n\
                rows(ctx).by_id::<order::Entity>(id);\n\
                sea_orm::ActiveModelTrait::update(row, tx);";
    assert_eq!(queries(text), [3, 5]);
    assert!(is_store(Path::new("subgraphs/orders/src/order/store.rs")));
    assert!(is_store(Path::new("subgraphs/orders/src/cart/store/claims.rs")));
    assert!(!is_store(Path::new("subgraphs/orders/src/cart/restore.rs")));
}
