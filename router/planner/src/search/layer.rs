//! Layers: for one place, every way in which a subgraph can come to hold it, and its price given what is open already.
//!
//! A layer is the settled result of a shortest-hyperpath search (Knuth's generalisation of Dijkstra's algorithm): a
//! jump may be taken once each part of its key is had from some settled candidate. It is polynomial in subgraphs and
//! keys, and a jump whose key depends on itself never becomes ready.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::rc::Rc;

use apollo_compiler::Name;
use apollo_compiler::collections::{HashMap, HashSet};
use router_schema::{FieldSetSelection, SubgraphId};

use super::Search;
use super::node::NodeId;
use super::place::{FieldId, PlaceId, PlaceKind};
use crate::graph::{Edge, FETCH, FIELD, Inputs, Jump, Price, View};

pub type Layer<'a> = Rc<Vec<Candidate<'a>>>;

/// A way in which a subgraph can hold the objects of a place.
#[derive(Debug, Clone)]
pub struct Candidate<'a> {
    pub subgraph: SubgraphId,
    pub as_type: Name,
    pub view: View<'a>,
    pub price: Price,
    pub stage: u32,
    pub how: How<'a>,
}

#[derive(Debug, Clone)]
pub enum How<'a> {
    Open(NodeId),
    Root,
    Query { from: Rc<Candidate<'a>> },
    Field { parent: Rc<Candidate<'a>>, inputs: Option<Inputs<'a>> },
    Narrow { of: Rc<Candidate<'a>> },
    Jump(&'a Jump),
}

impl<'a> Search<'a> {
    pub fn layer(&mut self, place: PlaceId) -> Layer<'a> {
        self.work += 1;
        let version = self.version(place);
        if let Some(known) = self.layers.find(place, version, &self.banned, &self.asking) {
            return known;
        }
        let above = self.places.parent(place).map_or(0, |above| self.version(above));
        if let Some(known) = self.extended(place, version, above) {
            return known;
        }
        self.layers.begin(place);
        let mut sources = self.open_candidates(place);
        for candidate in self.entering(place) {
            let known = sources.iter().any(|each| {
                each.subgraph == candidate.subgraph
                    && each.as_type == candidate.as_type
                    && !self.takes_inputs(each)
            });
            if !known {
                sources.push(candidate);
            }
        }
        let layer: Layer<'a> = Rc::new(self.settle(place, sources));
        self.layers.end(place, (version, above), &self.banned, &self.asking, &layer);
        layer
    }

    /// An earlier layer with the nodes that were opened at this very place since, if they bring no part of a key for
    /// less: then all other ways in cost what they did.
    fn extended(&mut self, place: PlaceId, version: usize, above: usize) -> Option<Layer<'a>> {
        if self.graph.is_query(&self.places.get(place).ty) {
            return None;
        }
        let (since, _) = self.layers.earlier(place, above, &self.banned, &self.asking)?;
        let since = *since;
        let (earlier, opened): (Vec<NodeId>, Vec<NodeId>) =
            self.attempt.at.get(&place)?.iter().partition(|node| node.0 < since);
        if opened.iter().any(|node| self.brings_cheaper_keys(place, *node, &earlier)) {
            return None;
        }
        let opened: Vec<(Candidate<'a>, bool)> = opened
            .into_iter()
            .map(|node| self.open_candidate(node))
            .map(|candidate| (candidate.clone(), self.takes_inputs(&candidate)))
            .collect();
        let taking: Vec<NodeId> =
            earlier.into_iter().filter(|node| self.is_entered_with_inputs(*node)).collect();
        let (known, layer) = self.layers.earlier(place, above, &self.banned, &self.asking)?;
        let candidates = Rc::make_mut(layer);
        for (candidate, takes_inputs) in opened {
            if !takes_inputs {
                candidates.retain(|each| {
                    each.subgraph != candidate.subgraph
                        || each.as_type != candidate.as_type
                        || matches!(each.how, How::Open(node) if taking.contains(&node))
                });
            }
            candidates.push(candidate);
        }
        *known = version;
        Some(Rc::clone(layer))
    }

    fn brings_cheaper_keys(&self, place: PlaceId, node: NodeId, earlier: &[NodeId]) -> bool {
        let price = |node: NodeId, part: &FieldSetSelection| {
            let node = self.attempt.node(node);
            self.graph.local_price(&node.as_type, node.subgraph, &node.view, part, self.labels)
        };
        let stage = |node: NodeId| self.attempt.request(self.attempt.node(node).request).stage;
        let opened = self.attempt.node(node);
        self.graph.key_parts(&self.places.get(place).ty, &opened.as_type, opened.subgraph).iter().any(
            |part| {
                price(node, part).is_some_and(|here| {
                    let is_no_dearer = |known: &&NodeId| {
                        stage(**known) <= stage(node)
                            && price(**known, part).is_some_and(|price| price <= here)
                    };
                    earlier.iter().find(is_no_dearer).is_none()
                })
            },
        )
    }

    /// When a node was last opened here or above. What is opened elsewhere changes no way into this place, at most the
    /// price of an input.
    fn version(&self, place: PlaceId) -> usize {
        let mut version = 0;
        let mut next = Some(place);
        while let Some(place) = next {
            version = version.max(self.attempt.last_change(place));
            next = self.places.parent(place);
        }
        version
    }

    /// The layer as it is when nothing is banned or avoided: what is possible at all.
    pub fn unrestricted_layer(&mut self, place: PlaceId) -> Layer<'a> {
        let banned = std::mem::take(&mut self.banned);
        let avoided = std::mem::take(&mut self.avoided);
        if !avoided.is_empty() {
            self.layers.forget();
        }
        let layer = self.layer(place);
        if !avoided.is_empty() {
            self.layers.forget();
        }
        self.banned = banned;
        self.avoided = avoided;
        layer
    }

    fn takes_inputs(&self, candidate: &Candidate<'a>) -> bool {
        matches!(candidate.how, How::Open(node) if self.is_entered_with_inputs(node))
    }

    fn is_entered_with_inputs(&self, id: NodeId) -> bool {
        let node = self.attempt.node(id);
        self.attempt.open.get(&(node.place, node.subgraph, node.as_type.clone())) != Some(&id)
    }

    fn open_candidates(&self, place: PlaceId) -> Vec<Candidate<'a>> {
        let open = self.attempt.at.get(&place).map(Vec::as_slice).unwrap_or_default();
        open.iter().map(|node| self.open_candidate(*node)).collect()
    }

    fn open_candidate(&self, id: NodeId) -> Candidate<'a> {
        let node = self.attempt.node(id);
        Candidate {
            subgraph: node.subgraph,
            as_type: node.as_type.clone(),
            view: node.view.clone(),
            price: Price::FREE,
            stage: self.attempt.request(node.request).stage,
            how: How::Open(id),
        }
    }

    /// Ways in that come from the place above, not from a jump.
    fn entering(&mut self, place: PlaceId) -> Vec<Candidate<'a>> {
        match self.places.get(place).kind.clone() {
            PlaceKind::Root => self.root_candidates(place),
            PlaceKind::Field { parent, field } => self.field_candidates(place, parent, field),
            PlaceKind::Variant { of } => self.variant_candidates(place, of),
        }
    }

    fn root_candidates(&self, place: PlaceId) -> Vec<Candidate<'a>> {
        let ty = &self.places.get(place).ty;
        let Some(facts) = self.graph.supergraph.facts(ty) else { return Vec::new() };
        let only = self.attempt.root_of.get(&place);
        let allowed =
            |graph: &SubgraphId| only.is_none_or(|only| only == graph) && !self.is_banned(place, *graph);
        let graphs = facts.subgraphs.keys().copied().filter(|graph| allowed(graph));
        graphs
            .map(|subgraph| Candidate {
                subgraph,
                as_type: ty.clone(),
                view: View::new(),
                price: FETCH,
                stage: 0,
                how: How::Root,
            })
            .collect()
    }

    fn field_candidates(&mut self, place: PlaceId, parent: PlaceId, field: FieldId) -> Vec<Candidate<'a>> {
        let name = self.places.field(field).name.clone();
        let mut candidates: Vec<Candidate<'a>> = Vec::new();
        for holder in self.layer(parent).iter() {
            if self.held_only_by.is_some_and(|(of, only)| of == place && only != holder.subgraph) {
                continue;
            }
            let Some(edge) = self.edge(holder, &name) else { continue };
            let view = self.graph.view_below(&holder.view, &holder.as_type, &name, &edge);
            let source = match edge.inputs {
                None => Some((holder.price, holder.stage)),
                Some(inputs) => self.price_with_inputs(parent, holder, field, inputs),
            };
            let Some((price, stage)) = source else { continue };
            let candidate = Candidate {
                subgraph: holder.subgraph,
                as_type: edge.facts.ty.inner_named_type().clone(),
                view,
                price: price + FIELD,
                stage,
                how: How::Field { parent: Rc::new(holder.clone()), inputs: edge.inputs },
            };
            let twin = candidates
                .iter_mut()
                .find(|each| each.subgraph == candidate.subgraph && each.as_type == candidate.as_type);
            match twin {
                Some(twin) if twin.price <= candidate.price => {}
                Some(twin) => *twin = candidate,
                None => candidates.push(candidate),
            }
        }
        candidates
    }

    fn variant_candidates(&mut self, place: PlaceId, of: PlaceId) -> Vec<Candidate<'a>> {
        let types = self.places.get(place).types.clone();
        let representative = self.places.get(place).ty.clone();
        self.layer(of)
            .iter()
            .filter(|holder| !self.graph.is_interface_object(&holder.as_type, holder.subgraph))
            .filter(|holder| types.is_subset(&self.graph.possible(&holder.as_type, holder.subgraph)))
            .map(|holder| Candidate {
                as_type: representative.clone(),
                how: How::Narrow { of: Rc::new(holder.clone()) },
                ..holder.clone()
            })
            .collect()
    }

    /// Dijkstra's algorithm over subgraphs, where a jump becomes possible when its whole key has been found.
    fn settle(&mut self, place: PlaceId, sources: Vec<Candidate<'a>>) -> Vec<Candidate<'a>> {
        let graph = self.graph;
        let ty = self.places.get(place).ty.clone();
        let is_general = self.places.get(place).is_abstract;
        let mut jumps: Vec<Pending<'a>> = Vec::new();
        for jump in graph.jumps(&ty) {
            if !self.is_banned(place, jump.subgraph) {
                jumps.push(Pending { jump, parts: vec![None; jump.key.selections.len()] });
            }
        }
        let mut waiting = Waiting::default();
        sources.into_iter().for_each(|candidate| waiting.push(candidate, self));
        let mut settled: Vec<Candidate<'a>> = Vec::new();
        let mut held: HashSet<(SubgraphId, Name)> = HashSet::default();
        while let Some(candidate) = waiting.pop() {
            let takes_inputs = self.takes_inputs(&candidate);
            if !takes_inputs && !held.insert((candidate.subgraph, candidate.as_type.clone())) {
                continue;
            }
            if graph.is_query(&ty) && self.places.get(place).kind != PlaceKind::Root && settled.is_empty() {
                let roots = self.root_again(place, &candidate);
                roots.into_iter().for_each(|candidate| waiting.push(candidate, self));
            }
            let unknown = graph.is_interface_object(&candidate.as_type, candidate.subgraph);
            for pending in &mut jumps {
                // An object whose type is known is described by that type; only one that is not, by an interface.
                if !is_general || unknown || pending.jump.is_interface_object {
                    pending.improve(self, &candidate);
                }
            }
            settled.push(candidate);
            self.work += 1;
            jumps.retain(|pending| {
                let Some((price, stage)) = pending.price() else { return true };
                let (jump, price) = (pending.jump, price + Price::fetch_at(stage + 1));
                if waiting.is_dearer(jump.subgraph, &jump.as_type, price) {
                    let candidate = Candidate {
                        subgraph: jump.subgraph,
                        as_type: jump.as_type.clone(),
                        view: View::new(),
                        price,
                        stage: stage + 1,
                        how: How::Jump(jump),
                    };
                    waiting.push(candidate, self);
                }
                false
            });
        }
        settled
    }

    /// From a field that returns the Query type, every subgraph's root can be asked.
    fn root_again(&self, place: PlaceId, from: &Candidate<'a>) -> Vec<Candidate<'a>> {
        let Some(facts) = self.graph.supergraph.facts(&from.as_type) else { return Vec::new() };
        let graphs = facts.subgraphs.keys().filter(|graph| !self.is_banned(place, **graph));
        graphs
            .map(|subgraph| Candidate {
                subgraph: *subgraph,
                as_type: from.as_type.clone(),
                view: View::new(),
                price: from.price + Price::fetch_at(from.stage + 1),
                stage: from.stage + 1,
                how: How::Query { from: Rc::new(from.clone()) },
            })
            .collect()
    }

    pub fn edge(&self, holder: &Candidate<'a>, field: &str) -> Option<Edge<'a>> {
        self.edge_of(&holder.as_type, holder.subgraph, field, &holder.view)
    }

    /// The field on objects held as `ty`: of an abstract type only if every member resolves it as plainly.
    pub fn edge_of(&self, ty: &str, subgraph: SubgraphId, field: &str, view: &View<'a>) -> Option<Edge<'a>> {
        let graph = self.graph;
        let edge = graph.edge(ty, subgraph, field, view, self.labels)?;
        if graph.supergraph.is_abstract(ty) && !graph.is_interface_object(ty, subgraph) {
            let all = graph.possible(ty, subgraph).iter().all(|object| {
                graph
                    .supergraph
                    .object_name(object)
                    .and_then(|object| graph.edge(object, subgraph, field, view, self.labels))
                    .is_some_and(|edge| edge.inputs.is_none())
            });
            return all.then_some(edge);
        }
        Some(edge)
    }
}

/// Candidates that are not settled yet, the cheapest first.
#[derive(Default)]
struct Waiting<'a> {
    candidates: Vec<Option<Candidate<'a>>>,
    order: BinaryHeap<Reverse<(Price, u32, SubgraphId, usize)>>,
    /// What each subgraph's objects cost at most, of all that were ever waiting.
    prices: HashMap<(SubgraphId, Name), Price>,
}

impl<'a> Waiting<'a> {
    fn push(&mut self, candidate: Candidate<'a>, search: &Search<'a>) {
        if !search.takes_inputs(&candidate) {
            let key = (candidate.subgraph, candidate.as_type.clone());
            let price = self.prices.entry(key).or_insert(candidate.price);
            *price = candidate.price.min(*price);
        }
        let position = self.candidates.len();
        self.order.push(Reverse((candidate.price, candidate.stage, candidate.subgraph, position)));
        self.candidates.push(Some(candidate));
    }

    fn pop(&mut self) -> Option<Candidate<'a>> {
        let Reverse((.., position)) = self.order.pop()?;
        self.candidates.get_mut(position)?.take()
    }

    /// Whether nothing of this subgraph and type has cost as little.
    fn is_dearer(&self, subgraph: SubgraphId, as_type: &Name, price: Price) -> bool {
        self.prices.get(&(subgraph, as_type.clone())).is_none_or(|known| *known > price)
    }
}

/// A jump, and the best known price of each part of its key.
struct Pending<'a> {
    jump: &'a Jump,
    parts: Vec<Option<(Price, u32)>>,
}

impl<'a> Pending<'a> {
    fn improve(&mut self, search: &Search<'a>, candidate: &Candidate<'a>) {
        for (part, selection) in self.parts.iter_mut().zip(&self.jump.key.selections) {
            let price = search.graph.local_price(
                &candidate.as_type,
                candidate.subgraph,
                &candidate.view,
                selection,
                search.labels,
            );
            if let Some(price) = price {
                let found = (candidate.price + price, candidate.stage);
                *part = Some(part.map_or(found, |known| known.min(found)));
            }
        }
    }

    fn price(&self) -> Option<(Price, u32)> {
        let mut total = (Price::FREE, 0);
        for part in &self.parts {
            let (price, stage) = (*part)?;
            total = (total.0.max(price), total.1.max(stage));
        }
        Some(total)
    }
}
