//! When a vehicle is where.

use crate::{Stop, Tour, Travel, Vehicle, Visit};

/// The tour of a vehicle through stops in a given order.
pub struct Route<'a> {
    pub travel: &'a Travel<'a>,
    pub stops: &'a [Stop],
    pub vehicles: &'a [Vehicle],
    pub vehicle: usize,
    pub order: &'a [usize],
}

/// What a drive through all stops tells.
struct Drive {
    visits: Vec<Visit>,
    back: i64,
    /// By how much the vehicle may leave later and be back no later.
    slack: i64,
}

impl Route<'_> {
    /// Its times, or `None` if it breaks a limit. The vehicle leaves as late as it can without being back later: by the
    /// forward time slack of M. Savelsbergh, "The Vehicle Routing Problem with Time Windows: Minimizing Route Duration",
    /// ORSA Journal on Computing 4 (1992).
    pub fn tour(&self) -> Option<Tour> {
        let vehicle = self.vehicles.get(self.vehicle)?;
        let load: u64 =
            self.order.iter().filter_map(|stop| self.stops.get(*stop)).map(|stop| u64::from(stop.load)).sum();
        if load > u64::from(vehicle.capacity) || self.order.len() > usize::try_from(vehicle.max_stops).ok()? {
            return None;
        }
        let earliest = self.drive(vehicle, vehicle.shift.from)?;
        let departure = vehicle.shift.from.saturating_add(earliest.slack);
        let Drive { visits, back, .. } = self.drive(vehicle, departure)?;
        Some(Tour { vehicle: self.vehicle, departure, visits, back, meters: self.meters(vehicle) })
    }

    fn drive(&self, vehicle: &Vehicle, departure: i64) -> Option<Drive> {
        let (mut place, mut time) = (vehicle.depot, departure);
        let (mut waited, mut latest) = (0_i64, i64::MAX);
        let mut visits = Vec::with_capacity(self.order.len());
        for &stop in self.order {
            let Stop { place: next, service_seconds, window, .. } = self.stops.get(stop)?;
            time = time.saturating_add(self.travel.seconds(place, *next)?.into());
            if let Some(window) = window {
                if time > window.to {
                    return None;
                }
                waited = waited.saturating_add(window.from.saturating_sub(time).max(0));
                time = time.max(window.from);
                latest = latest.min(window.to.saturating_sub(time).saturating_add(waited));
            }
            visits.push(Visit { stop, arrival: time });
            time = time.saturating_add(i64::from(*service_seconds));
            place = *next;
        }
        let back = time.saturating_add(self.travel.seconds(place, vehicle.depot)?.into());
        (back <= vehicle.shift.to).then_some(Drive { visits, back, slack: waited.min(latest) })
    }

    fn meters(&self, vehicle: &Vehicle) -> u64 {
        let mut place = vehicle.depot;
        let there: u64 = self
            .order
            .iter()
            .filter_map(|stop| self.stops.get(*stop))
            .map(|stop| {
                let way = self.travel.meters(place, stop.place);
                place = stop.place;
                way
            })
            .sum();
        there + self.travel.meters(place, vehicle.depot)
    }
}
