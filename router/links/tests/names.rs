//! Check 45: an element is found under every name that a schema may have for it.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use apollo_compiler::Schema;
use apollo_compiler::ast::Document;
use router_links::{FederationDirective, LinkUrl, Links, Names, Version, conflicts};

/// The names of `@inaccessible` in a supergraph with these links, if it defines these directives.
fn names(links: &str, defined: &[&str]) -> Vec<String> {
    let defined: String =
        defined.iter().map(|name| format!("directive @{name} on FIELD_DEFINITION\n")).collect();
    let sdl = format!("schema {links} {{ query: Query }} type Query {{ a: Int }}\n{defined}");
    let schema = Schema::parse(sdl, "supergraph.graphql").unwrap_or_else(|failed| failed.partial);
    Names::of(&schema).unwrap().of_directive(FederationDirective::Inaccessible)
}

#[test]
fn every_name_that_is_defined_and_means_the_directive() {
    const LINK: &str = r#"@link(url: "https://specs.apollo.dev/link/v1.0")"#;
    let all = ["inaccessible", "hidden", "other", "x", "x__inaccessible", "inaccessible__inaccessible"];
    for (link, wanted) in [
        (
            r#"@link(url: "https://specs.apollo.dev/inaccessible/v0.2")"#,
            &["inaccessible", "inaccessible__inaccessible"][..],
        ),
        (r#"@link(url: "https://specs.apollo.dev/inaccessible/v9.9/", as: "x")"#, &["x", "x__inaccessible"]),
        (
            r#"@link(url: "https://specs.apollo.dev/inaccessible/v0.2", import: [{name: "@inaccessible", as: "@hidden"}, {name: "@inaccessible", as: "@other"}])"#,
            &["hidden", "other", "inaccessible__inaccessible", "inaccessible"],
        ),
        (r#"@link(url: "https://specs.apollo.dev/federation/v2.9", as: "x")"#, &["x__inaccessible"]),
        ("", &["inaccessible"]),
        (r#"@link(url: "https://other.example/inaccessible/v0.2")"#, &[]),
        (r#"@link(url: "https://other.example/more/v0.2", import: ["@inaccessible"])"#, &[]),
    ] {
        assert_eq!(names(&format!("{LINK} {link}"), &all), wanted, "{link}");
    }
    let core = r#"@core(feature: "https://specs.apollo.dev/core/v0.2") @core(feature: "https://specs.apollo.dev/inaccessible/v0.1", as: "hidden")"#;
    assert_eq!(names(core, &all), ["hidden"]);
    let renamed = core.replace("@core(", "@uses(");
    assert_eq!(names(&renamed, &all), ["hidden"]);
}

#[test]
fn identity_name_and_version_of_a_specification() {
    let url = LinkUrl::parse("https://specs.apollo.dev/federation/v2.9/");
    assert_eq!((url.apollo_spec(), url.version), (Some("federation"), Some(Version::new(2, 9))));
    let vague = LinkUrl::parse("https://specs.apollo.dev/federation/v2");
    assert_eq!((vague.apollo_spec(), vague.version), (Some("federation"), None));
    let plain = LinkUrl::parse("https://marks.example/vintage");
    assert_eq!((plain.name.as_str(), plain.version), ("vintage", None));
}

#[test]
fn names_that_mean_two_things_are_told() {
    let count = |links: &str| {
        let document =
            Document::parse(format!("extend schema {links} type Query {{ a: Int }}"), "a").unwrap();
        let (links, errors) = Links::of_document(&document);
        assert!(errors.is_empty());
        conflicts(&links).len()
    };
    let federation = |import: &str| {
        format!(r#"@link(url: "https://specs.apollo.dev/federation/v2.9", import: [{import}])"#)
    };
    assert_eq!(count(&federation(r#""@key", {name: "@tag", as: "@label"}"#)), 0);
    assert_eq!(count(&federation(r#"{name: "@key", as: "@x"}, {name: "@tag", as: "@x"}"#)), 1);
    assert_eq!(count(&federation(r#"{name: "@inaccessible", as: "@skip"}"#)), 1);
    assert_eq!(count(&federation(r#"{name: "@inaccessible", as: "@join__type"}"#)), 1);
    assert_eq!(count(&format!("{}{}", federation(""), federation(""))), 1);
}
