//! What layers were found to be, and under which restrictions that holds.
//!
//! While the inputs of a jump or a field are sought, that jump or field must not be used: it is banned, or being asked
//! for. A layer that never looked at a restriction is the same without it, so each is kept with the places whose
//! restrictions it looked at. Without that, every requirement on the way to a place would double the layers above it.

use std::collections::BTreeSet;

use apollo_compiler::collections::HashMap;
use router_schema::SubgraphId;

use super::layer::Layer;
use super::place::{FieldId, PlaceId};

/// An entry that must not be taken.
pub type Ban = (PlaceId, SubgraphId);
/// A field with inputs whose price is being asked: one that is asked again depends on itself.
pub type Asking = (PlaceId, SubgraphId, FieldId);

/// The places whose restrictions a layer depends on.
#[derive(Debug, Clone, Default)]
struct Looked {
    bans: BTreeSet<PlaceId>,
    asking: BTreeSet<PlaceId>,
}

#[derive(Debug)]
struct Known<'a> {
    version: usize,
    /// The version of the place above.
    above: usize,
    looked: Looked,
    bans: Vec<Ban>,
    asking: Vec<Asking>,
    layer: Layer<'a>,
}

impl Known<'_> {
    fn holds_under(&self, bans: &[Ban], asking: &[Asking]) -> bool {
        relevant_bans(&self.looked, bans).eq(&self.bans)
            && relevant_asking(&self.looked, asking).eq(&self.asking)
    }
}

#[derive(Debug, Default)]
pub struct Memo<'a> {
    known: HashMap<PlaceId, Vec<Known<'a>>>,
    /// Of the layers that are being made, the innermost last.
    making: Vec<Looked>,
}

impl<'a> Memo<'a> {
    pub fn forget(&mut self) {
        self.known.clear();
    }

    pub fn looked_at_asking(&mut self, place: PlaceId) {
        if let Some(looked) = self.making.last_mut() {
            looked.asking.insert(place);
        }
    }

    pub fn find(
        &mut self,
        place: PlaceId,
        version: usize,
        bans: &[Ban],
        asking: &[Asking],
    ) -> Option<Layer<'a>> {
        let mut known = self.known.get(&place)?.iter();
        let known = known.find(|each| each.version == version && each.holds_under(bans, asking))?;
        look_at(&mut self.making, &known.looked);
        Some(Layer::clone(&known.layer))
    }

    /// The latest layer made under these restrictions while the places above were as they are, and its version.
    pub fn earlier(
        &mut self,
        place: PlaceId,
        above: usize,
        bans: &[Ban],
        asking: &[Asking],
    ) -> Option<(&mut usize, &mut Layer<'a>)> {
        let mut known = self.known.get_mut(&place)?.iter_mut().rev();
        let known = known.find(|each| each.above == above && each.holds_under(bans, asking))?;
        look_at(&mut self.making, &known.looked);
        Some((&mut known.version, &mut known.layer))
    }

    /// A layer is being made: what is looked at from now on is looked at for it.
    pub fn begin(&mut self, place: PlaceId) {
        self.making.push(Looked { bans: BTreeSet::from([place]), asking: BTreeSet::new() });
    }

    pub fn end(
        &mut self,
        place: PlaceId,
        (version, above): (usize, usize),
        bans: &[Ban],
        asking: &[Asking],
        layer: &Layer<'a>,
    ) {
        let looked = self.making.pop().unwrap_or_default();
        look_at(&mut self.making, &looked);
        let known = Known {
            version,
            above,
            bans: relevant_bans(&looked, bans).copied().collect(),
            asking: relevant_asking(&looked, asking).copied().collect(),
            looked,
            layer: Layer::clone(layer),
        };
        let all = self.known.entry(place).or_default();
        all.retain(|each| each.version == version);
        all.push(known);
    }
}

/// What depends on these restrictions has become part of the innermost layer that is being made.
fn look_at(making: &mut [Looked], looked: &Looked) {
    if let Some(outer) = making.last_mut() {
        outer.bans.extend(&looked.bans);
        outer.asking.extend(&looked.asking);
    }
}

fn relevant_bans<'r>(looked: &'r Looked, bans: &'r [Ban]) -> impl Iterator<Item = &'r Ban> {
    bans.iter().filter(|(place, _)| looked.bans.contains(place))
}

fn relevant_asking<'r>(looked: &'r Looked, asking: &'r [Asking]) -> impl Iterator<Item = &'r Asking> {
    asking.iter().filter(|(place, ..)| looked.asking.contains(place))
}
