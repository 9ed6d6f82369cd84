//! The fastest way: A* (P. Hart, N. Nilsson, B. Raphael, "A Formal Basis for the Heuristic Determination of Minimum Cost
//! Paths", 1968), and Dijkstra's algorithm, which is the same without a guess.

use std::cmp::Ordering;
use std::collections::BinaryHeap;

use super::network::{Cost, Network, Node, Spot, Stop};

/// Nodes in the order in which they are reached, each with the cost of the fastest way to it.
pub(super) struct Search<'a, G> {
    network: &'a Network,
    /// The least seconds from a node to where one wants to go.
    guess: G,
    labels: Vec<Label>,
    open: BinaryHeap<Open>,
}

/// The best way to a node that is known.
#[derive(Clone, Copy)]
struct Label {
    cost: Cost,
    /// The node before it, unless the way begins here.
    before: Option<usize>,
    is_settled: bool,
}

/// A node that is reached for good.
pub(super) struct Settled {
    pub stop: Stop,
    /// The least seconds of any way on which this or a later node is.
    pub estimate: f64,
}

struct Open {
    estimate: f64,
    node: usize,
}

impl<'a, G: Fn(&Node) -> f64> Search<'a, G> {
    pub fn new(network: &'a Network, from: &Spot, guess: G) -> Self {
        let unknown = Cost { seconds: f64::INFINITY, meters: f64::INFINITY };
        let label = Label { cost: unknown, before: None, is_settled: false };
        let labels = vec![label; network.nodes().len()];
        let mut search = Self { network, guess, labels, open: BinaryHeap::new() };
        for stop in from.leaving() {
            search.reach(stop, None);
        }
        search
    }

    /// What it costs to come to a node, as far as is known.
    pub fn cost(&self, node: usize) -> Option<Cost> {
        self.labels.get(node).map(|label| label.cost).filter(|cost| cost.seconds.is_finite())
    }

    /// The nodes on the way to one, the first of them first.
    pub fn nodes_to(&self, node: usize) -> Vec<Stop> {
        let before = |node: &usize| self.labels.get(*node).and_then(|label| label.before);
        let backwards = std::iter::successors(Some(node), before);
        let mut stops: Vec<Stop> =
            backwards.filter_map(|node| Some(Stop { node, cost: self.cost(node)? })).collect();
        stops.reverse();
        stops
    }

    fn reach(&mut self, stop: Stop, before: Option<usize>) {
        let Some(node) = self.network.nodes().get(stop.node) else { return };
        let Some(label) = self.labels.get_mut(stop.node) else { return };
        if stop.cost.seconds < label.cost.seconds {
            *label = Label { cost: stop.cost, before, is_settled: false };
            let estimate = stop.cost.seconds + (self.guess)(node);
            self.open.push(Open { estimate, node: stop.node });
        }
    }
}

impl<G: Fn(&Node) -> f64> Iterator for Search<'_, G> {
    type Item = Settled;

    fn next(&mut self) -> Option<Settled> {
        loop {
            let Open { estimate, node } = self.open.pop()?;
            let label = self.labels.get_mut(node)?;
            // It was reached by a slower way too, which was found first.
            if label.is_settled {
                continue;
            }
            label.is_settled = true;
            let cost = label.cost;
            let network = self.network;
            for next in &network.nodes().get(node)?.next {
                self.reach(Stop { node: next.node, cost: cost.plus(next.cost) }, Some(node));
            }
            return Some(Settled { stop: Stop { node, cost }, estimate });
        }
    }
}

impl Ord for Open {
    /// The least estimate is the greatest, for a heap gives the greatest; of equal ones the lower node.
    fn cmp(&self, other: &Self) -> Ordering {
        other.estimate.total_cmp(&self.estimate).then_with(|| other.node.cmp(&self.node))
    }
}

impl PartialOrd for Open {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Open {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Open {}
