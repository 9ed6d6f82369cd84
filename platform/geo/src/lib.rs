//! Places on the earth, ways between them by road, and where an address is.
//!
//! Owns: [`Position`]; [`Leg`], a way that can be cut where somebody is on it; the traits [`Roads`] and [`Geocoder`];
//! [`City`], the bundled town Soukhaven, which implements both from a document that is compiled in; [`Osrm`] and
//! [`Nominatim`], which ask services for maps over HTTP; [`Area`], a part of the map, and [`Areas`], which says in which of
//! them a position is.
//!
//! Invariants: a position lies on the earth; seconds and metres are finite and not negative, and the seconds of a leg never
//! fall along it; the town's answers depend on nothing but the question; a service that is away keeps nobody waiting for
//! longer than its patience, and is left alone for a while. Deliberately absent: whatever drives on the roads, and
//! addresses in logs.

mod area;
mod areas;
mod city;
mod geocoder;
mod leg;
mod matrix;
mod nominatim;
mod osrm;
mod plane;
mod position;
mod roads;
mod straight_line;
mod web;

pub use area::{Area, InvalidArea, MAX_AREA_POINTS, Ring};
pub use areas::Areas;
pub use city::{Bounds, City, CityAddress, CityError};
pub use geocoder::{Geocoder, GeocoderError, Place, Precision, Wanted};
pub use leg::{InvalidLeg, Leg, Nearest};
pub use matrix::{InvalidMatrix, MAX_PLACES, Matrix};
pub use nominatim::Nominatim;
pub use osrm::Osrm;
pub use position::{InvalidPosition, Position};
pub use roads::{Roads, RoadsError};
pub use straight_line::{InvalidStraightLine, StraightLine};
pub use web::{InvalidService, Service};
