//! When what is ordered now arrives. Pure.

use chrono::{DateTime, Days, NaiveDate, Utc};
use chrono_tz::Tz;
use logistics_entities::service::Kind;

use super::table::Service;
use crate::local_time::{MINUTES_OF_DAY, Weekdays, moment};

/// From when and until when something arrives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Arrival {
    pub from: DateTime<Utc>,
    pub by: DateTime<Utc>,
}

impl Service {
    /// When what is ordered now arrives, from the begin of the first day to the end of the last; `None` for a service that
    /// delivers on the day itself once its cut-off time is over, and for slots, which are chosen.
    pub fn arrival(&self, now: DateTime<Utc>) -> Option<Arrival> {
        let row = &self.row;
        let (zone, days) = (self.time_zone, Weekdays(row.weekdays));
        let today = now.with_timezone(&zone).date_naive();
        let is_over = now >= moment(zone, today, row.cut_off)?;
        match row.kind {
            Kind::Slot => None,
            Kind::SameDay if is_over || !days.has(today) => None,
            // Not this morning.
            Kind::SameDay => span(zone, today, today).map(|day| Arrival { from: day.from.max(now), ..day }),
            Kind::Standard | Kind::PickUp => {
                let first = if is_over { today.checked_add_days(Days::new(1))? } else { today };
                let counts_for = on_or_after(first, days)?;
                span(zone, later(counts_for, row.min_days, days)?, later(counts_for, row.max_days, days)?)
            }
        }
    }
}

fn span(zone: Tz, first: NaiveDate, last: NaiveDate) -> Option<Arrival> {
    Some(Arrival { from: moment(zone, first, 0)?, by: moment(zone, last, MINUTES_OF_DAY)? })
}

/// The first of the days that is not before a day. A week has one of them.
fn on_or_after(day: NaiveDate, days: Weekdays) -> Option<NaiveDate> {
    day.iter_days().take(7).find(|day| days.has(*day))
}

/// The day so many of the days later.
fn later(day: NaiveDate, count: i32, days: Weekdays) -> Option<NaiveDate> {
    let mut day = day;
    for _ in 0..count {
        day = on_or_after(day.succ_opt()?, days)?;
    }
    Some(day)
}
