//! What a field costs, with the inputs it needs.
//!
//! A field with inputs is priced as a request of its own that comes after its inputs. A field whose inputs need the
//! field itself has no price: what is being asked is remembered on the way down.

use apollo_compiler::Name;
use router_schema::{FieldSet, FieldSetSelection, SubgraphId};

use super::Search;
use super::layer::{Candidate, How};
use super::place::{FieldId, PlaceId};
use crate::graph::{Inputs, Jump, Price};

/// A way to a field's value: the candidate that holds its object, and the inputs to send there.
#[derive(Debug, Clone)]
pub struct Source<'a> {
    pub candidate: Candidate<'a>,
    pub inputs: Option<Inputs<'a>>,
    pub price: Price,
    pub stage: u32,
}

impl<'a> Search<'a> {
    /// All ways to a field's value.
    pub fn sources(&mut self, place: PlaceId, field: FieldId) -> Vec<Source<'a>> {
        let name = self.places.field(field).name.clone();
        let mut knowing = self.graph.knowing(&name);
        let mut sources = Vec::new();
        for holder in self.layer(place).iter() {
            if !knowing.includes(&holder.as_type, holder.subgraph) {
                continue;
            }
            let Some(edge) = self.edge(holder, &name) else { continue };
            let price = match edge.inputs {
                None => Some((holder.price, holder.stage)),
                Some(inputs) => self.price_with_inputs(place, holder, field, inputs),
            };
            if let Some((price, stage)) = price {
                sources.push(Source { candidate: holder.clone(), inputs: edge.inputs, price, stage });
            }
        }
        sources
    }

    /// The price of a field that needs inputs: of a request of its own that comes after them.
    pub(super) fn price_with_inputs(
        &mut self,
        place: PlaceId,
        holder: &Candidate<'a>,
        field: FieldId,
        inputs: Inputs<'a>,
    ) -> Option<(Price, u32)> {
        if let How::Open(node) = holder.how
            && self.has_inputs(node, inputs)
        {
            return Some((Price::FREE, holder.stage));
        }
        self.work += 1;
        let asked = (place, holder.subgraph, field);
        self.layers.looked_at_asking(place);
        if self.asking.contains(&asked) {
            return None;
        }
        self.asking.push(asked);
        let jump = self.entry_key(place, holder.subgraph, &holder.as_type);
        let priced = jump.and_then(|jump| {
            let key = self.price_of_set(place, &jump.key)?;
            let required = inputs
                .requires
                .map_or(Some((Price::FREE, 0)), |requires| self.price_of_set(place, requires))?;
            let taken = self.price_of_context(place, inputs.context)?;
            Some((key.0 + required.0 + taken.0, key.1.max(required.1).max(taken.1)))
        });
        self.asking.pop();
        priced.map(|(price, stage)| (price + Price::fetch_at(stage + 1), stage + 1))
    }

    /// Among the keys by which a subgraph takes these objects, one that can be had.
    pub fn entry_key(&mut self, place: PlaceId, subgraph: SubgraphId, as_type: &Name) -> Option<&'a Jump> {
        let graph = self.graph;
        let ty = self.places.get(place).ty.clone();
        let jumps =
            graph.jumps(&ty).iter().filter(|jump| jump.subgraph == subgraph && jump.as_type == *as_type);
        let mut best: Option<(Price, &'a Jump)> = None;
        for jump in jumps {
            if let Some((price, _)) = self.price_of_set(place, &jump.key)
                && best.is_none_or(|(known, _)| price < known)
            {
                best = Some((price, jump));
            }
        }
        best.map(|(_, jump)| jump)
    }

    /// The price of a field set at a place, each part from wherever it is cheapest.
    pub(super) fn price_of_set(&mut self, place: PlaceId, set: &'a FieldSet) -> Option<(Price, u32)> {
        let layer = self.layer(place);
        let mut total = (Price::FREE, 0);
        for selection in &set.selections {
            let plain = layer
                .iter()
                .filter_map(|holder| {
                    let local = self.graph.local_price(
                        &holder.as_type,
                        holder.subgraph,
                        &holder.view,
                        selection,
                        self.labels,
                    )?;
                    Some((holder.price + local, holder.stage))
                })
                .min();
            let found = match plain {
                Some(found) => found,
                None => self.price_of_derived(place, selection)?,
            };
            total = (total.0 + found.0, total.1.max(found.1));
        }
        Some(total)
    }

    /// The price of an input that itself needs inputs, or lies below one that does.
    fn price_of_derived(&mut self, place: PlaceId, selection: &'a FieldSetSelection) -> Option<(Price, u32)> {
        match selection {
            FieldSetSelection::Field { name, arguments, selection } => {
                let field = self.intern(name, arguments);
                let own = self.sources(place, field).iter().map(|each| (each.price, each.stage)).min();
                if selection.is_empty() {
                    return own;
                }
                let child = self.places.child(place, field)?;
                self.price_of_set(child, selection)
            }
            FieldSetSelection::Fragment { on, selection } => {
                let mut total = (Price::FREE, 0);
                for variant in self.variants_on(place, on) {
                    let found = self.price_of_set(variant, selection)?;
                    total = (total.0 + found.0, total.1.max(found.1));
                }
                Some(total)
            }
        }
    }
}
