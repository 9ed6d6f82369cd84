//! Completion of leaves by the client's type. Numbers leave with the digits they came with; an `Int` has 32 bits.

use router_planner::plan::Leaf;

use crate::response::DataWriter;
use crate::tree::Node;

/// Writes a value that is not `null`; false, and nothing written, if it is none of the type's.
pub fn write(leaf: &Leaf, node: &Node, out: &mut DataWriter) -> bool {
    match (leaf, node) {
        (Leaf::Custom, node) => write_custom(node, out),
        (Leaf::String | Leaf::Id, Node::String(text)) => out.json(text.as_str()),
        (Leaf::Enum(values), Node::String(name)) if values.contains(name) => out.json(name.as_str()),
        (Leaf::Int, Node::Number(number)) if number.to_i32().is_some() => out.number(number),
        (Leaf::Float, Node::Number(number)) => out.number(number),
        (Leaf::Boolean, Node::Bool(value)) => out.json(value),
        (Leaf::Id, Node::Number(number)) if number.is_integer() => out.json(&*number.text()),
        (_, _) => return false,
    }
    true
}

/// A custom scalar is any JSON, in the order in which the subgraph wrote it.
fn write_custom(node: &Node, out: &mut DataWriter) {
    match node {
        Node::Null => out.raw(b"null"),
        Node::Bool(value) => out.json(value),
        Node::Number(number) => out.number(number),
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
