//! One field under several response keys.
//!
//! Selected with equal arguments it has one value, and is fetched once wherever that cannot be told. It can be where a
//! `null` spreads: a subgraph that finds none for a field which it declares non-null takes along the object above, and
//! with it what is selected of that object under another key. So uses of a field are one only if what can spread out of
//! their selections is the same; otherwise they are told apart by a number, and are two fields to planning.
//! Invariant: of two uses at one place that some object has in common, equal numbers mean equal spreads.

use std::collections::BTreeMap;

use apollo_compiler::Name;
use apollo_compiler::collections::HashMap;
use indexmap::IndexSet;
use router_schema::{ExpandedField, ExpandedSet, ObjectSet};

use super::Search;
use super::place::{FieldId, FieldUse, PlaceId};

/// Equal for selections out of which the same `null`s can spread.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
struct Spread(usize);

/// The fields of a selection that matter to how a `null` spreads: each with whether it may take its object along, what
/// is the same of the selection below, and the types for which it is selected.
type Outline = Vec<((FieldId, bool, Option<Spread>), ObjectSet)>;

/// What one number of a field stands for, and for which types.
type Uses = Vec<(Option<Spread>, ObjectSet)>;

#[derive(Debug, Default)]
pub struct Twins {
    /// Whether some object of the operation has a field under two keys, so that any of this has to be asked.
    occur: bool,
    outlines: IndexSet<Outline>,
    /// By the address of a set of the operation, which outlives the search.
    spreads: HashMap<*const ExpandedSet, Option<Spread>>,
    /// The numbers of a field at a general place.
    numbers: HashMap<(PlaceId, FieldId), Vec<Uses>>,
}

impl Search<'_> {
    /// Looks whether any object of a set has a field with a selection under two keys.
    pub(super) fn note_twins(&mut self, set: &ExpandedSet) {
        let mut keys: HashMap<&Name, &Name> = HashMap::default();
        self.twins.occur |= set
            .fields
            .iter()
            .filter(|field| field.selection.is_some())
            .any(|field| **keys.entry(&field.name).or_insert(&field.response_key) != field.response_key);
    }

    /// The number of a field's use in a set at a place.
    pub fn series(&mut self, place: PlaceId, field: &ExpandedField) -> usize {
        if !self.twins.occur || field.denied || field.is_introspection() {
            return 0;
        }
        let Some(selection) = &field.selection else { return 0 };
        let id = self.plain(field);
        let spread = self.spread(selection);
        let numbers = self.twins.numbers.entry((place, id)).or_default();
        // Objects of no type that clients see can still be there: they are all alike.
        let meets = |on: &ObjectSet| on.intersects(&field.on) || (on.is_empty() && field.on.is_empty());
        let fits = |uses: &Uses| uses.iter().all(|(known, on)| *known == spread || !meets(on));
        let number = numbers.iter().position(fits).unwrap_or(numbers.len());
        let mine = (spread, field.on.clone());
        match numbers.get_mut(number) {
            Some(uses) if uses.contains(&mine) => {}
            Some(uses) => uses.push(mine),
            None => numbers.push(vec![mine]),
        }
        number
    }

    /// `None` where no `null` spreads out of any part of the selection.
    fn spread(&mut self, set: &ExpandedSet) -> Option<Spread> {
        let address = std::ptr::from_ref(set);
        if let Some(known) = self.twins.spreads.get(&address) {
            return *known;
        }
        let mut outline: BTreeMap<(FieldId, bool, Option<Spread>), ObjectSet> = BTreeMap::new();
        for field in set.fields.iter().filter(|field| !field.denied && !field.is_introspection()) {
            let takes_along = self.takes_along(&set.parent, field);
            let below = field.selection.as_ref().and_then(|selection| self.spread(selection));
            if takes_along || below.is_some() {
                let key = (self.plain(field), takes_along, below);
                outline.entry(key).or_default().extend(&field.on);
            }
        }
        let spread = (!outline.is_empty())
            .then(|| Spread(self.twins.outlines.insert_full(outline.into_iter().collect()).0));
        self.twins.spreads.insert(address, spread);
        spread
    }

    /// Whether some subgraph may answer `null` for the object because of the field: one that declares it non-null, or
    /// has to be told other fields of the object first.
    fn takes_along(&self, parent: &Name, field: &ExpandedField) -> bool {
        let graph = self.graph;
        let supergraph = &graph.supergraph;
        let resolves_so = |ty: &Name| {
            let known = supergraph.facts(ty).and_then(|facts| facts.fields.get(&field.name));
            known.is_some_and(|known| {
                known.subgraphs.values().any(|each| each.ty.is_non_null() || each.requires.is_some())
            })
        };
        let may =
            |ty: &Name| resolves_so(ty) || graph.jumps(ty).iter().any(|jump| resolves_so(&jump.as_type));
        field.definition.ty.is_non_null()
            || may(parent)
            || field.on.iter().filter_map(|index| supergraph.object_name(index)).any(may)
    }

    fn plain(&mut self, field: &ExpandedField) -> FieldId {
        let (name, arguments) = (field.name.clone(), field.arguments.clone());
        self.places.intern(FieldUse { name, arguments, series: 0 })
    }
}
