//! When a van is to be at its stops: by the plan, moved by where the van is.
//!
//! The plan says after how many seconds the van is at each stop. A position says how many seconds of driving are left to
//! the next stop; what comes after that is as far from it as the plan has it.

use chrono::{DateTime, TimeDelta, Utc};
use logistics_entities::route::{Model, Status};
use logistics_entities::stop;

use crate::live::Fix;

/// When a van is at its stops.
#[derive(Debug, Clone, Copy)]
pub struct Timeline {
    /// A moment of the plan, in seconds from the start of the route, and when it is.
    anchor: Option<(i32, DateTime<Utc>)>,
}

impl Timeline {
    pub fn of(route: &Model, stops: &[stop::Model], fix: Option<Fix>, now: DateTime<Utc>) -> Self {
        let next = stops.iter().find(|stop| stop.status == stop::Status::Pending);
        // A position from before the last stop says nothing of the way to the next.
        let ended = stops.iter().filter_map(|stop| stop.ended_at).max();
        let fresh = fix.filter(|fix| ended.is_none_or(|ended| fix.at >= ended));
        let anchor = match (route.status, next) {
            (Status::Started, Some(next)) => match fresh {
                Some(fix) => Some((next.arrives_after, fix.at + TimeDelta::seconds(fix.seconds_left.into()))),
                None => last_before(stops, next).or(route.started_at.map(|started| (0, started))),
            },
            (Status::Planned | Status::Accepted, _) => Some((0, route.starts_at.max(now))),
            (Status::Started | Status::Finished | Status::Cancelled, _) => None,
        };
        // Who is late comes now at the earliest, and all that follows is as late.
        let anchor = anchor.zip(next).map(|((seconds, at), next)| {
            let due = at + TimeDelta::seconds(i64::from(next.arrives_after) - i64::from(seconds));
            (next.arrives_after, due.max(now))
        });
        Self { anchor }
    }

    /// When the van is to be at a stop that is pending.
    pub fn arrival(&self, stop: &stop::Model) -> Option<DateTime<Utc>> {
        let (seconds, at) = self.anchor.filter(|_| stop.status == stop::Status::Pending)?;
        Some(at + TimeDelta::seconds(i64::from(stop.arrives_after) - i64::from(seconds)))
    }
}

/// When, by the plan and by the clock, the van was at the last stop before the next that has ended.
fn last_before(stops: &[stop::Model], next: &stop::Model) -> Option<(i32, DateTime<Utc>)> {
    let before = stops.iter().filter(|stop| stop.number < next.number);
    before.filter_map(|stop| Some((stop.arrives_after, stop.ended_at?))).max_by_key(|(_, ended)| *ended)
}
