//! Days and hours of a place, and the moments that they are.

use async_graphql::Enum;
use chrono::{DateTime, Datelike, Days, NaiveDate, NaiveTime, TimeDelta, TimeZone, Utc};
use chrono_tz::Tz;

const MINUTES_OF_HOUR: i32 = 60;
pub const MINUTES_OF_DAY: i32 = 24 * MINUTES_OF_HOUR;

/// The moment of a minute of a day; the last minute's end is the next day's begin. A minute that the day does not have,
/// because the clock is put forward over it, is an hour later by the clock; of two that the clock shows twice it is the first.
pub fn moment(zone: Tz, day: NaiveDate, minute: i32) -> Option<DateTime<Utc>> {
    let (day, minute) = match minute {
        MINUTES_OF_DAY => (day.checked_add_days(Days::new(1))?, 0),
        minute => (day, minute),
    };
    let local = day.and_time(NaiveTime::MIN + TimeDelta::minutes(minute.into()));
    let later = || zone.from_local_datetime(&(local + TimeDelta::hours(1))).earliest();
    zone.from_local_datetime(&local).earliest().or_else(later).map(|at| at.to_utc())
}

/// A minute of the day from `HH:MM`; `24:00` is the end of the day.
pub fn minute(text: &str) -> Option<i32> {
    let (hour, minute) = text.split_once(':')?;
    let number = |text: &str, least: usize| {
        let is_plain = text.len() >= least && text.len() <= 2 && text.bytes().all(|b| b.is_ascii_digit());
        is_plain.then(|| text.parse::<i32>().ok()).flatten()
    };
    let (hour, minute) = (number(hour, 1)?, number(minute, 2)?);
    let of_day = hour.checked_mul(MINUTES_OF_HOUR)?.checked_add(minute)?;
    (minute < MINUTES_OF_HOUR && of_day <= MINUTES_OF_DAY).then_some(of_day)
}

/// A minute of the day, as `HH:MM`.
pub fn written(minute: i32) -> String {
    format!("{:02}:{:02}", minute / MINUTES_OF_HOUR, minute % MINUTES_OF_HOUR)
}

/// A day of the week.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
pub enum Weekday {
    /// The first day of the week by ISO 8601.
    Monday,
    /// The second.
    Tuesday,
    /// The third.
    Wednesday,
    /// The fourth.
    Thursday,
    /// The fifth.
    Friday,
    /// The sixth.
    Saturday,
    /// The seventh.
    Sunday,
}

impl Weekday {
    const ALL: [Self; 7] = [
        Self::Monday,
        Self::Tuesday,
        Self::Wednesday,
        Self::Thursday,
        Self::Friday,
        Self::Saturday,
        Self::Sunday,
    ];

    const fn bit(self) -> i32 {
        match self {
            Self::Monday => 1,
            Self::Tuesday => 2,
            Self::Wednesday => 4,
            Self::Thursday => 8,
            Self::Friday => 16,
            Self::Saturday => 32,
            Self::Sunday => 64,
        }
    }
}

/// Some of the days of a week: a bit for each, as tables keep them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Weekdays(pub i32);

impl Weekdays {
    /// Whether a day is one of them.
    pub fn has(self, day: NaiveDate) -> bool {
        let bit = 1_i32.checked_shl(day.weekday().num_days_from_monday()).unwrap_or(0);
        self.0 & bit != 0
    }

    /// In the order of the week.
    pub fn days(self) -> Vec<Weekday> {
        Weekday::ALL.into_iter().filter(|day| self.0 & day.bit() != 0).collect()
    }
}

impl FromIterator<Weekday> for Weekdays {
    fn from_iter<I: IntoIterator<Item = Weekday>>(days: I) -> Self {
        Self(days.into_iter().fold(0, |bits, day| bits | day.bit()))
    }
}
