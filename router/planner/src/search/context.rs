//! Arguments from context: which objects above a place give them their values.
//!
//! The nearest object above whose type sets the context counts; the object itself does not. Where the types at a place
//! above do not all set it, which object counts is known at run time alone, so there may be several.

use router_schema::{ContextArgument, FieldSet, ObjectSet};

use super::Search;
use super::node::NodeId;
use super::place::PlaceId;
use crate::PlanError;
use crate::graph::Price;

/// A place above whose objects give an argument its value, if they are of these types.
#[derive(Debug, Clone)]
pub struct Setter<'a> {
    pub place: PlaceId,
    pub types: ObjectSet,
    /// Some objects there are of other types.
    pub narrows: bool,
    /// What to take of them; empty for nothing.
    pub value: &'a FieldSet,
}

impl<'a> Search<'a> {
    /// The nearest first; empty if nothing above sets the context.
    pub fn setters(&self, place: PlaceId, argument: &'a ContextArgument) -> Vec<Setter<'a>> {
        let mut setters = Vec::new();
        let mut below = self.places.general(place);
        while let Some((above, _)) = self.above(below) {
            let types = &self.places.get(above).types;
            let mut rest = types.clone();
            for (setting, value) in &argument.values {
                let here = types.intersection(setting);
                if !here.is_empty() {
                    rest = rest.difference(&here);
                    let narrows = here != *types;
                    setters.push(Setter { place: above, types: here, narrows, value });
                }
            }
            if rest.is_empty() {
                break;
            }
            below = self.places.general(above);
        }
        setters
    }

    /// Where a setter's value is selected.
    fn places_of_setter(&mut self, setter: &Setter<'a>) -> Vec<PlaceId> {
        match setter.narrows {
            true => self.variants(setter.place, &setter.types),
            false => vec![setter.place],
        }
    }

    /// The price of all values; `None` if one has no setter, or one that cannot be asked.
    pub(super) fn price_of_context(
        &mut self,
        place: PlaceId,
        arguments: &'a [ContextArgument],
    ) -> Option<(Price, u32)> {
        let mut total = (Price::FREE, 0);
        for argument in arguments {
            let setters = self.setters(place, argument);
            if setters.is_empty() {
                return None;
            }
            for setter in setters {
                for at in self.places_of_setter(&setter) {
                    let found = self.price_of_set(at, setter.value)?;
                    total = (total.0 + found.0, total.1.max(found.1));
                }
            }
        }
        Some(total)
    }

    /// Sees to it that all values are selected; adds where to `nodes`.
    pub(super) fn require_context(
        &mut self,
        place: PlaceId,
        arguments: &'a [ContextArgument],
        nodes: &mut Vec<NodeId>,
    ) -> Result<(), PlanError> {
        for argument in arguments {
            for setter in self.setters(place, argument) {
                if setter.narrows {
                    nodes.push(self.satisfy_typename(setter.place)?);
                }
                for at in self.places_of_setter(&setter) {
                    self.require(at, setter.value, nodes)?;
                }
            }
        }
        Ok(())
    }
}
