//! What an attempt at a plan has decided so far: nodes (a place as a subgraph holds it) and the requests they are in.

use std::collections::BTreeSet;

use apollo_compiler::Name;
use apollo_compiler::collections::HashMap;
use indexmap::IndexMap;
use router_schema::SubgraphId;

use super::place::{FieldId, PlaceId};
use crate::graph::{Inputs, Jump, View};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct NodeId(pub usize);

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RequestId(pub usize);

/// A place as one subgraph holds it, within one request.
#[derive(Debug)]
pub struct Node<'a> {
    pub place: PlaceId,
    pub subgraph: SubgraphId,
    /// The type of the objects in this subgraph.
    pub as_type: Name,
    pub view: View<'a>,
    pub request: RequestId,
    /// What is selected here; `None` for leaves, otherwise the node below.
    pub fields: IndexMap<FieldId, Option<NodeId>>,
    /// Whether `__typename` is selected.
    pub typename: bool,
    /// The same objects, narrowed to some of their types.
    pub variants: Vec<NodeId>,
}

/// One request to a subgraph, before requests are merged and put in order.
#[derive(Debug)]
pub struct Request<'a> {
    pub subgraph: SubgraphId,
    pub node: NodeId,
    pub entry: Entry<'a>,
    /// Requests that bring what this one needs.
    pub after: BTreeSet<RequestId>,
    pub stage: u32,
}

#[derive(Debug)]
pub enum Entry<'a> {
    /// The operation's root.
    Root,
    /// The root again, from a field that returns it.
    Query,
    /// `_entities`, with the inputs of all fields that require some.
    Entity { jump: &'a Jump, inputs: Vec<Inputs<'a>> },
}

/// Identity of a node that takes no inputs.
pub type NodeKey = (PlaceId, SubgraphId, Name);

#[derive(Debug, Default)]
pub struct Attempt<'a> {
    pub nodes: Vec<Node<'a>>,
    pub requests: Vec<Request<'a>>,
    pub open: HashMap<NodeKey, NodeId>,
    /// Nodes that were entered with inputs.
    pub with_inputs: HashMap<NodeKey, Vec<NodeId>>,
    /// Nodes by place, in the order they were opened.
    pub at: HashMap<PlaceId, Vec<NodeId>>,
    pub provided: HashMap<(PlaceId, FieldId), NodeId>,
    /// For a root that may be asked of one subgraph only: which.
    pub root_of: HashMap<PlaceId, SubgraphId>,
    /// When a node was last opened at a place, counted in nodes.
    changed: HashMap<PlaceId, usize>,
}

impl<'a> Attempt<'a> {
    /// When a node was last opened at a place; 0 if never.
    pub fn last_change(&self, place: PlaceId) -> usize {
        self.changed.get(&place).copied().unwrap_or_default()
    }

    #[expect(clippy::indexing_slicing, reason = "ids are made by this arena alone, which never shrinks")]
    pub fn node(&self, id: NodeId) -> &Node<'a> {
        &self.nodes[id.0]
    }

    #[expect(clippy::indexing_slicing, reason = "ids are made by this arena alone, which never shrinks")]
    pub fn node_mut(&mut self, id: NodeId) -> &mut Node<'a> {
        &mut self.nodes[id.0]
    }

    #[expect(clippy::indexing_slicing, reason = "ids are made by this arena alone, which never shrinks")]
    pub fn request(&self, id: RequestId) -> &Request<'a> {
        &self.requests[id.0]
    }

    #[expect(clippy::indexing_slicing, reason = "ids are made by this arena alone, which never shrinks")]
    pub fn request_mut(&mut self, id: RequestId) -> &mut Request<'a> {
        &mut self.requests[id.0]
    }

    /// Adds a node that is not yet linked from where it came from.
    pub fn add_node(
        &mut self,
        key: NodeKey,
        view: View<'a>,
        request: RequestId,
        takes_inputs: bool,
    ) -> NodeId {
        let id = NodeId(self.nodes.len());
        let (place, subgraph, as_type) = key.clone();
        self.nodes.push(Node {
            place,
            subgraph,
            as_type,
            view,
            request,
            fields: IndexMap::new(),
            typename: false,
            variants: Vec::new(),
        });
        self.at.entry(place).or_default().push(id);
        if takes_inputs {
            self.with_inputs.entry(key).or_default().push(id);
        } else {
            self.open.insert(key, id);
        }
        self.changed.insert(place, self.nodes.len());
        id
    }

    /// Adds a request and its first node.
    pub fn add_request(&mut self, key: NodeKey, entry: Entry<'a>, after: BTreeSet<RequestId>) -> NodeId {
        let id = RequestId(self.requests.len());
        let stage = after.iter().map(|each| self.request(*each).stage + 1).max().unwrap_or(0);
        let takes_inputs = matches!(&entry, Entry::Entity { inputs, .. } if !inputs.is_empty());
        let subgraph = key.1;
        let node = self.add_node(key, View::new(), id, takes_inputs);
        self.requests.push(Request { subgraph, node, entry, after, stage });
        node
    }

    /// Whether `request` is `on` or waits for it.
    pub fn depends(&self, request: RequestId, on: RequestId) -> bool {
        let mut open = vec![request];
        let mut seen = BTreeSet::new();
        while let Some(next) = open.pop() {
            if next == on {
                return true;
            }
            if seen.insert(next) {
                open.extend(&self.request(next).after);
            }
        }
        false
    }

    /// Makes a request wait for more, and tells the stages of those behind it.
    pub fn wait_for(&mut self, request: RequestId, more: &BTreeSet<RequestId>) {
        self.request_mut(request).after.extend(more);
        // Dependants have no greater id order guarantee after joins, so settle by repetition; chains are short.
        loop {
            let mut changed = false;
            for index in 0..self.requests.len() {
                let id = RequestId(index);
                let after = &self.request(id).after;
                let stage = after.iter().map(|each| self.request(*each).stage + 1).max().unwrap_or(0);
                if self.request(id).stage != stage {
                    self.request_mut(id).stage = stage;
                    changed = true;
                }
            }
            if !changed {
                return;
            }
        }
    }
}
