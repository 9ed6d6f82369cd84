//! When a point is open.

use serde::{Deserialize, Serialize};

use super::error::PickUpError;
use super::graphql::OpeningHoursInput;
use crate::local_time::{Weekdays, minute};

pub const MAX_HOURS: usize = 50;

/// Hours of some days of the week in which a point is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hours {
    /// A bit for each, Monday the lowest.
    pub weekdays: i32,
    /// In minutes of the day.
    pub opens: i32,
    /// In minutes of the day.
    pub closes: i32,
}

impl Hours {
    /// All hours of a point.
    pub fn all(inputs: &[OpeningHoursInput]) -> Result<Vec<Self>, PickUpError> {
        let hours: Option<Vec<Self>> = inputs.iter().map(Self::of).collect();
        hours.filter(|hours| (1..=MAX_HOURS).contains(&hours.len())).ok_or(PickUpError::InvalidHours)
    }

    fn of(input: &OpeningHoursInput) -> Option<Self> {
        let weekdays: Weekdays = input.weekdays.iter().copied().collect();
        let hours =
            Self { weekdays: weekdays.0, opens: minute(&input.opens)?, closes: minute(&input.closes)? };
        (hours.weekdays != 0 && hours.opens < hours.closes).then_some(hours)
    }
}
