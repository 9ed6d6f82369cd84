//! Who may depend on whom.

use std::collections::{BTreeMap, BTreeSet};

use super::metadata::Metadata;

/// Crates that open sockets, files or threads; the pure engine crates stay away from them.
const IO_CRATES: &[&str] =
    &["tokio", "hyper", "hyper-util", "reqwest", "axum", "sea-orm", "redis", "rdkafka", "tokio-tungstenite"];

/// The folder of the workspace package that each dependency of `folder` lives in.
fn workspace_dependencies(metadata: &Metadata) -> BTreeMap<String, BTreeSet<String>> {
    let packages = metadata.by_folder();
    let folder_of: BTreeMap<&str, &str> =
        packages.iter().map(|(folder, p)| (p.name.as_str(), folder.as_str())).collect();
    packages
        .iter()
        .map(|(folder, package)| {
            let used =
                package.normal_dependencies().filter_map(|d| folder_of.get(d)).map(|f| (*f).to_owned());
            (folder.clone(), used.collect())
        })
        .collect()
}

/// The last part of `subgraphs/orders`, `entities/orders` or `migrations/orders`.
fn domain(folder: &str) -> Option<(&str, &str)> {
    folder.split_once('/').filter(|(kind, _)| ["subgraphs", "entities", "migrations"].contains(kind))
}

#[test]
fn a_domain_depends_on_no_other_domain() {
    for (folder, used) in workspace_dependencies(&Metadata::read()) {
        let Some((_, own)) = domain(&folder) else { continue };
        for other in &used {
            if let Some((kind, name)) = domain(other) {
                assert_eq!(own, name, "{folder} depends on {other}");
                assert!(
                    kind != "subgraphs",
                    "{folder} depends on {other}: entities and migrations stand below"
                );
            }
        }
    }
}

#[test]
fn a_subgraph_reaches_the_router_through_the_platform_alone() {
    for (folder, used) in workspace_dependencies(&Metadata::read()) {
        if domain(&folder).is_some() || folder == "contracts" {
            let router: Vec<_> = used.iter().filter(|f| f.starts_with("router/")).collect();
            assert!(router.is_empty(), "{folder} depends on {router:?}");
        }
    }
}

#[test]
fn the_platform_uses_limits_and_transport_of_the_router_and_no_domain() {
    let allowed = ["router/limits", "router/transport"];
    for (folder, used) in workspace_dependencies(&Metadata::read()) {
        if folder.starts_with("platform/") {
            for other in &used {
                assert!(
                    other.starts_with("platform/") || allowed.contains(&other.as_str()),
                    "{folder} depends on {other}"
                );
            }
        }
    }
}

#[test]
fn the_router_knows_nothing_of_commerce() {
    for (folder, used) in workspace_dependencies(&Metadata::read()) {
        if folder.starts_with("router/") {
            for other in &used {
                let own = other.starts_with("router/")
                    || ["platform/identity", "platform/core", "platform/listener"].contains(&other.as_str());
                assert!(own, "{folder} depends on {other}");
            }
        }
    }
}

#[test]
fn the_engine_does_no_io() {
    let metadata = Metadata::read();
    let packages = metadata.by_folder();
    for folder in [
        "router/schema",
        "router/limits",
        "router/links",
        "router/json",
        "router/composition",
        "router/planner",
    ] {
        let io: Vec<_> = packages[folder].normal_dependencies().filter(|d| IO_CRATES.contains(d)).collect();
        assert!(io.is_empty(), "{folder} depends on {io:?}");
    }
}
