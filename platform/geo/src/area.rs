//! Areas of the map as GeoJSON writes them (RFC 7946): a polygon with holes, or several.

use std::fmt;

use geo::validation::{InvalidMultiPolygon, InvalidPolygon, RingRole, Validation};
use geo::{BoundingRect, Coord, Intersects, LineString, MultiPolygon, Polygon, Rect};
use serde::Deserialize;
use serde_json::Value;

use crate::position::Position;

/// The most points of an area.
pub const MAX_AREA_POINTS: usize = 10_000;
/// The most polygons of an area: each is held against each.
const MAX_POLYGONS: usize = 100;

/// A part of the map, its border included. It does not reach over the meridian of 180 degrees: two polygons do.
#[derive(Debug, Clone, PartialEq)]
pub struct Area {
    polygons: MultiPolygon<f64>,
    bounds: Rect<f64>,
}

/// A ring of an area, by the places of its polygon and of it within that; both count from zero, and ring zero is the outer one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ring {
    pub polygon: usize,
    pub ring: usize,
}

/// What is no area.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum InvalidArea {
    #[error("give a GeoJSON geometry of the type Polygon or MultiPolygon")]
    NotAnArea,
    #[error("an area has 1 to {MAX_POLYGONS} polygons and at most {MAX_AREA_POINTS} points")]
    TooLarge,
    #[error(
        "point {point} of {ring} is no position; a position is [longitude, latitude], from -180 to 180 and from -90 to 90 degrees"
    )]
    NoPosition { ring: Ring, point: usize },
    #[error(
        "{0} has too few points: it takes at least three different ones, and the first again as the last"
    )]
    TooFewPoints(Ring),
    #[error("{0} is not closed: its last point must be its first")]
    NotClosed(Ring),
    #[error(
        "a side of {0} goes more than half around the earth; draw what lies on both sides of 180 degrees as two polygons"
    )]
    TooWide(Ring),
    #[error("{0} crosses or touches itself")]
    CrossesItself(Ring),
    #[error("{0} is not inside the outer ring of its polygon")]
    HoleOutside(Ring),
    #[error("{0} and {1} cross, or share a side")]
    RingsCross(Ring, Ring),
    #[error("polygons {0} and {1} overlap, or share a side; make one of them")]
    PolygonsOverlap(usize, usize),
}

#[derive(Deserialize)]
#[serde(tag = "type", content = "coordinates")]
enum Geometry {
    Polygon(Rings),
    MultiPolygon(Vec<Rings>),
}

/// A position may have further numbers, such as a height; they say nothing here.
type Rings = Vec<Vec<Vec<f64>>>;

impl Area {
    /// An area of a GeoJSON geometry. Holds each side against each, which takes some time where there are many: not on a
    /// thread that answers requests.
    pub fn parse(geometry: &Value) -> Result<Self, InvalidArea> {
        let area = Self::read(geometry)?;
        area.polygons.check_validation()?;
        Ok(area)
    }

    /// An area that was parsed before. One whose rings cross is taken as it is.
    pub fn read(geometry: &Value) -> Result<Self, InvalidArea> {
        let polygons = match Geometry::deserialize(geometry).map_err(|_| InvalidArea::NotAnArea)? {
            Geometry::Polygon(rings) => vec![rings],
            Geometry::MultiPolygon(polygons) => polygons,
        };
        let points = polygons.iter().flatten().map(Vec::len).sum::<usize>();
        if !(1..=MAX_POLYGONS).contains(&polygons.len()) || points > MAX_AREA_POINTS {
            return Err(InvalidArea::TooLarge);
        }
        let polygons = polygons.into_iter().enumerate().map(|(index, rings)| polygon(index, rings));
        let polygons = MultiPolygon(polygons.collect::<Result<_, _>>()?);
        let bounds = polygons.bounding_rect().ok_or(InvalidArea::NotAnArea)?;
        Ok(Self { polygons, bounds })
    }

    /// Whether a position is in it or on its border.
    pub fn contains(&self, position: Position) -> bool {
        let at = Coord { x: position.longitude(), y: position.latitude() };
        self.bounds.intersects(&at) && self.polygons.intersects(&at)
    }

    /// The corners of the smallest rectangle around it, as longitude and latitude.
    pub(crate) fn corners(&self) -> ([f64; 2], [f64; 2]) {
        (self.bounds.min().into(), self.bounds.max().into())
    }
}

fn polygon(polygon: usize, rings: Rings) -> Result<Polygon<f64>, InvalidArea> {
    let mut read = Vec::with_capacity(rings.len());
    for (ring, points) in rings.into_iter().enumerate() {
        read.push(line(Ring { polygon, ring }, &points)?);
    }
    let mut read = read.into_iter();
    let outer = read.next().ok_or(InvalidArea::TooFewPoints(Ring { polygon, ring: 0 }))?;
    Ok(Polygon::new(outer, read.collect()))
}

fn line(ring: Ring, points: &[Vec<f64>]) -> Result<LineString<f64>, InvalidArea> {
    let mut line = Vec::with_capacity(points.len());
    for (point, numbers) in points.iter().enumerate() {
        let position = match numbers.as_slice() {
            [longitude, latitude, ..] => Position::new(*latitude, *longitude).ok(),
            _ => None,
        };
        let position = position.ok_or(InvalidArea::NoPosition { ring, point })?;
        line.push(Coord { x: position.longitude(), y: position.latitude() });
    }
    if line.len() < 4 {
        return Err(InvalidArea::TooFewPoints(ring));
    }
    // A polygon of the library closes its rings by itself, so that nobody would learn of it.
    if line.first() != line.last() {
        return Err(InvalidArea::NotClosed(ring));
    }
    let mut sides = line.iter().zip(line.iter().skip(1));
    if sides.any(|(from, to)| (from.x - to.x).abs() > 180.0) {
        return Err(InvalidArea::TooWide(ring));
    }
    Ok(LineString(line))
}

impl From<InvalidMultiPolygon> for InvalidArea {
    fn from(invalid: InvalidMultiPolygon) -> Self {
        match invalid {
            InvalidMultiPolygon::ElementsOverlaps(one, other)
            | InvalidMultiPolygon::ElementsTouchOnALine(one, other) => Self::PolygonsOverlap(one.0, other.0),
            InvalidMultiPolygon::InvalidPolygon(polygon, invalid) => {
                let ring = |role: RingRole| Ring { polygon: polygon.0, ring: number(role) };
                match invalid {
                    InvalidPolygon::TooFewPointsInRing(role) => Self::TooFewPoints(ring(role)),
                    InvalidPolygon::SelfIntersection(role) => Self::CrossesItself(ring(role)),
                    InvalidPolygon::NonFiniteCoord(role, point) => {
                        Self::NoPosition { ring: ring(role), point: point.0 }
                    }
                    InvalidPolygon::InteriorRingNotContainedInExteriorRing(role) => {
                        Self::HoleOutside(ring(role))
                    }
                    InvalidPolygon::IntersectingRingsOnALine(one, other)
                    | InvalidPolygon::IntersectingRingsOnAnArea(one, other) => {
                        Self::RingsCross(ring(one), ring(other))
                    }
                }
            }
        }
    }
}

fn number(role: RingRole) -> usize {
    match role {
        RingRole::Exterior => 0,
        RingRole::Interior(hole) => hole.saturating_add(1),
    }
}

impl fmt::Display for Ring {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self.ring {
            0 => write!(f, "the outer ring of polygon {}", self.polygon),
            hole => write!(f, "hole {} of polygon {}", hole.saturating_sub(1), self.polygon),
        }
    }
}
