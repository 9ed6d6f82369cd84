//! A place on the earth.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Mean radius of the earth in metres (IUGG).
pub(crate) const EARTH_RADIUS: f64 = 6_371_008.8;
const MICRO: f64 = 1e6;

/// A place on the earth in degrees of WGS 84: latitude −90 to 90, longitude −180 to 180.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Degrees")]
pub struct Position {
    latitude: f64,
    longitude: f64,
}

#[derive(Deserialize)]
struct Degrees {
    latitude: f64,
    longitude: f64,
}

/// What is no place on the earth.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
#[error(
    "{latitude}, {longitude} is no position; give a latitude from -90 to 90 and a longitude from -180 to 180 degrees"
)]
pub struct InvalidPosition {
    latitude: f64,
    longitude: f64,
}

impl Position {
    /// A position of degrees; fails for what is not finite or out of range.
    pub fn new(latitude: f64, longitude: f64) -> Result<Self, InvalidPosition> {
        // A range contains no NaN.
        if (-90.0..=90.0).contains(&latitude) && (-180.0..=180.0).contains(&longitude) {
            Ok(Self { latitude, longitude })
        } else {
            Err(InvalidPosition { latitude, longitude })
        }
    }

    /// A position of millionths of a degree (11 cm or less).
    pub fn from_micro(latitude: i32, longitude: i32) -> Result<Self, InvalidPosition> {
        Self::new(f64::from(latitude) / MICRO, f64::from(longitude) / MICRO)
    }

    /// The closest position to degrees that may lie a little over the edge of the map.
    pub(crate) fn wrapped(latitude: f64, longitude: f64) -> Self {
        let latitude = latitude.clamp(-90.0, 90.0);
        Self { latitude, longitude: wrap(longitude) }
    }

    /// Degrees to the north.
    pub const fn latitude(self) -> f64 {
        self.latitude
    }

    /// Degrees to the east.
    pub const fn longitude(self) -> f64 {
        self.longitude
    }

    /// Latitude and longitude in millionths of a degree, rounded.
    pub fn micro(self) -> (i32, i32) {
        (micro(self.latitude), micro(self.longitude))
    }

    /// The position on the grid of millionths of a degree: short when it is written.
    pub(crate) fn rounded(self) -> Self {
        let (latitude, longitude) = self.micro();
        Self { latitude: f64::from(latitude) / MICRO, longitude: f64::from(longitude) / MICRO }
    }

    /// Metres along the great circle, by the haversine formula (R. W. Sinnott, "Virtues of the Haversine", 1984).
    pub fn distance(self, other: Self) -> f64 {
        let (from, to) = (self.latitude.to_radians(), other.latitude.to_radians());
        let north = ((to - from) / 2.0).sin();
        let east = ((other.longitude - self.longitude).to_radians() / 2.0).sin();
        let haversine = north * north + from.cos() * to.cos() * east * east;
        2.0 * EARTH_RADIUS * haversine.clamp(0.0, 1.0).sqrt().asin()
    }

    /// The direction in which the great circle to `other` begins: degrees from the north to the east, 0 to below 360; 0 for
    /// the same place.
    pub fn bearing(self, other: Self) -> f64 {
        let (from, to) = (self.latitude.to_radians(), other.latitude.to_radians());
        let turn = (other.longitude - self.longitude).to_radians();
        let east = turn.sin() * to.cos();
        let north = from.cos() * to.sin() - from.sin() * to.cos() * turn.cos();
        let degrees = east.atan2(north).to_degrees().rem_euclid(360.0);
        // What is a hair below 0 is 360 after rounding.
        if degrees < 360.0 { degrees } else { 0.0 }
    }

    /// The place at a fraction of the straight way to `other`; for places that are close to one another.
    pub(crate) fn between(self, other: Self, fraction: f64) -> Self {
        let east = wrap(other.longitude - self.longitude);
        let north = other.latitude - self.latitude;
        Self::wrapped(self.latitude + north * fraction, self.longitude + east * fraction)
    }
}

/// Degrees to the east, brought into −180 to 180 as the shorter way round.
pub(crate) fn wrap(degrees: f64) -> f64 {
    if (-180.0..=180.0).contains(&degrees) { degrees } else { (degrees + 180.0).rem_euclid(360.0) - 180.0 }
}

fn micro(degrees: f64) -> i32 {
    #[expect(clippy::cast_possible_truncation, reason = "whole, and at most 180,000,000 from 0")]
    let micro = (degrees * MICRO).round() as i32;
    micro
}

impl TryFrom<Degrees> for Position {
    type Error = InvalidPosition;

    fn try_from(degrees: Degrees) -> Result<Self, InvalidPosition> {
        Self::new(degrees.latitude, degrees.longitude)
    }
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:.6}, {:.6}", self.latitude, self.longitude)
    }
}
