//! The check of documents that go to other subgraphs fails when it should.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::path::PathBuf;

use platform_testkit::assert_peer_documents;
use tempfile::TempDir;

const INTERNAL: &str = "type Query { stock(sku: String!): Int }";

/// Two subgraphs side by side: `orders` asks `catalog` by these documents.
fn workspace(documents: &[(&str, &str)]) -> (TempDir, String) {
    let folder = tempfile::tempdir().unwrap();
    let write = |path: PathBuf, text: &str| {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    };
    write(folder.path().join("catalog/internal.graphql"), INTERNAL);
    for (name, text) in documents {
        write(folder.path().join("orders/src/peers").join(name), text);
    }
    let orders = folder.path().join("orders").display().to_string();
    (folder, orders)
}

#[test]
fn documents_that_fit_pass() {
    let (_folder, orders) = workspace(&[
        ("catalog/stock.graphql", "query($sku: String!) { stock(sku: $sku) }"),
        ("mod.rs", "//! not a document"),
    ]);
    assert_peer_documents(&orders);
}

#[test]
#[should_panic(expected = "does not fit catalog")]
fn a_document_that_does_not_fit_fails() {
    let (_folder, orders) = workspace(&[("catalog/stock.graphql", "query { stock }")]);
    assert_peer_documents(&orders);
}

#[test]
#[should_panic(expected = "holds one operation")]
fn a_document_of_two_operations_fails() {
    let (_folder, orders) = workspace(&[(
        "catalog/stock.graphql",
        "query A { stock(sku: \"a\") } query B { stock(sku: \"b\") }",
    )]);
    assert_peer_documents(&orders);
}

#[test]
#[should_panic(expected = "lies in no subgraph's folder")]
fn a_document_that_is_sent_to_nobody_fails() {
    let (_folder, orders) = workspace(&[("forgotten.graphql", "query { stock(sku: \"a\") }")]);
    assert_peer_documents(&orders);
}
