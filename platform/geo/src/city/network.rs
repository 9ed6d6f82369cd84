//! The streets that cars drive, as a graph, and where a place meets them.

use super::document::{CityError, Document};
use super::grid::Grid;
use crate::plane::{Plane, Point};
use crate::position::Position;

/// How far from a street a place may be, in metres.
pub(super) const MAX_AWAY: u32 = 1_000;
/// What is so close to a node, in metres, is at it: positions are rounded.
const AT_NODE: f64 = 0.5;

/// What a piece of a way costs.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cost {
    pub seconds: f64,
    pub meters: f64,
}

/// A node, and what it costs to drive to it or from it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Stop {
    pub node: usize,
    pub cost: Cost,
}

/// A straight piece of a street between two nodes; a one-way street is driven from `from` to `to`.
#[derive(Debug, Clone, Copy)]
pub(super) struct Segment {
    from: usize,
    to: usize,
    pub begin: Point,
    pub end: Point,
    cost: Cost,
    oneway: bool,
}

/// Where a place meets the streets.
#[derive(Debug, Clone, Copy)]
pub(super) struct Spot {
    pub at: Point,
    segment: Segment,
    fraction: f64,
}

#[derive(Debug)]
pub(super) struct Node {
    pub at: Point,
    pub position: Position,
    /// Nodes that one drives to from here.
    pub next: Vec<Stop>,
}

#[derive(Debug)]
pub(super) struct Network {
    nodes: Vec<Node>,
    grid: Grid,
    /// Metres per second on the fastest street.
    fastest: f64,
}

impl Cost {
    pub fn plus(self, other: Self) -> Self {
        Self { seconds: self.seconds + other.seconds, meters: self.meters + other.meters }
    }

    fn times(self, fraction: f64) -> Self {
        Self { seconds: self.seconds * fraction, meters: self.meters * fraction }
    }
}

impl Network {
    pub fn new(document: &Document, plane: &Plane) -> Result<Self, CityError> {
        let node = |position| Node { at: plane.point(position), position, next: Vec::new() };
        let mut nodes: Vec<Node> = document.nodes()?.into_iter().map(node).collect();
        let (mut segments, mut fastest) = (Vec::new(), 0.0_f64);
        for street in &document.streets {
            let Some(speed) = street.class.speed().map(|kilometers| kilometers / 3.6) else { continue };
            fastest = fastest.max(speed);
            for (from, to) in street.nodes.iter().copied().zip(street.nodes.iter().copied().skip(1)) {
                let at = |node: usize| nodes.get(node).map(|node| node.at);
                let Some((begin, end)) = at(from).zip(at(to)) else { continue };
                let meters = begin.distance(end);
                let cost = Cost { seconds: meters / speed, meters };
                segments.push(Segment { from, to, begin, end, cost, oneway: street.oneway });
                if let Some(node) = nodes.get_mut(from) {
                    node.next.push(Stop { node: to, cost });
                }
                if let Some(node) = nodes.get_mut(to).filter(|_| !street.oneway) {
                    node.next.push(Stop { node: from, cost });
                }
            }
        }
        Ok(Self { nodes, grid: Grid::new(segments), fastest })
    }

    pub fn nodes(&self) -> &[Node] {
        &self.nodes
    }

    /// The least seconds that a way of so many metres takes.
    pub fn least_seconds(&self, meters: f64) -> f64 {
        meters / self.fastest
    }

    /// The closest place on a street, or `None` if there is none within [`MAX_AWAY`].
    pub fn spot(&self, place: Point) -> Option<Spot> {
        let (segment, foot) = self.grid.nearest(place, f64::from(MAX_AWAY))?;
        let (segment, fraction) = (*segment, foot.fraction);
        Some(if foot.at.distance(segment.begin) <= AT_NODE {
            Spot { at: segment.begin, segment, fraction: 0.0 }
        } else if foot.at.distance(segment.end) <= AT_NODE {
            Spot { at: segment.end, segment, fraction: 1.0 }
        } else {
            Spot { at: foot.at, segment, fraction }
        })
    }
}

impl Spot {
    /// The nodes that one comes to first from here.
    pub fn leaving(&self) -> impl Iterator<Item = Stop> {
        let Segment { from, to, cost, oneway, .. } = self.segment;
        let ahead = Stop { node: to, cost: cost.times(1.0 - self.fraction) };
        let back = Stop { node: from, cost: cost.times(self.fraction) };
        [Some(ahead), (!oneway || self.fraction <= 0.0).then_some(back)].into_iter().flatten()
    }

    /// The nodes that one comes from last to here.
    pub fn arriving(&self) -> impl Iterator<Item = Stop> {
        let Segment { from, to, cost, oneway, .. } = self.segment;
        let ahead = Stop { node: from, cost: cost.times(self.fraction) };
        let back = Stop { node: to, cost: cost.times(1.0 - self.fraction) };
        [Some(ahead), (!oneway || self.fraction >= 1.0).then_some(back)].into_iter().flatten()
    }

    /// The way to another place that passes no node, if there is one.
    pub fn straight_to(&self, other: &Self) -> Option<Cost> {
        let (here, there) = (&self.segment, &other.segment);
        // No two segments join the same nodes in the same direction.
        let is_same = (here.from, here.to) == (there.from, there.to);
        let is_allowed = !here.oneway || self.fraction <= other.fraction;
        (is_same && is_allowed).then(|| here.cost.times((other.fraction - self.fraction).abs()))
    }
}
