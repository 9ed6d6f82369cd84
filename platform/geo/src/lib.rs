//! Places on the earth, ways between them by road, and where an address is.
//!
//! Owns: [`Position`]; [`Leg`], a way that can be cut where somebody is on it; the traits [`Roads`] and [`Geocoder`],
//! which a service for maps implements too; [`City`], the bundled town Soukhaven, which implements both from a document
//! that is compiled in; [`Area`], a part of the map, and [`Areas`], which says in which of them a position is.
//!
//! Invariants: a position lies on the earth; seconds and metres are finite and not negative, and the seconds of a leg never
//! fall along it; an answer depends on nothing but the question. Deliberately absent: IO, time, chance, and
//! whatever drives on the roads.

mod area;
mod areas;
mod city;
mod geocoder;
mod leg;
mod matrix;
mod plane;
mod position;
mod roads;

pub use area::{Area, InvalidArea, MAX_AREA_POINTS, Ring};
pub use areas::Areas;
pub use city::{Bounds, City, CityAddress, CityError};
pub use geocoder::{Geocoder, GeocoderError, Place, Precision, Wanted};
pub use leg::{InvalidLeg, Leg, Nearest};
pub use matrix::{InvalidMatrix, MAX_PLACES, Matrix};
pub use position::{InvalidPosition, Position};
pub use roads::{Roads, RoadsError};
