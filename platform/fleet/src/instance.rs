//! What is to be planned.

use std::time::Duration;

/// Travel between places, row by row: the entry at `from * size + to` is that of the way from `from` to `to`.
#[derive(Debug, Clone, Copy)]
pub struct Travel<'a> {
    /// How many places there are.
    pub size: usize,
    /// Driving time in seconds, `size * size` entries; [`u32::MAX`] where there is no way.
    pub seconds: &'a [u32],
    /// Length in metres, `size * size` entries.
    pub meters: &'a [u32],
}

impl Travel<'_> {
    /// `None` where there is no way.
    pub(crate) fn seconds(&self, from: usize, to: usize) -> Option<u32> {
        self.seconds.get(from * self.size + to).copied().filter(|seconds| *seconds != u32::MAX)
    }

    pub(crate) fn meters(&self, from: usize, to: usize) -> u64 {
        self.meters.get(from * self.size + to).copied().map_or(0, u64::from)
    }
}

/// A place where something is delivered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stop {
    /// A place of [`Travel`].
    pub place: usize,
    /// What the delivery takes of a vehicle's capacity, in the same unit.
    pub load: u32,
    /// How long the vehicle stands there.
    pub service_seconds: u32,
    /// When the service may begin; at any time if `None`.
    pub window: Option<Window>,
}

/// From one second to another, both included, on the clock that all windows of a plan share (as unix time).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    pub from: i64,
    pub to: i64,
}

/// A vehicle, which leaves its depot with all that it delivers and returns to it, once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Vehicle {
    /// A place of [`Travel`].
    pub depot: usize,
    /// The most that it carries, in the unit of [`Stop::load`].
    pub capacity: u32,
    /// It leaves the depot and is back within it.
    pub shift: Window,
    /// The most stops of its tour.
    pub max_stops: u32,
}

/// How long to search; whichever limit is reached first ends it, but not before there is a first plan.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// From the begin of the call; it is exceeded by what the last step takes to end, some 50 ms with 1,000 stops.
    pub time: Duration,
    /// Steps of the search.
    pub generations: usize,
}
