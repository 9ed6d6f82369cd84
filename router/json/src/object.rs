//! Objects of the tree.

use std::collections::HashMap;
use std::sync::Arc;

use crate::{Keys, Node};

/// Objects with more fields than this are searched by hash where all of their fields are looked up.
const FEW: usize = 16;

/// Few fields, in the order in which they came: searched from the front.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Object {
    entries: Vec<(Arc<str>, Node)>,
    is_unknown: bool,
}

static ABSENT: Node = Node::Null;

impl Object {
    pub fn new() -> Self {
        Self::default()
    }

    pub fn with_capacity(capacity: usize) -> Self {
        Self { entries: Vec::with_capacity(capacity), is_unknown: false }
    }

    /// About how many bytes of memory its fields take.
    pub fn weight(&self) -> usize {
        let weight = |(key, node): &(Arc<str>, Node)| size_of::<Arc<str>>() + key.len() + node.weight();
        self.entries.iter().map(weight).sum()
    }

    pub fn len(&self) -> usize {
        self.entries.len()
    }

    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// What is absent is `null`.
    pub fn get(&self, key: &str) -> &Node {
        self.find(key).unwrap_or(&ABSENT)
    }

    /// `None` for what is absent.
    pub fn find(&self, key: &str) -> Option<&Node> {
        self.entries.iter().find(|(name, _)| **name == *key).map(|(_, node)| node)
    }

    pub fn get_mut(&mut self, key: &str) -> Option<&mut Node> {
        self.entries.iter_mut().find(|(name, _)| **name == *key).map(|(_, node)| node)
    }

    /// Adds a field that is not there yet.
    pub fn push(&mut self, key: Arc<str>, node: Node) {
        self.entries.push((key, node));
    }

    pub fn entries(&self) -> &[(Arc<str>, Node)] {
        &self.entries
    }

    pub fn entries_mut(&mut self) -> &mut [(Arc<str>, Node)] {
        &mut self.entries
    }

    pub fn into_entries(self) -> Vec<(Arc<str>, Node)> {
        self.entries
    }

    /// Notes that a subgraph was asked for the rest of this entity and answered that there is no such entity.
    pub fn mark_unknown(&mut self) {
        self.is_unknown = true;
    }

    /// Whether a subgraph knows of no such entity: then what is missing of it is not a fault.
    pub fn is_unknown(&self) -> bool {
        self.is_unknown
    }

    /// `__typename`, where it was told.
    pub fn typename(&self) -> Option<&str> {
        match self.get("__typename") {
            Node::String(name) => Some(name),
            _ => None,
        }
    }

    /// Of these fields as they are.
    pub(crate) fn of(entries: Vec<(Arc<str>, Node)>) -> Self {
        Self { entries, is_unknown: false }
    }

    /// Of fields of which several may have one name: the last one counts, in the place of the first.
    pub(crate) fn distinct(entries: Vec<(Arc<str>, Node)>) -> Self {
        let mut object = Self::with_capacity(entries.len());
        if entries.len() <= FEW {
            for (key, node) in entries {
                match object.get_mut(&key) {
                    Some(known) => *known = node,
                    None => object.push(key, node),
                }
            }
            return object;
        }
        let mut positions: HashMap<Arc<str>, usize> = HashMap::with_capacity(entries.len());
        for (key, node) in entries {
            match positions.get(&key).and_then(|&position| object.entries.get_mut(position)) {
                Some((_, known)) => *known = node,
                None => {
                    positions.insert(Arc::clone(&key), object.len());
                    object.push(key, node);
                }
            }
        }
        object
    }

    /// A copy in serde_json's form; see [`Node::to_json`].
    pub fn to_json(&self) -> serde_json::Map<String, serde_json::Value> {
        self.entries.iter().map(|(key, node)| (key.to_string(), node.to_json())).collect()
    }

    pub(crate) fn from_json(fields: serde_json::Map<String, serde_json::Value>, keys: &mut Keys) -> Self {
        let mut object = Self::with_capacity(fields.len());
        for (key, value) in fields {
            let key = keys.intern(&key);
            object.push(key, Node::from_json(value, keys));
        }
        object
    }
}

impl From<serde_json::Map<String, serde_json::Value>> for Object {
    fn from(fields: serde_json::Map<String, serde_json::Value>) -> Self {
        Self::from_json(fields, &mut Keys::default())
    }
}

impl FromIterator<(Arc<str>, Node)> for Object {
    fn from_iter<I: IntoIterator<Item = (Arc<str>, Node)>>(fields: I) -> Self {
        Self::distinct(fields.into_iter().collect())
    }
}
