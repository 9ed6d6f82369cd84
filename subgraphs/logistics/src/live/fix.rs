//! Where a van is on its route.

use async_graphql::SimpleObject;
use chrono::{DateTime, Utc};
use logistics_entities::route::Model;
use serde::{Deserialize, Serialize};

/// Where a van was at a moment.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Fix {
    /// In millionths of a degree.
    pub latitude: i32,
    /// In millionths of a degree.
    pub longitude: i32,
    /// In degrees, clockwise from north.
    pub heading: Option<i32>,
    /// In centimetres a second.
    pub speed: Option<i32>,
    pub at: DateTime<Utc>,
    /// How many seconds of driving are left from there to the next stop.
    pub seconds_left: i32,
}

impl Fix {
    /// The last one that was written down of a route.
    pub fn stored(route: &Model) -> Option<Self> {
        Some(Self {
            latitude: route.at_latitude?,
            longitude: route.at_longitude?,
            heading: route.at_heading,
            speed: route.at_speed,
            at: route.at_time?,
            seconds_left: route.at_seconds_left?,
        })
    }
}

/// Where a van was at a moment.
#[derive(Debug, Clone, Copy, PartialEq, SimpleObject)]
pub struct CourierPosition {
    /// In degrees north of the equator.
    pub latitude: f64,
    /// In degrees east of Greenwich.
    pub longitude: f64,
    /// Where it goes, in degrees clockwise from north; null where that is not known.
    pub heading: Option<i32>,
    /// In metres a second; null where that is not known.
    pub speed: Option<f64>,
    /// When it was there.
    pub recorded_at: DateTime<Utc>,
}

/// In degrees.
fn degrees(micro: i32) -> f64 {
    f64::from(micro) / 1_000_000.0
}

impl From<Fix> for CourierPosition {
    fn from(fix: Fix) -> Self {
        Self {
            latitude: degrees(fix.latitude),
            longitude: degrees(fix.longitude),
            heading: fix.heading,
            speed: fix.speed.map(|speed| f64::from(speed) / 100.0),
            recorded_at: fix.at,
        }
    }
}
