//! Terminals: the leaves of the operation, each at its place.

use std::rc::Rc;

use apollo_compiler::Name;
use router_schema::{ExpandedField, ExpandedOperation, ExpandedSet, ObjectSet, SubgraphId};

use super::Search;
use super::place::{FieldId, FieldUse, PlaceId};
use crate::PlanError;
use crate::graph::View;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Terminal {
    Leaf { place: PlaceId, field: FieldId, choices: usize },
    Typename { place: PlaceId },
}

impl<'a> Search<'a> {
    pub(super) fn register_operation(&mut self, operation: &ExpandedOperation) -> Result<(), PlanError> {
        self.note_asked(&operation.root);
        if !self.single_root {
            let root = self.places.root(&operation.root.parent);
            self.roots.push(root);
            return self.register_set(root, &operation.root);
        }
        for (series, field) in operation.root.fields.iter().enumerate() {
            // Its `null` is that of the whole answer: what comes after it does not run.
            if field.denied && field.definition.ty.is_non_null() {
                break;
            }
            if !field.is_introspection() && !field.denied {
                let root = self.places.root(&operation.root.parent);
                self.roots.push(root);
                self.register(root, &operation.root, field, series)?;
            }
        }
        Ok(())
    }

    fn note_asked(&mut self, set: &ExpandedSet) {
        self.note_twins(set);
        for field in &set.fields {
            self.asked.insert(field.name.clone());
            if let Some(selection) = &field.selection {
                self.note_asked(selection);
            }
        }
    }

    fn register_set(&mut self, place: PlaceId, set: &ExpandedSet) -> Result<(), PlanError> {
        let wanted: Vec<&ExpandedField> =
            set.fields.iter().filter(|field| !field.denied && !field.is_introspection()).collect();
        if self.places.get(place).is_abstract {
            let told_apart: Vec<ObjectSet> = wanted.iter().map(|field| field.on.clone()).collect();
            self.partition(place, &told_apart);
        }
        let mut is_held = self.roots.contains(&place);
        for field in wanted {
            let series = self.series(place, field);
            is_held |= self.register(place, set, field, series)?;
        }
        if !is_held || self.needs_typename(place, set) {
            self.terminals.push(Terminal::Typename { place });
        }
        Ok(())
    }

    /// Tells whether the field is fetched at the place itself.
    fn register(
        &mut self,
        place: PlaceId,
        set: &ExpandedSet,
        field: &ExpandedField,
        series: usize,
    ) -> Result<bool, PlanError> {
        let use_ = FieldUse { name: field.name.clone(), arguments: field.arguments.clone(), series };
        let id = self.places.intern(use_);
        let places = self.places_of(place, set, field, id);
        if self.covers(place, set, field) {
            self.check_reach(place, id, &places)?;
        }
        let is_here = places.contains(&place);
        for at in places {
            self.register_field(at, id, field)?;
        }
        Ok(is_here)
    }

    fn register_field(
        &mut self,
        place: PlaceId,
        id: FieldId,
        field: &ExpandedField,
    ) -> Result<(), PlanError> {
        // The name is taken in the order of the operation, whatever is fetched first.
        self.places.internal(place, id);
        match &field.selection {
            None => self.terminals.push(Terminal::Leaf { place, field: id, choices: 0 }),
            Some(selection) => {
                if let Some(child) = self.places.child(place, id) {
                    self.register_set(child, selection)?;
                }
            }
        }
        Ok(())
    }

    /// Whether the runtime type must be fetched to answer a set. At the root it is known.
    pub fn needs_typename(&self, place: PlaceId, set: &ExpandedSet) -> bool {
        if self.roots.contains(&place) {
            return false;
        }
        let here = self.places.get(place);
        let by_type = |field: &ExpandedField| field.name == "__typename" || !self.covers(place, set, field);
        here.is_abstract && (!here.types.is_subset(&set.possible) || set.fields.iter().any(by_type))
    }

    /// Whether a field is selected for every object that can be at a place.
    pub fn covers(&self, place: PlaceId, set: &ExpandedSet, field: &ExpandedField) -> bool {
        // A place below a variant may have fewer types than the set that was written for all variants.
        set.possible.intersection(&self.places.get(place).types).is_subset(&field.on)
    }

    /// Where a field of a set is to be fetched: at the place itself where some subgraph has it on the declared type
    /// and everything may have it, otherwise at the variants it is selected for.
    pub fn places_of(
        &mut self,
        place: PlaceId,
        set: &ExpandedSet,
        field: &ExpandedField,
        id: FieldId,
    ) -> Vec<PlaceId> {
        let here = self.places.get(place);
        if !here.is_abstract {
            let is_meant = field.on.is_empty() || here.types.intersects(&field.on);
            return if is_meant { vec![place] } else { Vec::new() };
        }
        if self.covers(place, set, field) && (set.possible.is_empty() || self.has_general(place, id)) {
            return vec![place];
        }
        self.inhabited(place, &field.on)
    }

    /// The variants that some object can have.
    fn inhabited(&mut self, place: PlaceId, on: &ObjectSet) -> Vec<PlaceId> {
        let variants = self.variants(place, on);
        variants.into_iter().filter(|variant| !self.is_vacuous(*variant)).collect()
    }

    /// Where a field of a requirement is to be fetched.
    pub fn selectable(&mut self, place: PlaceId, field: FieldId) -> Vec<PlaceId> {
        if !self.places.get(place).is_abstract || self.has_general(place, field) {
            return vec![place];
        }
        let types = self.places.get(place).types.clone();
        self.inhabited(place, &types)
    }

    /// Whether some subgraph resolves the field for all objects of an abstract place alike.
    fn has_general(&mut self, place: PlaceId, field: FieldId) -> bool {
        if let Some(known) = self.general_fields.get(&(place, field)) {
            return *known;
        }
        let name = self.places.field(field).name.clone();
        let layer = self.unrestricted_layer(place);
        let known = layer.iter().any(|holder| self.edge(holder, &name).is_some());
        self.general_fields.insert((place, field), known);
        known
    }

    /// Whether no object of these types can be at the general place: some subgraph that resolves the field leading
    /// there does not know them, and a shared field has the same value everywhere.
    pub(super) fn is_vacuous(&mut self, variant: PlaceId) -> bool {
        let general = self.places.general(variant);
        if general == variant {
            return false;
        }
        let types = self.places.get(variant).types.clone();
        let holders = self.holders(general);
        holders.iter().any(|(subgraph, ty)| {
            !self.graph.is_interface_object(ty, *subgraph)
                && !types.intersects(&self.graph.possible(ty, *subgraph))
        })
    }

    /// The subgraphs that resolve the field leading to a place, and the type that the field has there.
    pub(super) fn holders(&mut self, place: PlaceId) -> Rc<[(SubgraphId, Name)]> {
        if let Some(known) = self.known_holders.get(&place) {
            return Rc::clone(known);
        }
        let mut holders: Vec<(SubgraphId, Name)> = Vec::new();
        if let Some((parent, field)) = self.above(place) {
            let name = self.places.field(field).name.clone();
            for above in self.unrestricted_layer(parent).iter() {
                if let Some(edge) = self.edge(above, &name) {
                    holders.push((above.subgraph, edge.facts.ty.inner_named_type().clone()));
                }
            }
        }
        let holders: Rc<[(SubgraphId, Name)]> = holders.into();
        self.known_holders.insert(place, Rc::clone(&holders));
        holders
    }

    /// A field for every object of a place must be within reach of each of them, whichever subgraph the place is held
    /// by: one subgraph's value of a shared field cannot stand in for another's.
    fn check_reach(&mut self, place: PlaceId, field: FieldId, variants: &[PlaceId]) -> Result<(), PlanError> {
        let holders = self.holders(place);
        if holders.len() < 2 || variants.len() < 2 {
            return Ok(());
        }
        for (only, _) in holders.iter() {
            self.held_only_by = Some((place, *only));
            self.layers.forget();
            let reached = variants.iter().all(|variant| !self.sources(*variant, field).is_empty());
            self.held_only_by = None;
            self.layers.forget();
            if reached {
                return Ok(());
            }
        }
        Err(self.unreachable(place, field))
    }

    /// Fewest choices first: what has only one home opens it for the others. Ties keep the operation's order.
    pub(super) fn order_terminals(&mut self) {
        let mut terminals = std::mem::take(&mut self.terminals);
        for terminal in &mut terminals {
            if let Terminal::Leaf { place, field, choices } = terminal {
                *choices = self.homes(*place, *field);
            }
        }
        terminals.dedup();
        terminals.sort_by_key(|terminal| match terminal {
            Terminal::Leaf { choices, .. } => *choices,
            Terminal::Typename { .. } => usize::MAX,
        });
        self.terminals = terminals;
    }

    /// How many subgraphs could resolve a leaf.
    fn homes(&self, place: PlaceId, field: FieldId) -> usize {
        let ty = &self.places.get(place).ty;
        let name = &self.places.field(field).name;
        let Some(facts) = self.graph.supergraph.facts(ty).and_then(|facts| facts.fields.get(name)) else {
            return 0;
        };
        let resolves = |graph| self.graph.edge(ty, graph, name, &View::new(), self.labels).is_some();
        facts.subgraphs.keys().filter(|graph| resolves(**graph)).count()
    }
}
