//! Ways through the town.

use std::collections::HashSet;
use std::future::poll_fn;
use std::task::Poll;

use async_trait::async_trait;

use super::City;
use super::network::{Cost, MAX_AWAY, Spot};
use super::search::Search;
use crate::leg::Leg;
use crate::matrix::{Matrix, rounded};
use crate::position::Position;
use crate::roads::{Roads, RoadsError};

/// The most nodes that the search for one leg looks at.
const MAX_EXPANSIONS: usize = 100_000;

/// The way to a place: its cost, and the last node that it passes, if it passes any.
#[derive(Clone, Copy)]
struct Arrival {
    cost: Cost,
    last: Option<usize>,
}

#[async_trait]
impl Roads for City {
    async fn leg(&self, from: Position, to: Position) -> Result<Leg, RoadsError> {
        let (begin, end) = (self.spot(from)?, self.spot(to)?);
        self.drive(&begin, &end).ok_or(RoadsError::NoWay { from, to })
    }

    /// Some milliseconds of work for each place, between which others get their turn.
    async fn matrix(&self, places: &[Position]) -> Result<Matrix, RoadsError> {
        Matrix::check(places.len())?;
        let spots = places.iter().map(|place| self.spot(*place)).collect::<Result<Vec<_>, _>>()?;
        let cells = places.len() * places.len();
        let (mut seconds, mut meters) = (Vec::with_capacity(cells), Vec::with_capacity(cells));
        for (from, spot) in places.iter().zip(&spots) {
            for (to, cost) in places.iter().zip(self.costs(spot, &spots)) {
                let cost = cost.ok_or(RoadsError::NoWay { from: *from, to: *to })?;
                seconds.push(rounded(cost.seconds));
                meters.push(rounded(cost.meters));
            }
            give_way().await;
        }
        Ok(Matrix::new(places.len(), seconds, meters)?)
    }
}

impl City {
    fn spot(&self, position: Position) -> Result<Spot, RoadsError> {
        let spot = self.network.spot(self.plane.point(position));
        spot.ok_or(RoadsError::OffRoads { position, within: MAX_AWAY })
    }

    /// The fastest way between two places on streets, if there is one.
    fn drive(&self, from: &Spot, to: &Spot) -> Option<Leg> {
        let guess = |meters| self.network.least_seconds(meters);
        let mut search = Search::new(&self.network, from, |node| guess(node.at.distance(to.at)));
        let ends: Vec<_> = to.arriving().collect();
        let mut best = from.straight_to(to).map(|cost| Arrival { cost, last: None });
        for settled in search.by_ref().take(MAX_EXPANSIONS) {
            if best.is_some_and(|best| best.cost.seconds <= settled.estimate) {
                break;
            }
            for end in ends.iter().filter(|end| end.node == settled.stop.node) {
                let cost = settled.stop.cost.plus(end.cost);
                if best.is_none_or(|best| cost.seconds < best.cost.seconds) {
                    best = Some(Arrival { cost, last: Some(end.node) });
                }
            }
        }
        let best = best?;
        let passed = best.last.map(|node| search.nodes_to(node)).unwrap_or_default();
        let nodes = passed
            .iter()
            .filter_map(|stop| Some((self.network.nodes().get(stop.node)?.position, stop.cost.seconds)));
        let end = (self.position(to.at), best.cost.seconds);
        let mut steps = vec![(self.position(from.at), 0.0)];
        steps.extend(nodes.chain([end]));
        // A place on a street may be a node.
        steps.dedup_by_key(|(position, _)| *position);
        let (points, reached) = steps.into_iter().unzip();
        Leg::new(points, reached, best.cost.meters).ok()
    }

    /// What the fastest ways from one place to each of some cost.
    fn costs(&self, from: &Spot, all: &[Spot]) -> Vec<Option<Cost>> {
        let mut search = Search::new(&self.network, from, |_| 0.0);
        let mut missing: HashSet<usize> =
            all.iter().flat_map(|spot| spot.arriving()).map(|end| end.node).collect();
        for settled in search.by_ref().take(MAX_EXPANSIONS) {
            missing.remove(&settled.stop.node);
            if missing.is_empty() {
                break;
            }
        }
        let fastest = |to: &Spot| {
            let around = to.arriving().filter_map(|end| Some(search.cost(end.node)?.plus(end.cost)));
            around.chain(from.straight_to(to)).min_by(|a, b| a.seconds.total_cmp(&b.seconds))
        };
        all.iter().map(fastest).collect()
    }
}

/// Lets other tasks of the same thread run.
async fn give_way() {
    let mut is_second = false;
    poll_fn(|context| {
        if is_second {
            return Poll::Ready(());
        }
        is_second = true;
        context.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}
