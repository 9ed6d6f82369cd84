//! The document of a town, as `scripts/city` writes it, and what must hold of it.
//!
//! Read here is what places, streets and houses need; what only a map draws is passed over.

use serde::Deserialize;

use crate::position::{InvalidPosition, Position};

/// The most bytes of a document.
const MAX_BYTES: usize = 16 << 20;
/// The most nodes of its streets.
const MAX_NODES: usize = 100_000;
/// How far from the origin a node may be, in metres: a flat map is true to that distance.
const MAX_METERS: f64 = 50_000.0;
/// The greatest number of a house.
const MAX_NUMBER: u32 = 10_000;
/// Its unit: millionths of a degree.
const UNIT: f64 = 1e-6;

/// What is no document of a town.
#[derive(Debug, thiserror::Error)]
pub enum CityError {
    #[error("the document of the town has {bytes} bytes, and at most {MAX_BYTES} are read; leave parts out")]
    TooLarge { bytes: usize },
    #[error("the document of the town is not of the expected form; write it again with scripts/city/city.py")]
    Form(#[source] serde_json::Error),
    #[error("the document of the town counts in {0} degrees; write it in millionths, a unit of 1e-6")]
    Unit(f64),
    #[error("the origin of the town is not on the earth; give its longitude and its latitude")]
    Origin(#[source] InvalidPosition),
    #[error("the document of the town has {0} nodes, and 2 to {MAX_NODES} are read; simplify its streets")]
    Nodes(usize),
    #[error("the place {x}, {y} of the document is not within {MAX_METERS} m of its origin; leave it out")]
    FarAway { x: i32, y: i32 },
    #[error("the street `{street}` needs two or more nodes, each of which is in the list of nodes")]
    Street { street: String },
    #[error("the house numbers of `{street}` go from an odd one to a later even one, at most {MAX_NUMBER}")]
    Numbers { street: String },
    #[error("the town has no house; give a street its numbers")]
    NoHouses,
    #[error("the town has no district; give it one with a ring of three or more corners and a postal code")]
    NoDistricts,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Document {
    pub name: String,
    /// ISO 3166-1 alpha-2.
    pub country: String,
    /// Of the IANA database.
    pub time_zone: String,
    /// Degrees to the east and to the north.
    origin: [f64; 2],
    unit: f64,
    /// West, south, east, north.
    bounds: [i32; 4],
    pub districts: Vec<DistrictEntry>,
    /// East and north by turns, as everywhere.
    nodes: Vec<i32>,
    pub streets: Vec<StreetEntry>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct DistrictEntry {
    pub postal_code: String,
    pub name: String,
    ring: Vec<i32>,
}

#[derive(Deserialize)]
pub(super) struct StreetEntry {
    pub name: String,
    pub class: Class,
    /// Driven from its first node to its last alone.
    pub oneway: bool,
    pub nodes: Vec<usize>,
    /// First and last: odd ones on the left, even ones on the right.
    pub numbers: Option<[u32; 2]>,
}

/// What kind of street it is.
#[derive(Deserialize, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub(super) enum Class {
    Motorway,
    Primary,
    Secondary,
    Tertiary,
    Residential,
    Lane,
    Service,
    Path,
}

impl Class {
    /// How fast a car gets on in it, in km/h: less than is allowed, for lights and corners. `None` where cars do not drive.
    pub fn speed(self) -> Option<f64> {
        match self {
            Self::Motorway => Some(90.0),
            Self::Primary => Some(42.0),
            Self::Secondary => Some(38.0),
            Self::Tertiary => Some(32.0),
            Self::Residential => Some(24.0),
            Self::Service => Some(18.0),
            Self::Lane => Some(14.0),
            Self::Path => None,
        }
    }
}

impl Document {
    pub fn parse(bytes: &[u8]) -> Result<Self, CityError> {
        if bytes.len() > MAX_BYTES {
            return Err(CityError::TooLarge { bytes: bytes.len() });
        }
        let document: Self = serde_json::from_slice(bytes).map_err(CityError::Form)?;
        document.check()?;
        Ok(document)
    }

    fn check(&self) -> Result<(), CityError> {
        if (self.unit - UNIT).abs() > UNIT * 1e-9 {
            return Err(CityError::Unit(self.unit));
        }
        let nodes = self.nodes.len() / 2;
        if !(2..=MAX_NODES).contains(&nodes) {
            return Err(CityError::Nodes(nodes));
        }
        for street in &self.streets {
            if street.nodes.len() < 2 || street.nodes.iter().any(|node| *node >= nodes) {
                return Err(CityError::Street { street: street.name.clone() });
            }
            if let Some([first, last]) = street.numbers
                && (first % 2 == 0 || last % 2 == 1 || last < first || last > MAX_NUMBER)
            {
                return Err(CityError::Numbers { street: street.name.clone() });
            }
        }
        if !self.streets.iter().any(|street| street.numbers.is_some()) {
            return Err(CityError::NoHouses);
        }
        let is_district = |district: &DistrictEntry| district.ring.len() >= 6;
        if self.districts.is_empty() || !self.districts.iter().all(is_district) {
            return Err(CityError::NoDistricts);
        }
        Ok(())
    }

    /// The place that everything is counted from.
    pub fn origin(&self) -> Result<Position, CityError> {
        let [longitude, latitude] = self.origin;
        Position::new(latitude, longitude).map_err(CityError::Origin)
    }

    /// South-west and north-east.
    pub fn bounds(&self) -> Result<(Position, Position), CityError> {
        let [west, south, east, north] = self.bounds;
        let origin = self.origin()?;
        Ok((place(origin, west, south)?, place(origin, east, north)?))
    }

    pub fn nodes(&self) -> Result<Vec<Position>, CityError> {
        places(self.origin()?, &self.nodes)
    }

    pub fn ring(&self, district: &DistrictEntry) -> Result<Vec<Position>, CityError> {
        places(self.origin()?, &district.ring)
    }
}

fn places(origin: Position, flat: &[i32]) -> Result<Vec<Position>, CityError> {
    let (pairs, _) = flat.as_chunks::<2>();
    pairs.iter().map(|[x, y]| place(origin, *x, *y)).collect()
}

/// The place so many millionths of a degree to the east and to the north of the origin.
fn place(origin: Position, x: i32, y: i32) -> Result<Position, CityError> {
    let (north, east) = origin.micro();
    let at = north.checked_add(y).zip(east.checked_add(x));
    at.and_then(|(latitude, longitude)| Position::from_micro(latitude, longitude).ok())
        .filter(|position| position.distance(origin) <= MAX_METERS)
        .ok_or(CityError::FarAway { x, y })
}
