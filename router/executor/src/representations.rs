//! How entities are described to a subgraph: each object of the tree by what the plan wants of it, equal ones once.

use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};
use std::sync::Arc;

use router_planner::plan::{EntityCall, NullInput, Representation, RepresentationField, RepresentationType};
use router_transport::{Object as JsonObject, Value};

use crate::tree::{Node, Object, find};

/// An object of the tree that an entity completes.
#[derive(Debug)]
pub struct Place {
    /// Index of the target in the call.
    pub target: usize,
    pub indices: Box<[usize]>,
    /// Index of its representation.
    pub representation: usize,
}

/// The representations of one call, and the places that each stands for.
#[derive(Debug, Default)]
pub struct Represented {
    pub values: Vec<Value>,
    pub places: Vec<Place>,
}

/// Collects the representations of a call from the tree.
pub fn collect(tree: &Node, call: &EntityCall) -> Represented {
    let mut seen = Distinct::default();
    let mut places = Vec::new();
    for (target, entity) in call.targets.iter().enumerate() {
        find(tree, &entity.path, &mut |indices, object| {
            if let Some(value) = represent(object, &entity.representation) {
                places.push(Place { target, indices: indices.into(), representation: seen.insert(value) });
            }
        });
    }
    Represented { values: seen.values, places }
}

/// Values in the order of their first occurrence.
#[derive(Default)]
struct Distinct {
    hasher: RandomState,
    values: Vec<Value>,
    by_hash: HashMap<u64, Vec<usize>>,
}

impl Distinct {
    fn insert(&mut self, value: Value) -> usize {
        let candidates = self.by_hash.entry(self.hasher.hash_one(&value)).or_default();
        if let Some(&known) = candidates.iter().find(|&&index| self.values.get(index) == Some(&value)) {
            return known;
        }
        let index = self.values.len();
        candidates.push(index);
        self.values.push(value);
        index
    }
}

/// `None` when the object lacks something without which the subgraph cannot find the entity.
fn represent(object: &Object, wanted: &Representation) -> Option<Value> {
    let typename = match &wanted.typename {
        RepresentationType::Fixed(name) => &**name,
        RepresentationType::OfObject => object.typename()?,
    };
    let mut value = JsonObject::with_capacity(wanted.fields.len() + 1);
    value.insert("__typename".to_owned(), Value::from(typename));
    copy_fields(object, &wanted.fields, &mut value)?;
    Some(Value::Object(value))
}

fn copy_fields(object: &Object, wanted: &[RepresentationField], into: &mut JsonObject) -> Option<()> {
    for field in wanted {
        if let Some(types) = &field.on
            && !object.typename().is_some_and(|name| types.contains(name))
        {
            continue;
        }
        let node = object.get(&field.source);
        if node.is_null() && field.null == NullInput::LeaveOut {
            return None;
        }
        let value = copy(node, &field.fields)?;
        match into.get_mut(&*field.name) {
            // Two fields may describe parts of one object, each for its own types.
            Some(present) => join(present, value),
            None => {
                into.insert(field.name.to_string(), value);
            }
        }
    }
    Some(())
}

fn copy(node: &Node, wanted: &[RepresentationField]) -> Option<Value> {
    match node {
        Node::Object(object) if !wanted.is_empty() => {
            let mut value = JsonObject::with_capacity(wanted.len());
            copy_fields(object, wanted, &mut value)?;
            Some(Value::Object(value))
        }
        Node::List(items) if !wanted.is_empty() => items.iter().map(|item| copy(item, wanted)).collect(),
        node => Some(node.to_json()),
    }
}

fn join(present: &mut Value, more: Value) {
    match (present, more) {
        (Value::Object(present), Value::Object(more)) => {
            for (key, value) in more {
                match present.get_mut(&key) {
                    Some(present) => join(present, value),
                    None => {
                        present.insert(key, value);
                    }
                }
            }
        }
        (Value::Array(present), Value::Array(more)) if present.len() == more.len() => {
            present.iter_mut().zip(more).for_each(|(present, more)| join(present, more));
        }
        (present @ Value::Null, more) => *present = more,
        (_, _) => {}
    }
}

/// A field that several places of the same representation need is taken as often as it is wanted: the last takes it
/// whole.
#[derive(Debug)]
pub struct Shares {
    entities: Vec<(Node, usize)>,
}

/// An entity for one of its places.
pub enum Share {
    Shared(Node),
    Last(Node),
}

impl Shares {
    pub fn new(entities: Vec<Node>, places: &[Place]) -> Self {
        let mut entities: Vec<_> = entities.into_iter().map(|entity| (entity, 0)).collect();
        for place in places {
            if let Some((_, uses)) = entities.get_mut(place.representation) {
                *uses += 1;
            }
        }
        Self { entities }
    }

    /// `None` for entities that are `null` or were not answered.
    pub fn take(&mut self, representation: usize) -> Option<Share> {
        let (entity, uses) = self.entities.get_mut(representation)?;
        *uses = uses.saturating_sub(1);
        match entity {
            Node::Object(object) if *uses > 0 => Some(Share::Shared(Node::Object(Arc::clone(object)))),
            Node::Object(_) => Some(Share::Last(std::mem::take(entity))),
            _ => None,
        }
    }
}
