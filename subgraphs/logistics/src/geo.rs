//! Places on the map as clients write and read them, and as tables keep them.

use async_graphql::{InputObject, SimpleObject};
use platform_geo::{InvalidPosition, Position};

/// A place on the map.
#[derive(Debug, Clone, Copy, PartialEq, SimpleObject)]
pub struct GeoPosition {
    /// In degrees north of the equator.
    pub latitude: f64,
    /// In degrees east of Greenwich.
    pub longitude: f64,
}

/// A place on the map.
#[derive(Debug, Clone, Copy, InputObject)]
pub struct GeoPositionInput {
    /// In degrees north of the equator: -90 to 90.
    pub latitude: f64,
    /// In degrees east of Greenwich: -180 to 180.
    pub longitude: f64,
}

impl From<Position> for GeoPosition {
    fn from(position: Position) -> Self {
        Self { latitude: position.latitude(), longitude: position.longitude() }
    }
}

impl GeoPosition {
    /// From a table's columns, in millionths of a degree; `None` where they are not of a place.
    pub fn stored(latitude: i32, longitude: i32) -> Option<Self> {
        Position::from_micro(latitude, longitude).ok().map(Self::from)
    }
}

impl TryFrom<GeoPositionInput> for Position {
    type Error = InvalidPosition;

    fn try_from(input: GeoPositionInput) -> Result<Self, InvalidPosition> {
        Self::new(input.latitude, input.longitude)
    }
}
