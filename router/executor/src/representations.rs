//! How entities are described to a subgraph: each object of the tree by what the plan wants of it, equal ones once.
//!
//! Most objects of a list repeat entities that were met before, so an object is hashed and compared where it stands in
//! the tree; a representation is built for the first of its kind alone.

use std::collections::HashMap;
use std::hash::{BuildHasher, Hash, Hasher, RandomState};
use std::ops::Range;
use std::sync::Arc;

use router_planner::plan::{EntityCall, NullInput, Representation, RepresentationField, RepresentationType};

use crate::context;
use crate::tree::{Node, Object, find};

/// An object of the tree that an entity completes.
#[derive(Debug)]
pub struct Place {
    /// Index of the target in the call.
    pub target: usize,
    /// Index of its representation.
    pub representation: usize,
    indices: Range<usize>,
}

/// The representations of one call that go in one request, and the places that each stands for.
#[derive(Debug, Default)]
pub struct Represented {
    /// Values of the call's context variables, which all places share.
    pub context: Vec<Node>,
    pub values: Vec<Node>,
    pub places: Vec<Place>,
    /// The list indices of all places, one place after the other.
    indices: Vec<usize>,
}

impl Represented {
    /// The entities of an answer: `None` where it is no list of objects and nulls, one for each representation.
    pub fn entities(&self, answered: Node) -> Option<Vec<Node>> {
        let sent = self.places.iter().map(|place| place.representation + 1).max().unwrap_or_default();
        let Node::List(entities) = answered else { return (sent == 0).then(Vec::new) };
        let fits = entities.iter().all(|entity| matches!(entity, Node::Object(_) | Node::Null));
        (fits && entities.len() == sent).then(|| Arc::unwrap_or_clone(entities))
    }

    /// The list indices that lead to a place.
    pub fn indices(&self, place: &Place) -> &[usize] {
        self.indices.get(place.indices.clone()).unwrap_or_default()
    }
}

/// Collects the representations of a call from the tree: one group for each set of context values that occurs, so one
/// at most where the call takes none.
pub fn collect(tree: &Node, call: &EntityCall) -> Vec<Represented> {
    let mut groups: Vec<(Distinct<'_>, Represented)> = Vec::new();
    let mut by_context: HashMap<String, usize> = HashMap::new();
    for (target, entity) in call.targets.iter().enumerate() {
        find(tree, &entity.path, &mut |indices, object| {
            let Some(context) = context::values(tree, call, &entity.path, indices) else { return };
            let (written, known) = if call.context.is_empty() {
                (String::new(), (!groups.is_empty()).then_some(0))
            } else {
                // Equal values are written alike.
                let Ok(written) = serde_json::to_string(&context) else { return };
                let known = by_context.get(&written).copied();
                (written, known)
            };
            let group = known.unwrap_or(groups.len());
            if known.is_none() {
                by_context.insert(written, group);
                groups.push((Distinct::default(), Represented { context, ..Represented::default() }));
            }
            if let Some((distinct, represented)) = groups.get_mut(group)
                && let Some(representation) = distinct.insert(object, &entity.representation)
            {
                let start = represented.indices.len();
                represented.indices.extend_from_slice(indices);
                let indices = start..represented.indices.len();
                represented.places.push(Place { target, representation, indices });
            }
        });
    }
    let filled = groups
        .into_iter()
        .map(|(distinct, represented)| Represented { values: distinct.values, ..represented });
    filled.filter(|represented| !represented.values.is_empty()).collect()
}

/// Representations in the order of their first occurrence.
#[derive(Default)]
struct Distinct<'t> {
    hasher: RandomState,
    values: Vec<Node>,
    /// For each value, what it was made of.
    origins: Vec<(&'t Object, &'t Representation)>,
    by_hash: HashMap<u64, Vec<usize>>,
}

impl<'t> Distinct<'t> {
    /// `None` when the object lacks something without which the subgraph cannot find the entity.
    fn insert(&mut self, object: &'t Object, wanted: &'t Representation) -> Option<usize> {
        let mut hasher = self.hasher.build_hasher();
        typename(object, wanted)?.hash(&mut hasher);
        hash_fields(object, &wanted.fields, &mut hasher)?;
        let candidates = self.by_hash.entry(hasher.finish()).or_default();
        let known = candidates.iter().find(|&&index| {
            self.origins.get(index).is_some_and(|(other, of_other)| {
                if of_other == &wanted {
                    typename(object, wanted) == typename(other, wanted)
                        && same_fields(object, other, &wanted.fields)
                } else {
                    represent(object, wanted).as_ref() == self.values.get(index)
                }
            })
        });
        if let Some(&known) = known {
            return Some(known);
        }
        let value = represent(object, wanted)?;
        let index = self.values.len();
        candidates.push(index);
        self.values.push(value);
        self.origins.push((object, wanted));
        Some(index)
    }
}

fn typename<'o>(object: &'o Object, wanted: &'o Representation) -> Option<&'o str> {
    match &wanted.typename {
        RepresentationType::Fixed(name) => Some(name),
        RepresentationType::OfObject => object.typename(),
    }
}

fn applies(field: &RepresentationField, object: &Object) -> bool {
    field.on.as_ref().is_none_or(|types| object.typename().is_some_and(|name| types.contains(name)))
}

/// `None` when something is `null` that must not be.
fn hash_fields(object: &Object, wanted: &[RepresentationField], hasher: &mut impl Hasher) -> Option<()> {
    for field in wanted.iter().filter(|field| applies(field, object)) {
        let node = object.get(&field.source);
        if node.is_null() && field.null == NullInput::LeaveOut {
            return None;
        }
        field.name.hash(hasher);
        hash_node(node, &field.fields, hasher)?;
    }
    Some(())
}

fn hash_node(node: &Node, wanted: &[RepresentationField], hasher: &mut impl Hasher) -> Option<()> {
    std::mem::discriminant(node).hash(hasher);
    match node {
        Node::Null => {}
        Node::Bool(value) => value.hash(hasher),
        Node::Number(number) => number.hash(hasher),
        Node::String(text) => text.hash(hasher),
        Node::List(items) => {
            for item in items.iter() {
                hash_node(item, wanted, hasher)?;
            }
        }
        Node::Object(object) if wanted.is_empty() => {
            for (key, node) in object.entries() {
                key.hash(hasher);
                hash_node(node, wanted, hasher)?;
            }
        }
        Node::Object(object) => hash_fields(object, wanted, hasher)?,
    }
    Some(())
}

fn same_fields(a: &Object, b: &Object, wanted: &[RepresentationField]) -> bool {
    wanted.iter().all(|field| match (applies(field, a), applies(field, b)) {
        (true, true) => same(a.get(&field.source), b.get(&field.source), &field.fields),
        (in_a, in_b) => in_a == in_b,
    })
}

fn same(a: &Node, b: &Node, wanted: &[RepresentationField]) -> bool {
    match (a, b) {
        (Node::Object(a), Node::Object(b)) if !wanted.is_empty() => same_fields(a, b, wanted),
        (Node::List(a), Node::List(b)) => {
            a.len() == b.len() && a.iter().zip(b.iter()).all(|(a, b)| same(a, b, wanted))
        }
        (a, b) => a == b,
    }
}

fn represent(object: &Object, wanted: &Representation) -> Option<Node> {
    let mut value = Object::with_capacity(wanted.fields.len() + 1);
    value.push("__typename".into(), Node::from(typename(object, wanted)?));
    copy_fields(object, &wanted.fields, &mut value)?;
    Some(Node::from(value))
}

fn copy_fields(object: &Object, wanted: &[RepresentationField], into: &mut Object) -> Option<()> {
    for field in wanted.iter().filter(|field| applies(field, object)) {
        let node = object.get(&field.source);
        if node.is_null() && field.null == NullInput::LeaveOut {
            return None;
        }
        let value = copy(node, &field.fields)?;
        match into.get_mut(&field.name) {
            // Two fields may describe parts of one object, each for its own types.
            Some(present) => join(present, value),
            None => into.push(Arc::clone(&field.name), value),
        }
    }
    Some(())
}

/// Shares with the tree what is copied whole.
fn copy(node: &Node, wanted: &[RepresentationField]) -> Option<Node> {
    match node {
        Node::Object(object) if !wanted.is_empty() => {
            let mut value = Object::with_capacity(wanted.len());
            copy_fields(object, wanted, &mut value)?;
            Some(Node::from(value))
        }
        Node::List(items) if !wanted.is_empty() => items.iter().map(|item| copy(item, wanted)).collect(),
        node => Some(node.clone()),
    }
}

fn join(present: &mut Node, more: Node) {
    match (present, more) {
        (Node::Object(present), Node::Object(more)) => {
            let present = Arc::make_mut(present);
            for (key, value) in Arc::unwrap_or_clone(more).into_entries() {
                match present.get_mut(&key) {
                    Some(present) => join(present, value),
                    None => present.push(key, value),
                }
            }
        }
        (Node::List(present), Node::List(more)) if present.len() == more.len() => {
            let more = Arc::unwrap_or_clone(more);
            Arc::make_mut(present).iter_mut().zip(more).for_each(|(present, more)| join(present, more));
        }
        (present @ Node::Null, more) => *present = more,
        (_, _) => {}
    }
}

/// Entities, each taken as often as it has places: the last takes it whole.
#[derive(Debug)]
pub struct Shares {
    entities: Vec<(Node, usize)>,
}

/// An entity for one of its places.
pub enum Share {
    Shared(Node),
    Last(Node),
    /// The subgraph knows of no such entity.
    Unknown,
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

    /// `None` for entities that were not answered.
    pub fn take(&mut self, representation: usize) -> Option<Share> {
        let (entity, uses) = self.entities.get_mut(representation)?;
        *uses = uses.saturating_sub(1);
        match entity {
            Node::Object(object) if *uses > 0 => Some(Share::Shared(Node::Object(Arc::clone(object)))),
            Node::Object(_) => Some(Share::Last(std::mem::take(entity))),
            Node::Null => Some(Share::Unknown),
            _ => None,
        }
    }
}
