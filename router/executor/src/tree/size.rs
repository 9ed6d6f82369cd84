//! How much there is of a tree.

use crate::tree::Node;

/// Counts the values of a tree against what there is room for, and takes them from it. False, and nothing left, if they
/// are more: the rest is not looked at.
pub fn fits(node: &Node, room: &mut usize) -> bool {
    let Some(left) = room.checked_sub(1) else { return false };
    *room = left;
    let fits = match node {
        Node::List(items) => items.iter().all(|item| fits(item, room)),
        Node::Object(object) => object.entries().iter().all(|(_, value)| fits(value, room)),
        Node::Null | Node::Bool(_) | Node::Number(_) | Node::String(_) => true,
    };
    if !fits {
        *room = 0;
    }
    fits
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn every_value_takes_room() {
        let node = Node::from(json!({ "a": [1, 2, { "b": null }], "c": "text" }));
        let mut room = 10;
        assert!(fits(&node, &mut room));
        assert_eq!(room, 3);
        assert!(!fits(&node, &mut room));
        assert_eq!(room, 0);
        assert!(!fits(&Node::Null, &mut room));
    }
}
