//! The name of each subgraph as a value of the enum `join__Graph`.

use std::collections::HashMap;

use apollo_compiler::Name;

use crate::Subgraph;
use crate::error::{CompositionError, ErrorCode};

/// The subgraphs sorted by name, each with its enum value.
pub(super) fn assign(subgraphs: &[Subgraph]) -> Result<Vec<(&Subgraph, Name)>, Vec<CompositionError>> {
    let mut sorted: Vec<&Subgraph> = subgraphs.iter().collect();
    sorted.sort_by(|a, b| a.name.cmp(&b.name));
    let mut errors = Vec::new();
    for pair in sorted.windows(2) {
        if let [a, b] = pair
            && a.name == b.name
        {
            errors.push(invalid(&a.name, "two subgraphs have this name"));
        }
    }
    let mut total: HashMap<String, usize> = HashMap::new();
    for subgraph in &sorted {
        *total.entry(enum_value(&subgraph.name)).or_default() += 1;
    }
    let mut seen: HashMap<String, usize> = HashMap::new();
    let mut named = Vec::with_capacity(sorted.len());
    for subgraph in sorted {
        if subgraph.name.is_empty() || subgraph.name == "_" {
            errors.push(invalid(&subgraph.name, "a subgraph needs a name"));
            continue;
        }
        let mut value = enum_value(&subgraph.name);
        if total.get(&value).is_some_and(|count| *count > 1) {
            let number = seen.entry(value.clone()).or_default();
            *number += 1;
            value = format!("{value}_{number}");
        }
        match Name::new(&value) {
            Ok(name) => named.push((subgraph, name)),
            Err(_) => errors.push(invalid(&subgraph.name, "it has no letter or digit")),
        }
    }
    if errors.is_empty() { Ok(named) } else { Err(errors) }
}

fn invalid(name: &str, why: &str) -> CompositionError {
    CompositionError::new(ErrorCode::InvalidSubgraphName, format!("Invalid subgraph name \"{name}\": {why}"))
}

/// Upper case, anything but letters, digits and `_` replaced; a leading digit gets a `_` before it,
/// and a trailing `_<digits>` a `_` behind it, since those endings tell clashing names apart.
fn enum_value(name: &str) -> String {
    let mut value: String = name
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() || c == '_' { c.to_ascii_uppercase() } else { '_' })
        .collect();
    if value.starts_with(|c: char| c.is_ascii_digit()) {
        value.insert(0, '_');
    }
    let stem = value.trim_end_matches(|c: char| c.is_ascii_digit());
    if stem.len() < value.len() && stem.ends_with('_') {
        value.push('_');
    }
    value
}
