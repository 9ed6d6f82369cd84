//! Places: where objects of the response stand, and under which internal names.
//!
//! A place is a path through the internal tree together with the runtime types its objects may have. A *general* place
//! is reached by a field; a *variant* narrows a general place of an abstract type to types that planning need not tell
//! apart. Invariant: within one object of the tree, two uses of a name are the same field with the same arguments,
//! and no subgraph can see them with two types. Places do not depend on the plan and are kept between attempts.

use std::collections::BTreeMap;

use apollo_compiler::ast::{Argument, Type};
use apollo_compiler::collections::HashMap;
use apollo_compiler::{Name, Node};
use router_schema::{ObjectSet, SubgraphId, Supergraph};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PlaceId(pub usize);

/// A field with its arguments, and a number that keeps apart what must not be merged: mutations, and `twins`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct FieldUse {
    pub name: Name,
    pub arguments: Vec<Node<Argument>>,
    pub series: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FieldId(pub usize);

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct TreeId(usize);

#[derive(Debug, Clone, PartialEq)]
pub enum PlaceKind {
    /// The operation's root. Root fields of mutations have a root each.
    Root,
    Field {
        parent: PlaceId,
        field: FieldId,
    },
    Variant {
        of: PlaceId,
    },
}

#[derive(Debug, Clone)]
pub struct Place {
    pub kind: PlaceKind,
    /// The declared type; in a variant, one of its object types, which stands for all.
    pub ty: Name,
    /// Runtime types that objects here may have.
    pub types: ObjectSet,
    pub is_abstract: bool,
    pub tree: TreeId,
}

#[derive(Debug)]
struct NameUse {
    internal: Name,
    field: FieldId,
    shapes: BTreeMap<SubgraphId, String>,
    below: TreeId,
}

#[derive(Debug, Default)]
struct Tree {
    uses: Vec<NameUse>,
}

#[derive(Debug)]
pub struct Places<'a> {
    supergraph: &'a Supergraph,
    places: Vec<Place>,
    fields: indexmap::IndexSet<FieldUse>,
    trees: Vec<Tree>,
    children: HashMap<(PlaceId, FieldId), PlaceId>,
    variants: HashMap<(PlaceId, ObjectSet), PlaceId>,
    names: HashMap<(TreeId, Name, FieldId), (Name, TreeId)>,
}

impl<'a> Places<'a> {
    pub fn new(supergraph: &'a Supergraph) -> Self {
        Self {
            supergraph,
            places: Vec::new(),
            fields: indexmap::IndexSet::new(),
            trees: vec![Tree::default()],
            children: HashMap::default(),
            variants: HashMap::default(),
            names: HashMap::default(),
        }
    }

    #[expect(clippy::indexing_slicing, reason = "ids are made by this arena alone, which never shrinks")]
    pub fn get(&self, id: PlaceId) -> &Place {
        &self.places[id.0]
    }

    #[expect(clippy::indexing_slicing, reason = "ids are made by this arena alone, which never shrinks")]
    pub fn field(&self, id: FieldId) -> &FieldUse {
        &self.fields[id.0]
    }

    pub fn intern(&mut self, field: FieldUse) -> FieldId {
        FieldId(self.fields.insert_full(field).0)
    }

    pub fn root(&mut self, ty: &Name) -> PlaceId {
        self.push(Place {
            kind: PlaceKind::Root,
            ty: ty.clone(),
            types: self.supergraph.possible_types(ty),
            is_abstract: false,
            tree: TreeId(0),
        })
    }

    fn push(&mut self, place: Place) -> PlaceId {
        self.places.push(place);
        PlaceId(self.places.len() - 1)
    }

    /// The general place under a field; `None` if the type has no such field or it is a leaf.
    pub fn child(&mut self, parent: PlaceId, field: FieldId) -> Option<PlaceId> {
        if let Some(known) = self.children.get(&(parent, field)) {
            return Some(*known);
        }
        let declared = self.declared(parent, field)?.inner_named_type().clone();
        let (_, tree) = self.internal(parent, field);
        let place = Place {
            kind: PlaceKind::Field { parent, field },
            types: self.supergraph.possible_types(&declared),
            is_abstract: self.supergraph.is_abstract(&declared),
            ty: declared,
            tree,
        };
        let id = self.push(place);
        self.children.insert((parent, field), id);
        Some(id)
    }

    /// The field's type in the supergraph, at this place.
    pub fn declared(&self, parent: PlaceId, field: FieldId) -> Option<&'a Type> {
        let schema = self.supergraph.schema();
        let definition = schema.type_field(&self.get(parent).ty, &self.field(field).name).ok()?;
        Some(&definition.ty)
    }

    /// The part of a general place where objects have these types.
    pub fn variant(&mut self, of: PlaceId, types: &ObjectSet) -> PlaceId {
        if let Some(known) = self.variants.get(&(of, types.clone())) {
            return *known;
        }
        let general = self.get(of);
        let representative = types.iter().next().and_then(|index| self.supergraph.object_name(index));
        let place = Place {
            kind: PlaceKind::Variant { of },
            ty: representative.unwrap_or(&general.ty).clone(),
            types: types.clone(),
            is_abstract: false,
            tree: general.tree,
        };
        let id = self.push(place);
        self.variants.insert((of, types.clone()), id);
        id
    }

    /// The place from which a place is reached, or which it narrows.
    pub fn parent(&self, id: PlaceId) -> Option<PlaceId> {
        match self.get(id).kind {
            PlaceKind::Root => None,
            PlaceKind::Field { parent, .. } => Some(parent),
            PlaceKind::Variant { of } => Some(of),
        }
    }

    /// The general place of a variant, otherwise the place itself.
    pub fn general(&self, id: PlaceId) -> PlaceId {
        match self.get(id).kind {
            PlaceKind::Variant { of } => of,
            _ => id,
        }
    }

    /// Where the field's value stands in an object of the tree. The first use of a name in an operation gets it as it
    /// is; a use that some subgraph could not tell from an earlier one gets a number.
    pub fn internal(&mut self, place: PlaceId, field: FieldId) -> (Name, TreeId) {
        let Place { ty, tree, .. } = self.get(place);
        let key = (*tree, ty.clone(), field);
        if let Some(known) = self.names.get(&key) {
            return known.clone();
        }
        let shapes = self.shapes(&key.1, &self.field(field).name);
        let found = self.assign(key.0, field, shapes);
        self.names.insert(key, found.clone());
        found
    }

    #[expect(clippy::indexing_slicing, reason = "ids are made by this arena alone, which never shrinks")]
    fn assign(
        &mut self,
        tree: TreeId,
        field: FieldId,
        shapes: BTreeMap<SubgraphId, String>,
    ) -> (Name, TreeId) {
        let compatible = |used: &NameUse| {
            used.field == field
                && shapes.iter().all(|(graph, shape)| used.shapes.get(graph).is_none_or(|each| each == shape))
        };
        if let Some(used) = self.trees[tree.0].uses.iter_mut().find(|used| compatible(used)) {
            used.shapes.extend(shapes);
            return (used.internal.clone(), used.below);
        }
        let wanted = self.field(field).name.clone();
        let taken = |name: &Name| self.trees[tree.0].uses.iter().any(|used| used.internal == *name);
        let mut internal = wanted.clone();
        let mut number = 1;
        while taken(&internal) {
            // A name followed by a number is a name.
            internal = Name::new_unchecked(&format!("{wanted}_{number}"));
            number += 1;
        }
        let below = TreeId(self.trees.len());
        self.trees.push(Tree::default());
        self.trees[tree.0].uses.push(NameUse { internal: internal.clone(), field, shapes, below });
        (internal, below)
    }

    /// How each subgraph would see the field, as far as selections under one name must agree.
    fn shapes(&self, ty: &str, field: &str) -> BTreeMap<SubgraphId, String> {
        let Some(facts) = self.supergraph.facts(ty).and_then(|facts| facts.fields.get(field)) else {
            return BTreeMap::new();
        };
        facts.subgraphs.iter().map(|(graph, facts)| (*graph, self.shape(&facts.ty))).collect()
    }

    fn shape(&self, ty: &Type) -> String {
        let name = ty.inner_named_type();
        let text = ty.to_string();
        let is_leaf = self.supergraph.schema().types.get(name).is_none_or(|ty| ty.is_leaf());
        if is_leaf { text } else { text.replace(name.as_str(), "{}") }
    }
}
