//! What of a document is outside the range that its setting has. A range stands with its setting, as
//! `#[schemars(range(min = 1, max = 10))]`, or `length(min = 1)` for text that must not be empty: the check of a
//! document, the JSON Schema and the reference page tell the same.

use serde_json::Value;

use crate::schema::{MOST_DEPTH, range, resolve, whole};

/// A setting by its path in the document, and what it must be.
#[derive(Debug)]
pub struct Fault {
    pub path: Vec<String>,
    /// Such as `must be at least 1 and at most 10, and is 0`.
    pub what: String,
}

/// Every setting of `document` that is outside the range in `schema` (a JSON Schema as `schemars` makes it). What is of
/// another type than the schema says, or is not in it, is not looked at.
pub fn out_of_range(schema: &Value, document: &Value) -> Vec<Fault> {
    let mut faults = Vec::new();
    look(schema, schema, document, &[], &mut faults);
    faults
}

fn look(root: &Value, schema: &Value, value: &Value, path: &[&str], faults: &mut Vec<Fault>) {
    // One more for the entry of a list.
    if path.len() > MOST_DEPTH + 1 {
        return;
    }
    let schema = resolve(root, schema);
    let mut fault =
        |what| faults.push(Fault { path: path.iter().map(|name| (*name).to_owned()).collect(), what });
    match value {
        Value::Number(_) => {
            if let (Some(number), Some((least, most))) = (whole(value), range(schema))
                && !(least..=most).contains(&number)
            {
                fault(format!("must be at least {least} and at most {most}, and is {number}"));
            }
        }
        Value::String(text) => {
            if text.trim().is_empty()
                && schema.get("minLength").and_then(whole).is_some_and(|least| least > 0)
            {
                fault("must not be empty".to_owned());
            }
        }
        Value::Array(items) => {
            let Some(schema) = schema.get("items") else { return };
            for (index, item) in items.iter().enumerate() {
                look(root, schema, item, &[path, &[&index.to_string()]].concat(), faults);
            }
        }
        Value::Object(fields) => {
            let named = schema.get("properties");
            for (name, field) in fields {
                let schema =
                    named.and_then(|named| named.get(name)).or_else(|| schema.get("additionalProperties"));
                if let Some(schema) = schema {
                    look(root, schema, field, &[path, &[name]].concat(), faults);
                }
            }
        }
        Value::Null | Value::Bool(_) => {}
    }
}
