//! A town: its streets, its houses and its postal codes.
//!
//! Owns: reading its document, ways through it ([`Roads`](crate::Roads)), places of addresses
//! ([`Geocoder`](crate::Geocoder)). Invariant: it never changes once it is read. Deliberately absent: what a map draws,
//! such as water and buildings; that reads [`City::document`] itself.

mod address;
mod district;
mod document;
mod drive;
mod find;
mod grid;
mod network;
mod search;
mod street;
mod written;

use std::sync::OnceLock;

pub use address::CityAddress;
pub use document::CityError;

use district::District;
use document::Document;
use network::Network;
use street::Streets;

use crate::plane::{Plane, Point};
use crate::position::Position;

static DOCUMENT: &[u8] = include_bytes!("../../city/soukhaven.json");

/// A town whose streets and houses are known.
#[derive(Debug)]
pub struct City {
    name: String,
    country: String,
    time_zone: String,
    plane: Plane,
    bounds: Bounds,
    districts: Vec<District>,
    streets: Streets,
    network: Network,
}

/// A part of the map between two parallels and two meridians.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bounds {
    pub south_west: Position,
    pub north_east: Position,
}

impl City {
    /// The town Soukhaven, which is part of the program. The first call reads it.
    pub fn bundled() -> Result<&'static Self, &'static CityError> {
        static CITY: OnceLock<Result<City, CityError>> = OnceLock::new();
        CITY.get_or_init(|| Self::parse(DOCUMENT)).as_ref()
    }

    /// The document of the bundled town, JSON: for what draws it. `scripts/city/README.md` says how to read it.
    pub fn document() -> &'static [u8] {
        DOCUMENT
    }

    /// A town from its document, of at most 16 MB and 100,000 nodes.
    pub fn parse(document: &[u8]) -> Result<Self, CityError> {
        let document = Document::parse(document)?;
        let plane = Plane::around(document.origin()?);
        let (south_west, north_east) = document.bounds()?;
        let districts = District::all(&document, &plane)?;
        let network = Network::new(&document, &plane)?;
        let streets = Streets::new(document.streets, &network);
        let Document { name, country, time_zone, .. } = document;
        let bounds = Bounds { south_west, north_east };
        Ok(Self { name, country, time_zone, plane, bounds, districts, streets, network })
    }

    pub fn name(&self) -> &str {
        &self.name
    }

    /// ISO 3166-1 alpha-2.
    pub fn country(&self) -> &str {
        &self.country
    }

    /// The name of its time zone in the IANA database.
    pub fn time_zone(&self) -> &str {
        &self.time_zone
    }

    /// The part of the map in which people live; streets lead out of it.
    pub const fn bounds(&self) -> Bounds {
        self.bounds
    }

    /// Whether a position is in its bounds.
    pub fn is_inside(&self, position: Position) -> bool {
        self.bounds.contains(position)
    }

    fn position(&self, point: Point) -> Position {
        self.plane.position(point).rounded()
    }
}

impl Bounds {
    /// Whether a position is in them, or on their border.
    pub fn contains(self, position: Position) -> bool {
        let Self { south_west, north_east } = self;
        (south_west.latitude()..=north_east.latitude()).contains(&position.latitude())
            && (south_west.longitude()..=north_east.longitude()).contains(&position.longitude())
    }
}
