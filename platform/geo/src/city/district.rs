//! Districts, and the postal code of a place.

use super::City;
use super::document::{CityError, Document};
use crate::plane::{Plane, Point, is_inside, sides};

/// A part of the town with one postal code; several parts may share one.
#[derive(Debug)]
pub(super) struct District {
    pub name: String,
    pub postal_code: String,
    ring: Vec<Point>,
}

impl District {
    pub fn all(document: &Document, plane: &Plane) -> Result<Vec<Self>, CityError> {
        let district = |entry| {
            let ring = document.ring(entry)?.into_iter().map(|position| plane.point(position)).collect();
            Ok(Self { name: entry.name.clone(), postal_code: entry.postal_code.clone(), ring })
        };
        document.districts.iter().map(district).collect()
    }

    /// Metres from a place to the district's border.
    fn away(&self, place: Point) -> f64 {
        let feet = sides(&self.ring).map(|(a, b)| place.foot(a, b).away);
        feet.fold(f64::INFINITY, f64::min)
    }

    /// The middle of its corners.
    fn middle(&self) -> Point {
        let sum = |of: fn(&Point) -> f64| self.ring.iter().map(of).sum::<f64>();
        let corners = self.ring.iter().map(|_| 1.0).sum::<f64>();
        Point { x: sum(|point| point.x) / corners, y: sum(|point| point.y) / corners }
    }
}

impl City {
    /// The postal code of a place: that of its district, or of the closest one.
    pub(super) fn postal_code(&self, place: Point) -> &str {
        let around = self.districts.iter().find(|district| is_inside(place, &district.ring));
        let closest = || self.districts.iter().min_by(|a, b| a.away(place).total_cmp(&b.away(place)));
        around.or_else(closest).map_or("", |district| district.postal_code.as_str())
    }

    /// A place on a street in the midst of a postal code's first district, for a code of the town.
    pub(super) fn middle_of(&self, is_wanted: impl Fn(&str) -> bool) -> Option<Point> {
        let district = self.districts.iter().find(|district| is_wanted(&district.postal_code))?;
        let middle = district.middle();
        Some(self.network.spot(middle).map_or(middle, |spot| spot.at))
    }
}
