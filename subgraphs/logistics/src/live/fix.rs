//! Where a van is on its route.

use async_graphql::SimpleObject;
use chrono::{DateTime, Utc};
use logistics_entities::route::Model;
use platform_geo::Position;
use serde::{Deserialize, Serialize};

/// Where a van was at a moment.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Fix {
    pub position: Position,
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
            position: Position::from_micro(route.at_latitude?, route.at_longitude?).ok()?,
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

impl From<Fix> for CourierPosition {
    fn from(fix: Fix) -> Self {
        Self {
            latitude: fix.position.latitude(),
            longitude: fix.position.longitude(),
            heading: fix.heading,
            speed: fix.speed.map(|speed| f64::from(speed) / 100.0),
            recorded_at: fix.at,
        }
    }
}
