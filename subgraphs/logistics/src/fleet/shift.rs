//! The hours of the day in which a courier drives.

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;
use platform_fleet::Window;

use super::error::FleetError;
use crate::local_time::{MINUTES_OF_DAY, minute, moment};

/// From one minute of the day to another, at the depot; of the next day where it is not after the first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shift {
    pub begins: i32,
    pub ends: i32,
}

impl Shift {
    /// Two times of the day, as `HH:MM`.
    pub fn parse(begins: &str, ends: &str) -> Result<Self, FleetError> {
        let (begins, ends) = (minute(begins), minute(ends));
        match (begins, ends) {
            (Some(begins), Some(ends)) if begins != ends => Ok(Self { begins, ends }),
            _ => Err(FleetError::InvalidShift),
        }
    }

    /// The shift that is under way at the depot, or else that of the day that it is there, if it is not over: in seconds since
    /// 1970.
    pub fn today(self, now: DateTime<Utc>, zone: Tz) -> Option<Window> {
        let today = now.with_timezone(&zone).date_naive();
        let days = [today.pred_opt()?, today].into_iter();
        let left = days.filter_map(|day| self.on(day, zone)).filter(|window| now.timestamp() < window.to);
        let mut under_way = left.clone().filter(|window| window.from <= now.timestamp());
        under_way.next_back().or_else(|| left.min_by_key(|window| window.from))
    }

    /// The shift that begins on a day.
    fn on(self, day: NaiveDate, zone: Tz) -> Option<Window> {
        let next = day.succ_opt()?;
        let is_whole_day = self.begins == 0 && self.ends == MINUTES_OF_DAY;
        // Who drives all day drives on at midnight: no tour has to end there.
        let last = if is_whole_day || self.ends < self.begins { next } else { day };
        let from = moment(zone, day, self.begins)?.timestamp();
        Some(Window { from, to: moment(zone, last, self.ends)?.timestamp() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::local_time::written;

    const BERLIN: Tz = chrono_tz::Europe::Berlin;

    /// In seconds since 1970.
    fn at(text: &str) -> Option<i64> {
        DateTime::parse_from_rfc3339(text).ok().map(|at| at.timestamp())
    }

    fn today(shift: (&str, &str), now: &str) -> Option<Window> {
        let now = DateTime::from_timestamp(at(now)?, 0)?;
        Shift::parse(shift.0, shift.1).ok()?.today(now, BERLIN)
    }

    fn assert_is(shift: (&str, &str), now: &str, from: &str, to: &str) {
        let window = today(shift, now).map(|window| (Some(window.from), Some(window.to)));
        assert_eq!(window, Some((at(from), at(to))), "{shift:?} at {now}");
    }

    #[test]
    fn a_shift_is_in_the_hours_of_the_depot() {
        let now = "2026-01-10T12:00:00Z";
        assert_is(("08:00", "17:30"), now, "2026-01-10T07:00:00Z", "2026-01-10T16:30:00Z");
        assert_eq!(today(("08:00", "17:30"), "2026-01-10T16:30:00Z"), None, "it is over");
    }

    #[test]
    fn a_shift_can_go_over_midnight() {
        let (evening, night) = ("2026-01-10T20:00:00Z", "2026-01-10T23:30:00Z");
        for now in [evening, night] {
            assert_is(("21:30", "6:00"), now, "2026-01-10T20:30:00Z", "2026-01-11T05:00:00Z");
        }
        let morning = "2026-01-11T05:00:00Z";
        assert_is(("21:30", "6:00"), morning, "2026-01-11T20:30:00Z", "2026-01-12T05:00:00Z");
    }

    #[test]
    fn who_drives_all_day_drives_on_at_midnight() {
        let late = "2026-01-10T22:59:00Z";
        assert_is(("0:00", "24:00"), late, "2026-01-09T23:00:00Z", "2026-01-11T23:00:00Z");
    }

    /// On 29 March 2026 the clock goes from 02:00 to 03:00, on 25 October from 03:00 back to 02:00.
    #[test]
    fn a_shift_holds_across_a_change_of_the_clock() {
        let spring = "2026-03-29T05:00:00Z";
        assert_is(("02:30", "10:00"), spring, "2026-03-29T01:30:00Z", "2026-03-29T08:00:00Z");
        let autumn = "2026-10-25T05:00:00Z";
        assert_is(("02:30", "10:00"), autumn, "2026-10-25T00:30:00Z", "2026-10-25T09:00:00Z");
    }

    #[test]
    fn what_is_no_time_of_the_day_is_refused() {
        for (begins, ends) in
            [("9", "10:00"), ("09:60", "10:00"), ("09:00", "24:01"), ("10:00", "10:00"), ("-1:00", "9:00")]
        {
            assert!(Shift::parse(begins, ends).is_err(), "{begins} to {ends}");
        }
        let written = Shift::parse("7:05", "24:00").map(|shift| written(shift.begins)).ok();
        assert_eq!(written.as_deref(), Some("07:05"));
    }
}
