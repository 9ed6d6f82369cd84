//! The JSON Schema of a configuration document, as `schemars` makes it, and how to find one's way in it.

use serde_json::Value;

/// Sections within sections.
pub const MOST_DEPTH: usize = 8;

/// Follows `$ref`, and the one alternative that is not null.
pub fn resolve<'s>(root: &'s Value, schema: &'s Value) -> &'s Value {
    let mut schema = schema;
    for _ in 0..MOST_DEPTH {
        let next = match schema.get("$ref").and_then(Value::as_str) {
            Some(pointer) => root.pointer(pointer.trim_start_matches('#')),
            None => schema.get("anyOf").and_then(Value::as_array).and_then(|alternatives| {
                alternatives
                    .iter()
                    .find(|alternative| alternative.get("type").and_then(Value::as_str) != Some("null"))
            }),
        };
        match next {
            Some(next) => schema = next,
            None => break,
        }
    }
    schema
}

/// The name of a schema's type; of one that may be null, of the other.
pub fn type_name(schema: &Value) -> &str {
    match schema.get("type") {
        Some(Value::Array(names)) => {
            names.iter().filter_map(Value::as_str).find(|name| *name != "null").unwrap_or("any")
        }
        Some(Value::String(name)) => name,
        _ => "any",
    }
}

/// The least and the greatest number that a schema of numbers allows; `None` unless it says both.
pub fn range(schema: &Value) -> Option<(i128, i128)> {
    let limit = |name| schema.get(name).and_then(whole);
    Some((limit("minimum")?, limit("maximum")?))
}

/// A whole number.
pub fn whole(value: &Value) -> Option<i128> {
    value.as_i64().map(i128::from).or_else(|| value.as_u64().map(i128::from))
}
