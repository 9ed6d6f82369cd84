//! Every dependency is licensed in a way that lets Souk be used freely.

use super::metadata::Metadata;

const ALLOWED: &[&str] = &[
    "MIT",
    "MIT-0",
    "Apache-2.0",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "ISC",
    "Zlib",
    "0BSD",
    "BSL-1.0",
    "CC0-1.0",
    "Unicode-3.0",
    "Unlicense",
    "CDLA-Permissive-2.0",
];

/// Packages that name a file instead of an expression; what it is.
const BY_FILE: &[(&str, &str)] = &[("jsonpath-rust", "MIT")];

/// Whether an SPDX expression can be satisfied with allowed licences. `WITH` exceptions only widen what a licence
/// grants, and the old spelling `A/B` means `A OR B`.
fn is_allowed(expression: &str) -> bool {
    let expression = expression.replace('/', " OR ").replace(['(', ')'], " ");
    expression.split(" OR ").any(|choice| {
        choice.split(" AND ").all(|licence| {
            let name = licence.split(" WITH ").next().unwrap_or_default().trim();
            ALLOWED.contains(&name)
        })
    })
}

#[test]
fn every_licence_is_allowed() {
    let refused: Vec<String> = Metadata::read()
        .packages
        .iter()
        .filter(|p| {
            let by_file = BY_FILE.iter().find(|(name, _)| *name == p.name).map(|(_, licence)| *licence);
            !p.license.as_deref().or(by_file).is_some_and(is_allowed)
        })
        .map(|p| format!("{}: {:?}", p.name, p.license))
        .collect();
    assert!(refused.is_empty(), "not allowed, or of no known licence: {refused:#?}");
}

#[test]
fn a_copyleft_licence_is_refused() {
    assert!(is_allowed("(MIT OR Apache-2.0) AND Unicode-3.0"));
    assert!(is_allowed("Apache-2.0 WITH LLVM-exception"));
    assert!(!is_allowed("GPL-3.0-only"));
    assert!(!is_allowed("MIT AND AGPL-3.0"));
}
