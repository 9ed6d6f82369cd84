//! A way from one place to another by road.

use serde::{Deserialize, Serialize};

use crate::plane::Plane;
use crate::position::Position;

/// A way from one place to another: a line of points, each reached after so many seconds of driving.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Draft")]
pub struct Leg {
    points: Vec<Position>,
    /// Seconds from the begin, for each point.
    reached: Vec<f64>,
    meters: f64,
}

#[derive(Deserialize)]
struct Draft {
    points: Vec<Position>,
    reached: Vec<f64>,
    meters: f64,
}

/// The place of a leg that is closest to a position.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Nearest {
    /// Seconds of driving from the leg's begin to that place.
    pub seconds: f64,
    /// Metres from the position to that place.
    pub meters_away: f64,
}

/// What is no leg.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidLeg {
    #[error("a leg has 1 to {} points and a time for each; {points} and {times} were given", Leg::MAX_POINTS)]
    Length { points: usize, times: usize },
    #[error(
        "the times of a leg begin at 0 and never fall; give the seconds from the leg's begin for each point"
    )]
    Times,
    #[error("the length of a leg is finite and not negative; give it in metres")]
    Meters,
}

impl Leg {
    /// The most points of a leg.
    pub const MAX_POINTS: usize = 100_000;

    /// A leg along `points`; `reached` says after how many seconds each is reached, from 0. `meters` is its length, which may
    /// be more than that of the line.
    pub fn new(points: Vec<Position>, reached: Vec<f64>, meters: f64) -> Result<Self, InvalidLeg> {
        if points.is_empty() || points.len() > Self::MAX_POINTS || points.len() != reached.len() {
            return Err(InvalidLeg::Length { points: points.len(), times: reached.len() });
        }
        let is_finite = reached.iter().all(|seconds| seconds.is_finite());
        if !is_finite || reached.first() != Some(&0.0) || !reached.is_sorted() {
            return Err(InvalidLeg::Times);
        }
        if !meters.is_finite() || meters < 0.0 {
            return Err(InvalidLeg::Meters);
        }
        Ok(Self { points, reached, meters })
    }

    /// At least one point.
    pub fn points(&self) -> &[Position] {
        &self.points
    }

    /// Its length.
    pub const fn meters(&self) -> f64 {
        self.meters
    }

    /// How long it takes to drive.
    pub fn seconds(&self) -> f64 {
        self.reached.last().copied().unwrap_or_default()
    }

    /// Where one is after so many seconds: at the begin before it, at the end after it.
    pub fn at(&self, seconds: f64) -> Position {
        let next = self.passed(seconds);
        let before = next.checked_sub(1).and_then(|last| self.step(last));
        match (before, self.step(next)) {
            (Some((from, left)), Some((to, reached))) => {
                from.between(to, (seconds - left) / (reached - left))
            }
            (Some((end, _)), None) => end,
            // A time before 0, or none: the begin. There always is a first point.
            (None, begin) => begin.map_or(Position::wrapped(0.0, 0.0), |(begin, _)| begin),
        }
    }

    /// The place of the leg that is closest to a position; the earliest of several.
    pub fn nearest(&self, position: Position) -> Nearest {
        let plane = Plane::around(position);
        let place = plane.point(position);
        let steps = self.points.iter().zip(&self.reached);
        // The last point is a line of no length, which is all of a leg of one point.
        let ends = steps.clone().skip(1).chain(steps.clone().next_back());
        let mut nearest = Nearest { seconds: 0.0, meters_away: f64::INFINITY };
        for ((from, left), (to, reached)) in steps.zip(ends) {
            let foot = place.foot(plane.point(*from), plane.point(*to));
            if foot.away < nearest.meters_away {
                nearest =
                    Nearest { seconds: left + (reached - left) * foot.fraction, meters_away: foot.away };
            }
        }
        nearest
    }

    /// What is left after so many seconds: where one is, and the points from there on; at least one.
    pub fn rest(&self, seconds: f64) -> Vec<Position> {
        let left = self.points.iter().skip(self.passed(seconds));
        std::iter::once(self.at(seconds)).chain(left.copied()).collect()
    }

    /// How many points were passed after so many seconds.
    fn passed(&self, seconds: f64) -> usize {
        self.reached.partition_point(|reached| *reached <= seconds)
    }

    fn step(&self, index: usize) -> Option<(Position, f64)> {
        Some((*self.points.get(index)?, *self.reached.get(index)?))
    }
}

impl TryFrom<Draft> for Leg {
    type Error = InvalidLeg;

    fn try_from(draft: Draft) -> Result<Self, InvalidLeg> {
        Self::new(draft.points, draft.reached, draft.meters)
    }
}
