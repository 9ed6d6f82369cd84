//! Whether, and at what price, a subgraph that holds an object can lead to a whole field set.
//!
//! The answer rests on types alone. It is asked for the parts below the first level of keys and requirements, where
//! the search has no places yet; the search itself then finds the way.

use router_schema::{FieldSet, FieldSetSelection, SubgraphId};

use super::price::{FETCH, FIELD, Price};
use super::{Graph, Labels, View};

/// Jumps in a row that are followed below the first level of a field set.
const DEPTH: usize = 3;

impl Graph {
    fn supply_within<'a>(
        &'a self,
        ty: &str,
        subgraph: SubgraphId,
        view: &View<'a>,
        set: &FieldSet,
        labels: &Labels,
        depth: usize,
    ) -> Option<Price> {
        let mut price = Price::FREE;
        for selection in &set.selections {
            price += match self.local(ty, subgraph, view, selection, labels, depth) {
                Some(price) => price,
                None => self.elsewhere(ty, subgraph, view, selection, labels, depth)?,
            };
        }
        Some(price)
    }

    /// One selection, its first field resolved by this very subgraph.
    pub fn local_price<'a>(
        &'a self,
        ty: &str,
        subgraph: SubgraphId,
        view: &View<'a>,
        selection: &FieldSetSelection,
        labels: &Labels,
    ) -> Option<Price> {
        self.local(ty, subgraph, view, selection, labels, DEPTH)
    }

    fn local<'a>(
        &'a self,
        ty: &str,
        subgraph: SubgraphId,
        view: &View<'a>,
        selection: &FieldSetSelection,
        labels: &Labels,
        depth: usize,
    ) -> Option<Price> {
        match selection {
            FieldSetSelection::Field { name, .. } if name == "__typename" => {
                (!self.is_interface_object(ty, subgraph)).then_some(Price::FREE)
            }
            FieldSetSelection::Field { name, selection, .. } => {
                if self.supergraph.is_abstract(ty)
                    && self.supergraph.facts(ty)?.field(name, subgraph).is_none()
                {
                    // A field of all members that the interface itself does not have.
                    return self.of_all_members(ty, subgraph, view, name, selection, labels, depth);
                }
                let edge = self.edge(ty, subgraph, name, view, labels)?;
                if edge.inputs.is_some() {
                    return None;
                }
                let below = self.view_below(view, ty, name, &edge);
                let child = edge.facts.ty.inner_named_type();
                self.supply_within(child, subgraph, &below, selection, labels, depth)
                    .map(|price| price + FIELD)
            }
            FieldSetSelection::Fragment { on, selection } => {
                let mut price = Price::FREE;
                let applicable =
                    self.possible(ty, subgraph).intersection(&self.supergraph.possible_types(on));
                for object in applicable.iter() {
                    let object = self.supergraph.object_name(object)?;
                    price += self.supply_within(object, subgraph, view, selection, labels, depth)?;
                }
                Some(price)
            }
        }
    }

    #[expect(clippy::too_many_arguments, reason = "the state of one recursion, spelt out")]
    fn of_all_members<'a>(
        &'a self,
        ty: &str,
        subgraph: SubgraphId,
        view: &View<'a>,
        field: &str,
        selection: &FieldSet,
        labels: &Labels,
        depth: usize,
    ) -> Option<Price> {
        let members = self.possible(ty, subgraph);
        if members.is_empty() {
            // An interface object: it has no members to ask.
            return None;
        }
        let mut price = FIELD;
        for object in members.iter() {
            let object = self.supergraph.object_name(object)?;
            let edge = self.edge(object, subgraph, field, view, labels)?;
            let below = self.view_below(view, object, field, &edge);
            let child = edge.facts.ty.inner_named_type();
            price += self.supply_within(child, subgraph, &below, selection, labels, depth)?;
        }
        Some(price)
    }

    /// The cheapest subgraph that resolves the selection after one jump, or more within the depth.
    fn elsewhere<'a>(
        &'a self,
        ty: &str,
        subgraph: SubgraphId,
        view: &View<'a>,
        selection: &FieldSetSelection,
        labels: &Labels,
        depth: usize,
    ) -> Option<Price> {
        let depth = depth.checked_sub(1)?;
        let jumps = self.jumps(ty).iter().filter(|jump| jump.subgraph != subgraph);
        jumps
            .filter_map(|jump| {
                let key = self.supply_within(ty, subgraph, view, &jump.key, labels, 0)?;
                let there = self.local(&jump.as_type, jump.subgraph, &View::new(), selection, labels, depth);
                let there = there.or_else(|| {
                    self.elsewhere(&jump.as_type, jump.subgraph, &View::new(), selection, labels, depth)
                })?;
                Some(FETCH + key + there)
            })
            .min()
    }
}
