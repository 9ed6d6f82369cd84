//! Which slots the windows of a service make. Pure.

use chrono::{DateTime, Days, TimeDelta, Utc};

use super::name::SlotName;
use crate::coverage::{Arrival, Service};
use crate::local_time::{Weekdays, moment};

/// Hours of a day in which a service delivers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Slot {
    pub name: SlotName,
    pub ends_at: DateTime<Utc>,
    /// Until when it can be chosen.
    pub closes_at: DateTime<Utc>,
    pub capacity: i64,
}

impl Slot {
    pub const fn begins_at(&self) -> DateTime<Utc> {
        self.name.begins_at
    }

    pub fn is_open(&self, now: DateTime<Utc>) -> bool {
        now < self.closes_at
    }
}

/// The slots of a service that begin in a span of time, by their begins. A window that a day does not have, because the
/// clock is put forward over it, makes none.
pub fn slots(service: &Service, from: DateTime<Utc>, to: DateTime<Utc>) -> Vec<Slot> {
    let zone = service.time_zone;
    let (first, last) = (from.with_timezone(&zone).date_naive(), to.with_timezone(&zone).date_naive());
    let closes_before = TimeDelta::minutes(service.row.closes_before.into());
    let mut slots = Vec::new();
    let mut next = Some(first);
    while let Some(day) = next.filter(|day| *day <= last) {
        for window in service.windows.iter().filter(|window| Weekdays(window.weekdays).has(day)) {
            let hours = moment(zone, day, window.begins).zip(moment(zone, day, window.ends));
            let Some((begins_at, ends_at)) = hours.filter(|(begin, end)| begin < end) else { continue };
            let name = SlotName { service: service.row.id, begins_at };
            let closes_at = begins_at - closes_before;
            slots.push(Slot { name, ends_at, closes_at, capacity: window.capacity });
        }
        next = day.checked_add_days(Days::new(1));
    }
    slots.retain(|slot| (from..=to).contains(&slot.begins_at()));
    slots.sort_by_key(Slot::begins_at);
    // Two windows that the clock brings together are one.
    slots.dedup_by_key(|slot| slot.begins_at());
    slots
}

/// The first slot of a service in a span of time that can be chosen, whether it has places left or not.
pub fn soonest_slot(service: &Service, now: DateTime<Utc>, to: DateTime<Utc>) -> Option<Arrival> {
    let slot = slots(service, now, to).into_iter().find(|slot| slot.is_open(now))?;
    Some(Arrival { from: slot.begins_at(), by: slot.ends_at })
}

#[cfg(test)]
mod tests {
    use chrono_tz::Tz;
    use logistics_entities::service::{Kind, Model};
    use platform_core::id::{DeliveryServiceId, DeliveryZoneId};
    use serde_json::json;
    use uuid::Uuid;

    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap_or_default()
    }

    /// Windows of all days, as minutes.
    fn service(zone: Tz, windows: &[(i32, i32)]) -> Option<Service> {
        let window = |(begins, ends): &(i32, i32)| json!({ "weekdays": 127, "begins": begins, "ends": ends, "capacity": 3 });
        let row = Model {
            id: DeliveryServiceId(Uuid::nil()),
            zone_id: DeliveryZoneId(Uuid::nil()),
            position: 0,
            name: "Evening".to_owned(),
            kind: Kind::Slot,
            rates: json!([]),
            windows: windows.iter().map(window).collect(),
            weekdays: 127,
            cut_off: 0,
            min_days: 0,
            max_days: 0,
            closes_before: 60,
            is_active: true,
            created_at: at(""),
            updated_at: at(""),
        };
        Service::read(row, zone).ok()
    }

    fn hours(service: Option<&Service>, from: &str, to: &str) -> Vec<(String, String)> {
        let written = |at: DateTime<Utc>| at.format("%d %H:%M").to_string();
        let slots = service.map(|service| slots(service, at(from), at(to))).unwrap_or_default();
        slots.iter().map(|slot| (written(slot.begins_at()), written(slot.ends_at))).collect()
    }

    fn text(hours: &[(&str, &str)]) -> Vec<(String, String)> {
        hours.iter().map(|(begin, end)| ((*begin).to_owned(), (*end).to_owned())).collect()
    }

    /// On 29 March 2026 the clock goes from 02:00 to 03:00, on 25 October from 03:00 back to 02:00.
    #[test]
    fn slots_are_in_the_hours_of_the_zone_across_both_changes_of_the_clock() {
        let evening = service(chrono_tz::Europe::Berlin, &[(18 * 60, 20 * 60)]);
        let spring = hours(evening.as_ref(), "2026-03-28T00:00:00Z", "2026-03-29T23:59:00Z");
        assert_eq!(spring, text(&[("28 17:00", "28 19:00"), ("29 16:00", "29 18:00")]));
        let autumn = hours(evening.as_ref(), "2026-10-24T00:00:00Z", "2026-10-25T23:59:00Z");
        assert_eq!(autumn, text(&[("24 16:00", "24 18:00"), ("25 17:00", "25 19:00")]));
    }

    #[test]
    fn hours_that_the_clock_leaves_out_make_no_slot_and_those_it_shows_twice_make_one() {
        let night = service(chrono_tz::Europe::Berlin, &[(2 * 60, 3 * 60), (3 * 60, 4 * 60)]);
        let spring = hours(night.as_ref(), "2026-03-28T23:00:00Z", "2026-03-29T12:00:00Z");
        assert_eq!(spring, text(&[("29 01:00", "29 02:00")]));
        let autumn = hours(night.as_ref(), "2026-10-24T22:00:00Z", "2026-10-25T12:00:00Z");
        assert_eq!(autumn, text(&[("25 00:00", "25 02:00"), ("25 02:00", "25 03:00")]));
    }

    #[test]
    fn a_slot_closes_so_long_before_it_begins() {
        let evening = service(chrono_tz::UTC, &[(18 * 60, 20 * 60)]);
        let (from, to) = (at("2026-05-01T00:00:00Z"), at("2026-05-02T00:00:00Z"));
        let slot = evening.and_then(|evening| slots(&evening, from, to).into_iter().next());
        assert_eq!(slot.map(|slot| slot.closes_at), Some(at("2026-05-01T17:00:00Z")));
        let open = |now| slot.map(|slot| slot.is_open(at(now)));
        assert_eq!(open("2026-05-01T16:59:59Z"), Some(true));
        assert_eq!(open("2026-05-01T17:00:00Z"), Some(false));
    }
}
