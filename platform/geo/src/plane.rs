//! A flat map of a small part of the earth, on which lines are straight and lengths are those of a plane.

use crate::position::{EARTH_RADIUS, Position, wrap};

/// A flat map around a place. Off by less than a thousandth of a length 10 km from the place, in the middle latitudes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Plane {
    origin: Position,
    /// Metres of a degree.
    east: f64,
    north: f64,
}

/// A place on the map: metres to the east and to the north of its origin.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Point {
    pub x: f64,
    pub y: f64,
}

/// Where a line between two points comes closest to a place.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Foot {
    pub at: Point,
    /// 0 at the line's begin, 1 at its end.
    pub fraction: f64,
    /// Metres from the place.
    pub away: f64,
}

impl Plane {
    pub fn around(origin: Position) -> Self {
        let north = EARTH_RADIUS.to_radians();
        // At a pole no degree to the east has a length.
        let east = (north * origin.latitude().to_radians().cos()).max(1e-3);
        Self { origin, east, north }
    }

    pub fn point(&self, position: Position) -> Point {
        Point {
            x: wrap(position.longitude() - self.origin.longitude()) * self.east,
            y: (position.latitude() - self.origin.latitude()) * self.north,
        }
    }

    pub fn position(&self, point: Point) -> Position {
        let latitude = self.origin.latitude() + point.y / self.north;
        Position::wrapped(latitude, self.origin.longitude() + point.x / self.east)
    }
}

impl Point {
    pub fn distance(self, other: Self) -> f64 {
        let (dx, dy) = (other.x - self.x, other.y - self.y);
        (dx * dx + dy * dy).sqrt()
    }

    pub fn between(self, other: Self, fraction: f64) -> Self {
        Self { x: self.x + (other.x - self.x) * fraction, y: self.y + (other.y - self.y) * fraction }
    }

    /// Where the line from `begin` to `end` comes closest.
    pub fn foot(self, begin: Self, end: Self) -> Foot {
        let (dx, dy) = (end.x - begin.x, end.y - begin.y);
        let square = dx * dx + dy * dy;
        let along = (self.x - begin.x) * dx + (self.y - begin.y) * dy;
        let fraction = if square > 0.0 { (along / square).clamp(0.0, 1.0) } else { 0.0 };
        let at = begin.between(end, fraction);
        Foot { at, fraction, away: self.distance(at) }
    }
}

/// Whether a ring is around a point: a line from it to the east meets the ring an odd number of times.
pub(crate) fn is_inside(point: Point, ring: &[Point]) -> bool {
    let mut inside = false;
    for (a, b) in sides(ring) {
        if (a.y > point.y) != (b.y > point.y) && point.x < a.x + (b.x - a.x) * (point.y - a.y) / (b.y - a.y) {
            inside = !inside;
        }
    }
    inside
}

/// The sides of a ring, the last of which leads back to its first corner.
pub(crate) fn sides(ring: &[Point]) -> impl Iterator<Item = (Point, Point)> {
    ring.iter().copied().zip(ring.iter().copied().cycle().skip(1))
}
