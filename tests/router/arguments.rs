//! Subgraphs as they are named on the command line.

use std::fs;
use std::process::Output;

use serde_json::json;
use tempfile::TempDir;
use tokio::process::Command;

use super::subgraph::Subgraph;
use crate::support::PATIENCE;

async fn souk(folder: &TempDir, arguments: &[&str]) -> (bool, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_souk"));
    command.current_dir(folder.path()).args(arguments).kill_on_drop(true);
    let output = tokio::time::timeout(PATIENCE, command.output()).await.expect("the command ends");
    let Output { status, stdout, stderr } = output.unwrap();
    (status.success(), format!("{}{}", String::from_utf8_lossy(&stdout), String::from_utf8_lossy(&stderr)))
}

#[tokio::test]
async fn a_schema_comes_from_a_file_or_from_the_subgraph() {
    let folder = TempDir::new().unwrap();
    let one = Subgraph::start("type Query { a: Int }", json!({})).await;
    fs::write(folder.path().join("two.graphql"), "type Query { b: Int }").unwrap();
    fs::write(folder.path().join("three.graphql"), "type Query { c: Int }").unwrap();
    let from_url = format!("one={}", one.url);
    let subgraphs =
        ["--subgraph", &from_url, "--subgraph", "two=two.graphql,http://two.test/?x=1,2", "--subgraph"];
    let (composed, text) = souk(
        &folder,
        &[&["compose", "--output", "-"], subgraphs.as_slice(), &["three=three.graphql"]].concat(),
    )
    .await;
    assert!(composed, "{text}");
    for part in [
        &format!(r#"@join__graph(name: "one", url: "{}")"#, one.url),
        r#"@join__graph(name: "two", url: "http://two.test/?x=1,2")"#,
        r#"@join__graph(name: "three", url: "")"#,
        "a: Int",
        "b: Int",
        "c: Int",
    ] {
        assert!(text.contains(part), "{part} in {text}");
    }
}

#[tokio::test]
async fn what_names_no_subgraph_is_told_in_one_sentence() {
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join("a.graphql"), "type Query { a: Int }").unwrap();
    for (arguments, fault) in [
        (["--subgraph", "a"].as_slice(), "`a` is not NAME=URL, NAME=FILE or NAME=FILE,URL"),
        (&["--subgraph", "=http://h"], "is not NAME=URL"),
        (&["--subgraph", "a=a.graphql"], "`a` has no URL to send requests to"),
        (&["--subgraph", "a=http://h/", "--subgraph", "a=http://i/"], "there are two subgraphs `a`"),
        (&["--subgraph", "a=http:///x"], "the URL of a"),
        (&["--subgraph", "a=http://h/", "--supergraph", "x"], "cannot be used with"),
        (&["--supergraph", "x"], "x cannot be read"),
        (&["--supergraph", "a.graphql"], "the supergraph cannot be used"),
        (&["--supergraph", "a.graphql", "--poll", "0"], "0 is not in 1..=86400"),
        (&[], "--supergraph"),
    ] {
        let (serves, text) =
            souk(&folder, &[&["router", "--listen", "127.0.0.1:0"], arguments].concat()).await;
        assert!(!serves && text.contains(fault), "{arguments:?}: {fault} in {text}");
    }
}
