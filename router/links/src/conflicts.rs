//! Names that mean two things.

use std::collections::HashMap;

use crate::{Link, LinkError, Links};

/// Directives of GraphQL itself.
const BUILT_IN: [&str; 5] = ["skip", "include", "deprecated", "specifiedBy", "oneOf"];

/// What the links of a schema give to two elements, or take from GraphQL: one of the two would be lost without a word.
pub fn conflicts(links: &Links) -> Vec<LinkError> {
    let mut errors = Vec::new();
    let mut features: HashMap<&str, &Link> = HashMap::new();
    let mut prefixes: HashMap<&str, &Link> = HashMap::new();
    let mut names: HashMap<&str, (&Link, &str)> = HashMap::new();
    for link in &links.all {
        let mut fail = |message: String| errors.push(LinkError { message, location: link.location });
        if let Some(other) = features.insert(&link.url.identity, link) {
            fail(format!("{} is linked twice, as {} and as {}", link.url.identity, other.url, link.url));
        } else if let Some(other) = prefixes.insert(link.prefix(), link) {
            fail(format!("{} and {} have the same name \"{}\"", other.url, link.url, link.prefix()));
        }
        for import in &link.imports {
            let local = import.local();
            if let Some((other, element)) = names.insert(local, (link, &import.name))
                && (other.url.identity != link.url.identity || *element != import.name)
            {
                fail(format!(
                    "\"{local}\" is \"{element}\" of {} and \"{}\" of {}",
                    other.url, import.name, link.url
                ));
            }
            if let Some(directive) = local.strip_prefix('@')
                && import.alias.is_some()
                && is_reserved(directive)
            {
                fail(format!("\"{}\" of {} cannot be called \"{local}\"", import.name, link.url));
            }
        }
    }
    errors
}

/// What GraphQL defines, and what a supergraph needs for itself.
fn is_reserved(directive: &str) -> bool {
    BUILT_IN.contains(&directive)
        || directive == "link"
        || ["join__", "link__"].iter().any(|prefix| directive.starts_with(prefix))
}
