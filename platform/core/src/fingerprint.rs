//! The fingerprint of a request, kept under its idempotency key so that the key is refused with another request.
//!
//! SHA-256 of canonical JSON (members in the order of their names, no space, null members left out), after a byte that
//! says so. Requests leave their defaults out when they are serialised: then a field that a release adds changes no
//! fingerprint, and a retry across the release is still the same request.

use serde::Serialize;
use serde_json::Value;
use sha2::{Digest, Sha256};

/// The first byte of the fingerprints that this release makes. Those of older releases have their 32 bytes alone.
const VERSION: u8 = 1;
const UNVERSIONED_LENGTH: usize = 32;

/// The fingerprint of a request.
pub fn fingerprint(request: &impl Serialize) -> Result<Vec<u8>, serde_json::Error> {
    let mut text = String::new();
    write(&canonical(serde_json::to_value(request)?), &mut text)?;
    let mut bytes = vec![VERSION];
    bytes.extend_from_slice(&Sha256::digest(text));
    Ok(bytes)
}

/// Whether `kept` was made before fingerprints had a version: by the debug text of types, which its owner knows.
pub const fn is_unversioned(kept: &[u8]) -> bool {
    kept.len() == UNVERSIONED_LENGTH
}

/// Without null members.
fn canonical(value: Value) -> Value {
    match value {
        Value::Object(members) => members
            .into_iter()
            .filter(|(_, value)| !value.is_null())
            .map(|(name, value)| (name, canonical(value)))
            .collect(),
        Value::Array(items) => items.into_iter().map(canonical).collect(),
        other => other,
    }
}

fn write(value: &Value, text: &mut String) -> Result<(), serde_json::Error> {
    match value {
        Value::Object(members) => {
            let mut members: Vec<_> = members.iter().collect();
            members.sort_unstable_by_key(|(name, _)| *name);
            let mut separator = '{';
            for (name, value) in members {
                text.push(std::mem::replace(&mut separator, ','));
                text.push_str(&serde_json::to_string(name)?);
                text.push(':');
                write(value, text)?;
            }
            // Without members the opening brace is not written yet.
            text.push_str(if separator == '{' { "{}" } else { "}" });
        }
        Value::Array(items) => {
            let mut separator = '[';
            for item in items {
                text.push(std::mem::replace(&mut separator, ','));
                write(item, text)?;
            }
            text.push_str(if separator == '[' { "[]" } else { "]" });
        }
        scalar => text.push_str(&serde_json::to_string(scalar)?),
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_order_of_members_and_what_is_null_make_no_difference() {
        let of = |value: Value| fingerprint(&value).unwrap();
        let one = of(json!({ "b": [1, {}], "a": { "y": "\"", "x": [] } }));
        assert_eq!(one, of(json!({ "a": { "x": [], "y": "\"", "z": null }, "b": [1, { "c": null }] })));
        assert_ne!(one, of(json!({ "a": { "x": [], "y": "\"" }, "b": [{}, 1] })), "items have an order");
        assert_ne!(of(json!(["ab"])), of(json!(["a", "b"])));
        assert!(!is_unversioned(&one) && one.first() == Some(&VERSION));
    }
}
