//! Who may depend on whom.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use super::closure::Closure;
use super::metadata::{Metadata, Package, root};

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

/// What the router and the identity are built without: databases, a GraphQL server, and the shop's values.
const NOT_OF_THE_ROUTER: &[&str] = &[
    "async-graphql",
    "sea-orm",
    "sea-query",
    "sqlx",
    "sqlx-core",
    "iso3166",
    "platform-commerce",
    "platform-config",
    "platform-database",
    "platform-text",
];

/// The router stands alone: whoever builds it without the shop compiles nothing of the shop.
#[test]
fn the_router_is_built_without_a_database_a_graphql_server_and_commerce() {
    let metadata = Metadata::read();
    let alone = |folder: &str| folder.starts_with("router/") || folder == "platform/identity";
    for (folder, package) in metadata.by_folder().into_iter().filter(|(folder, _)| alone(folder)) {
        let closure = Closure::of(&metadata, &package.name);
        let found: Vec<String> = NOT_OF_THE_ROUTER.iter().filter_map(|name| closure.way_to(name)).collect();
        assert!(found.is_empty(), "{folder} is built with {found:#?}");
    }
}

/// The closure finds what is asked for by a feature alone, and leaves out what nobody asks for.
#[test]
fn a_crate_is_built_with_what_its_features_ask_for() {
    let metadata = Metadata::read();
    let users = Closure::of(&metadata, "users-entities");
    for name in ["platform-core", "sea-orm", "async-graphql", "sqlx-postgres"] {
        assert!(users.way_to(name).is_some(), "{name}");
    }
    let kernel = Closure::of(&metadata, "platform-core");
    assert!(kernel.way_to("uuid").is_some() && kernel.way_to("sea-orm").is_none());
}

/// Within this workspace features are the same for all, so that one that is missing is not noticed.
#[test]
fn a_crate_asks_for_what_it_uses_of_the_kernel() {
    for (folder, package) in Metadata::read().by_folder() {
        let Some(kernel) = package.built_with().find(|used| used.name == "platform-core") else { continue };
        for (name, feature) in [("sea-orm", "database"), ("async-graphql", "graphql")] {
            // The kernel's macro gives an error its conversion without a dependency of the crate's own.
            let by_macro = feature == "graphql" && says(&root().join(&folder).join("src"), "api_error!(");
            let uses = by_macro || package.normal_dependencies().any(|used| used == name);
            let asks = kernel.features.iter().any(|asked| asked == feature);
            assert_eq!(uses, asks, "{folder} uses {name}, or has the feature `{feature}` of platform-core");
        }
    }
}

/// What is tested is what is served, and it is compiled once for both: a test brings no feature into what Souk is built with.
#[test]
fn a_test_asks_for_no_feature_of_what_souk_is_built_with() {
    let metadata = Metadata::read();
    let packages = metadata.by_folder();
    let mut built = BTreeMap::<&str, BTreeSet<&str>>::new();
    for used in packages.values().flat_map(|package| package.built_with()) {
        built.entry(&used.name).or_default().extend(used.features.iter().map(String::as_str));
    }
    for (folder, package) in &packages {
        for used in package.dependencies.iter().filter(|used| used.kind.as_deref() == Some("dev")) {
            let Some(asked) = built.get(used.name.as_str()) else { continue };
            let more: Vec<_> = used.features.iter().filter(|name| !asked.contains(name.as_str())).collect();
            assert!(more.is_empty(), "the tests of {folder} ask for {more:?} of {}", used.name);
        }
    }
}

/// Cargo counts the tests of a crate that build scripts use among what builds: their features would change what is built.
#[test]
fn a_crate_that_builds_others_has_tests_without_dependencies() {
    let metadata = Metadata::read();
    let packages = metadata.by_folder();
    let of_kind = |package: &Package, kind: &str| -> Vec<String> {
        let used = package.dependencies.iter().filter(|used| used.kind.as_deref() == Some(kind));
        used.map(|used| used.name.clone()).collect()
    };
    let building: BTreeSet<String> =
        packages.values().flat_map(|package| of_kind(package, "build")).collect();
    for (folder, package) in packages.iter().filter(|(_, package)| building.contains(&package.name)) {
        assert_eq!(of_kind(package, "dev"), Vec::<String>::new(), "{folder}");
    }
}

/// Whether a source below the folder has the text.
fn says(folder: &Path, text: &str) -> bool {
    fs::read_dir(folder).unwrap().any(|entry| {
        let path = entry.unwrap().path();
        if path.is_dir() { says(&path, text) } else { fs::read_to_string(&path).unwrap().contains(text) }
    })
}

/// What is asked of a subgraph is made of a document that its schema checks: nobody writes a question by hand.
#[test]
fn a_question_to_a_subgraph_is_made_of_its_schema() {
    let asks = |folder: &String| folder.starts_with("subgraphs/") || folder == "souk";
    for folder in Metadata::read().by_folder().keys().filter(|folder| asks(folder)) {
        assert!(
            !says(&root().join(folder).join("src"), "Question for "),
            "{folder} writes a question by hand"
        );
    }
}

#[test]
fn the_routers_source_has_no_word_of_the_shop() {
    const WORDS: [&str; 7] = ["market", "currency", "tax", "country", "countries", "cart", "checkout"];
    fn read(folder: &Path, found: &mut Vec<String>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                read(&path, found);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let text = fs::read_to_string(&path).unwrap().to_lowercase();
                let words = text.split(|c: char| !c.is_ascii_alphabetic());
                let words = words.filter(|word| WORDS.contains(word));
                found.extend(words.map(|word| format!("{}: {word}", path.display())));
            }
        }
    }
    let mut found = Vec::new();
    for folder in Metadata::read().by_folder().keys().filter(|folder| folder.starts_with("router/")) {
        read(&root().join(folder).join("src"), &mut found);
    }
    assert_eq!(found, Vec::<String>::new());
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
