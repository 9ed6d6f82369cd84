//! Addresses of the town, for data to try things with.

use super::City;
use crate::position::Position;

/// The golden ratio's share of 2^32: steps of it fall evenly on a circle (Weyl's equidistribution theorem).
const GOLDEN: u64 = 2_654_435_769;

/// The address of a house of the town.
#[derive(Debug, Clone, PartialEq)]
pub struct CityAddress {
    /// Street and number.
    pub line1: String,
    pub postal_code: String,
    pub city: String,
    /// ISO 3166-1 alpha-2.
    pub country: String,
    pub position: Position,
}

impl City {
    /// How many houses have an address; at least 2.
    pub fn houses(&self) -> u64 {
        self.streets.houses()
    }

    /// The address of a house: each of the first [`houses`](Self::houses) indexes names another one, and those that follow
    /// one another houses far apart. `None` for a greater index.
    pub fn address(&self, index: u64) -> Option<CityAddress> {
        let houses = self.houses();
        if index >= houses {
            return None;
        }
        let mut house = index * stride(houses) % houses;
        let street = self.streets.all().find(|street| {
            let here = u64::from(street.houses());
            let is_here = house < here;
            if !is_here {
                house -= here;
            }
            is_here
        })?;
        let number = street.number(u32::try_from(house).ok()?)?;
        let door = street.door(number)?;
        Some(CityAddress {
            line1: format!("{} {number}", street.name),
            postal_code: self.postal_code(door).to_owned(),
            city: self.name.clone(),
            country: self.country.clone(),
            position: self.position(door),
        })
    }

    /// Every address once, evenly over the town from the first on; the seed says with which it begins.
    pub fn addresses(&self, seed: u64) -> impl Iterator<Item = CityAddress> + Clone {
        let houses = self.houses();
        let begin = seed.checked_rem(houses).unwrap_or(0);
        (begin..houses).chain(0..begin).filter_map(|index| self.address(index))
    }
}

/// A step that comes to each of so many houses before it comes to one again: without a divisor in common with their number.
fn stride(houses: u64) -> u64 {
    let golden = (houses * GOLDEN) >> 32;
    (golden.max(1)..).find(|stride| gcd(*stride, houses) == 1).unwrap_or(1)
}

fn gcd(a: u64, b: u64) -> u64 {
    if b == 0 { a } else { gcd(b, a % b) }
}
