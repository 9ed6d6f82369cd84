//! Completion of leaves by the client's type.

use router_planner::plan::Leaf;
use serde_json::Number;

use crate::response::DataWriter;
use crate::tree::Node;

/// Writes a value that is not `null`; false, and nothing written, if it is none of the type's.
pub fn write(leaf: &Leaf, node: &Node, out: &mut DataWriter) -> bool {
    match (leaf, node) {
        (Leaf::Custom, node) => write_custom(node, out),
        (Leaf::String | Leaf::Id, Node::String(text)) => out.json(text.as_str()),
        (Leaf::Enum(values), Node::String(name)) if values.contains(name) => out.json(name.as_str()),
        (Leaf::Int, Node::Number(number)) if is_integer(number) => out.json(number),
        (Leaf::Float, Node::Number(number)) => out.json(number),
        (Leaf::Boolean, Node::Bool(value)) => out.json(value),
        (Leaf::Id, Node::Number(number)) if !number.is_f64() => out.json(&number.to_string()),
        (_, _) => return false,
    }
    true
}

/// Whole numbers, of any size that JSON readers take exactly: some subgraphs send counters beyond 32 bits as `Int`.
fn is_integer(number: &Number) -> bool {
    const EXACT: i64 = 1 << 53;
    match number.as_i64() {
        Some(number) => (-EXACT..=EXACT).contains(&number),
        None => number.as_f64().is_some_and(|number| number.fract() == 0.0 && number.abs() < 2f64.powi(53)),
    }
}

/// A custom scalar is any JSON, in the order in which the subgraph wrote it.
fn write_custom(node: &Node, out: &mut DataWriter) {
    match node {
        Node::Null => out.raw(b"null"),
        Node::Bool(value) => out.json(value),
        Node::Number(number) => out.json(number),
        Node::String(text) => out.json(text.as_str()),
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
                out.json(&**key);
                out.raw(b":");
                write_custom(value, out);
            }
            out.raw(b"}");
        }
    }
}
