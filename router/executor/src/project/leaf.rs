//! Completion of leaves by the client's type.

use router_planner::plan::Leaf;
use router_transport::Value;

use crate::response::DataWriter;
use crate::tree::Node;

/// Writes a value that is not `null`; false, and nothing written, if it is none of the type's.
pub fn write(leaf: &Leaf, node: &Node, out: &mut DataWriter) -> bool {
    let Node::Leaf(value) = node else {
        if matches!(leaf, Leaf::Custom) {
            write_custom(node, out);
            return true;
        }
        return false;
    };
    let fits = match leaf {
        Leaf::Int => is_integer(value),
        Leaf::Float => value.is_number(),
        Leaf::String => value.is_string(),
        Leaf::Boolean => value.is_boolean(),
        Leaf::Id => match value {
            Value::Number(number) if !number.is_f64() => {
                out.json(&number.to_string());
                return true;
            }
            value => value.is_string(),
        },
        Leaf::Enum(values) => value.as_str().is_some_and(|name| values.contains(name)),
        Leaf::Custom => true,
    };
    if fits {
        out.json(value);
    }
    fits
}

/// Whole numbers, of any size that JSON readers take exactly: some subgraphs send counters beyond 32 bits as `Int`.
fn is_integer(value: &Value) -> bool {
    const EXACT: i64 = 1 << 53;
    match value.as_i64() {
        Some(number) => (-EXACT..=EXACT).contains(&number),
        None => value.as_f64().is_some_and(|number| number.fract() == 0.0 && number.abs() < 2f64.powi(53)),
    }
}

/// A custom scalar is any JSON, in the order in which the subgraph wrote it.
fn write_custom(node: &Node, out: &mut DataWriter) {
    match node {
        Node::Null => out.raw(b"null"),
        Node::Leaf(value) => out.json(value),
        Node::List(items) => {
            out.raw(b"[");
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    out.raw(b",");
                }
                write_custom(item, out);
            }
            out.raw(b"]");
        }
        Node::Object(object) => {
            out.raw(b"{");
            for (index, (key, value)) in object.entries().iter().enumerate() {
                if index > 0 {
                    out.raw(b",");
                }
                out.json(key.as_str());
                out.raw(b":");
                write_custom(value, out);
            }
            out.raw(b"}");
        }
    }
}
