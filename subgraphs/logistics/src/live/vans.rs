//! What this process heard of the vans on the road.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use chrono::{DateTime, TimeDelta, Utc};
use logistics_entities::RouteId;
use platform_geo::Leg;

use super::fix::Fix;

/// Of one route, until they are written down; of more the oldest are lost.
const MAX_UNSAVED: usize = 600;
/// A van that nothing was heard of for so long is forgotten.
const FORGOTTEN_AFTER: TimeDelta = TimeDelta::minutes(15);

/// The vans on the road, by their routes.
#[derive(Default)]
pub struct Live(Mutex<HashMap<RouteId, Van>>);

#[derive(Default)]
struct Van {
    last: Option<Fix>,
    /// By the second.
    unsaved: BTreeMap<i64, Fix>,
    way: Option<(i64, Way)>,
    heard_at: Option<DateTime<Utc>>,
}

/// The way to the next stop of a route; `None` where none is left.
pub type Way = Option<Arc<Leg>>;

/// Positions of a route that are to be written down, and the last of all.
#[derive(Debug)]
pub struct Unsaved {
    pub route: RouteId,
    pub last: Option<Fix>,
    /// By the second.
    pub fixes: BTreeMap<i64, Fix>,
}

impl Live {
    /// The last position that this process heard of a route's van.
    pub fn last(&self, route: RouteId) -> Option<Fix> {
        self.vans().get(&route).and_then(|van| van.last)
    }

    /// The way to the next stop, as it was at a version of the route.
    pub fn way(&self, route: RouteId, version: i64) -> Option<Way> {
        let vans = self.vans();
        let (known, way) = vans.get(&route)?.way.as_ref()?;
        (*known == version).then(|| way.clone())
    }

    pub fn keep_way(&self, route: RouteId, version: i64, way: Way) {
        self.vans().entry(route).or_default().way = Some((version, way));
    }

    /// Takes positions of a van, which are sorted by time; `before` is the last that was written down. Returns how many of
    /// them are of a second that was not known, and the newest where the van was not known to be there yet.
    pub fn note(
        &self,
        route: RouteId,
        fixes: &[Fix],
        before: Option<Fix>,
        now: DateTime<Utc>,
    ) -> (usize, Option<Fix>) {
        let mut vans = self.vans();
        let van = vans.entry(route).or_default();
        van.heard_at = Some(now);
        van.last = van.last.or(before);
        let mut taken = 0;
        for fix in fixes {
            let second = fix.at.timestamp();
            let is_known = van.last.is_some_and(|last| last.at.timestamp() == second);
            if !is_known && van.unsaved.insert(second, *fix).is_none() {
                taken += 1;
            }
        }
        while van.unsaved.len() > MAX_UNSAVED {
            van.unsaved.pop_first();
        }
        let newest = fixes.last().copied();
        let newest =
            newest.filter(|fix| van.last.is_none_or(|last| fix.at.timestamp() > last.at.timestamp()));
        van.last = newest.or(van.last);
        (taken, newest)
    }

    /// Takes out what is to be written down, and forgets the vans of which nothing was heard for long.
    pub fn take_unsaved(&self, now: DateTime<Utc>) -> Vec<Unsaved> {
        let mut vans = self.vans();
        vans.retain(|_, van| {
            !van.unsaved.is_empty() || van.heard_at.is_some_and(|heard| now - heard < FORGOTTEN_AFTER)
        });
        let full = vans.iter_mut().filter(|(_, van)| !van.unsaved.is_empty());
        full.map(|(route, van)| Unsaved {
            route: *route,
            last: van.last,
            fixes: std::mem::take(&mut van.unsaved),
        })
        .collect()
    }

    /// Gives back what could not be written down; what was heard meanwhile stays.
    pub fn give_back(&self, unsaved: Vec<Unsaved>) {
        let mut vans = self.vans();
        for Unsaved { route, mut fixes, .. } in unsaved {
            let van = vans.entry(route).or_default();
            fixes.append(&mut van.unsaved);
            while fixes.len() > MAX_UNSAVED {
                fixes.pop_first();
            }
            van.unsaved = fixes;
        }
    }

    fn vans(&self) -> MutexGuard<'_, HashMap<RouteId, Van>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
