//! Telling apart the runtime types at a place: into as few variants as planning needs.
//!
//! Two types are alike if every subgraph knows both or neither, holds them behind the same fields, keys them alike,
//! resolves alike each field that the operation, a key, a @requires or a context mentions, and if they set the same
//! contexts to the same values.

use std::collections::BTreeSet;
use std::fmt::Write;

use apollo_compiler::Name;
use apollo_compiler::collections::{HashMap, IndexMap};
use router_schema::{FieldInSubgraph, ObjectSet};

use super::Search;
use super::place::PlaceId;

/// The types at a general place, in parts that planning need not tell apart further.
#[derive(Debug)]
pub struct Partition {
    parts: Vec<ObjectSet>,
    /// The number of each type's part.
    part_of: HashMap<usize, usize>,
}

impl<'a> Search<'a> {
    /// Splits a general place by the sets of types that its selections tell apart. Called once per place.
    pub fn partition(&mut self, place: PlaceId, told_apart: &[ObjectSet]) {
        let types = self.places.get(place).types.clone();
        let holders: Vec<ObjectSet> = {
            let layer = self.unrestricted_layer(place);
            layer.iter().map(|holder| self.graph.possible(&holder.as_type, holder.subgraph)).collect()
        };
        let mut sets_of: HashMap<usize, Vec<usize>> = HashMap::default();
        for (number, set) in holders.iter().chain(told_apart).enumerate() {
            for index in set.iter() {
                sets_of.entry(index).or_default().push(number);
            }
        }
        let mut alike: IndexMap<(String, Vec<usize>), ObjectSet> = IndexMap::default();
        let mut part_of = HashMap::default();
        for index in types.iter() {
            let Some(name) = self.graph.supergraph.object_name(index) else { continue };
            let part = alike.entry((self.signature(name), sets_of.remove(&index).unwrap_or_default()));
            part_of.insert(index, part.index());
            part.or_default().insert(index);
        }
        self.partitions.insert(place, Partition { parts: alike.into_values().collect(), part_of });
    }

    /// The variants of a place that together have exactly the types in `on`.
    pub fn variants(&mut self, place: PlaceId, on: &ObjectSet) -> Vec<PlaceId> {
        if !self.places.get(place).is_abstract {
            return if self.places.get(place).types.intersects(on) { vec![place] } else { Vec::new() };
        }
        if !self.partitions.contains_key(&place) {
            self.partition(place, &[]);
        }
        let Some(partition) = self.partitions.get(&place) else { return Vec::new() };
        let shared: BTreeSet<usize> =
            on.iter().filter_map(|ty| partition.part_of.get(&ty).copied()).collect();
        let parts = shared.into_iter().filter_map(|part| partition.parts.get(part));
        parts.map(|part| self.places.variant(place, &part.intersection(on))).collect()
    }

    /// The variants to which a fragment of a field set applies.
    pub fn variants_on(&mut self, place: PlaceId, condition: &Name) -> Vec<PlaceId> {
        let on = self.graph.supergraph.possible_types(condition);
        self.variants(place, &on)
    }

    /// What planning may ask of a type, as a text that is equal for types that are alike.
    fn signature(&mut self, ty: &Name) -> String {
        if let Some(known) = self.signatures.get(ty) {
            return known.clone();
        }
        let mut text = String::new();
        if let Some(facts) = self.graph.supergraph.facts(ty) {
            for (graph, in_subgraph) in &facts.subgraphs {
                note(&mut text, &graph);
                for key in &in_subgraph.keys {
                    note(&mut text, &format_args!("@{}{}", key.fields, key.resolvable));
                }
            }
            for jump in self.graph.jumps(ty).iter().filter(|jump| jump.as_type != *ty) {
                note(&mut text, &format_args!("^{}{}", jump.as_type, jump.subgraph));
            }
            let relevant = |name: &Name| self.asked.contains(name) || self.graph.is_mentioned(name);
            let mut fields: Vec<_> = facts.fields.iter().filter(|(name, _)| relevant(name)).collect();
            fields.sort_by_key(|(name, _)| *name);
            for (name, field) in fields {
                note(&mut text, name);
                if let Ok(definition) = self.graph.supergraph.schema().type_field(ty, name) {
                    note(&mut text, &definition.ty);
                }
                for (graph, in_subgraph) in &field.subgraphs {
                    note(&mut text, &graph);
                    note_field(&mut text, in_subgraph);
                }
            }
        }
        if let Some(index) = self.graph.supergraph.object_index(ty) {
            for argument in self.graph.contexts() {
                let value = argument.values.iter().position(|(types, _)| types.contains(index));
                note(&mut text, &format_args!("{value:?}"));
            }
        }
        self.signatures.insert(ty.clone(), text.clone());
        text
    }
}

fn note_field(text: &mut String, field: &FieldInSubgraph) {
    let FieldInSubgraph { ty, external, requires, provides, overrides, context, used_overridden } = field;
    note(text, &format_args!("{ty}{external}{used_overridden}{overrides:?}"));
    for argument in context {
        note(text, &format_args!("${}:{}", argument.name, argument.ty));
        argument.values.iter().for_each(|(types, set)| note(text, &format_args!("{types:?}{set}")));
    }
    for set in [requires, provides] {
        match set {
            Some(set) => note(text, &set),
            None => note(text, &"-"),
        }
    }
}

fn note(text: &mut String, what: &dyn std::fmt::Display) {
    // Writing to a String cannot fail.
    if write!(text, "{what} ").is_err() {
        text.clear();
    }
}
