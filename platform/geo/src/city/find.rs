//! Where an address of the town is.

use async_trait::async_trait;

use super::City;
use super::street::Street;
use super::written::{fold, fold_postal_code, readings};
use crate::geocoder::{Geocoder, GeocoderError, Place, Precision, Wanted};
use crate::plane::Point;

#[async_trait]
impl Geocoder for City {
    /// The country must be the town's, and the postal code or the name of the city.
    async fn find(&self, wanted: &Wanted) -> Result<Option<Place>, GeocoderError> {
        Ok(self.place_of(wanted))
    }
}

impl City {
    fn place_of(&self, wanted: &Wanted) -> Option<Place> {
        if !wanted.country.trim().eq_ignore_ascii_case(&self.country) {
            return None;
        }
        let code = fold_postal_code(&wanted.postal_code, &self.country);
        let middle = self.middle_of(|known| fold_postal_code(known, &self.country) == code);
        if middle.is_none() && !self.is_called(&wanted.city) {
            return None;
        }
        let place = |point: Point, precision| Place { position: self.position(point), precision };
        self.on_street(&wanted.line1)
            .or_else(|| middle.map(|point| (point, Precision::PostalCode)))
            .map(|(point, precision)| place(point, precision))
    }

    /// Whether a name is the town's, alone or with that of a district after it.
    fn is_called(&self, city: &str) -> bool {
        let (town, city) = (fold(&self.name), fold(city));
        let Some(rest) = city.strip_prefix(&town) else { return false };
        rest.is_empty() || self.districts.iter().any(|district| fold(&district.name) == rest)
    }

    /// The house that a line names, else the middle of the street that it names.
    fn on_street(&self, line: &str) -> Option<(Point, Precision)> {
        readings(line).iter().find_map(|reading| {
            let mut streets = self.streets.named(&reading.street);
            let longest =
                streets.clone().max_by(|a: &&Street, b: &&Street| a.length().total_cmp(&b.length()));
            let door = reading.number.and_then(|number| streets.find_map(|street| street.door(number)));
            let middle = || longest.and_then(Street::middle).map(|point| (point, Precision::Street));
            door.map(|point| (point, Precision::House)).or_else(middle)
        })
    }
}
