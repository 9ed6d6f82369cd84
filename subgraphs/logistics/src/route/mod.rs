//! Routes: which courier brings which shipments to their recipients, in which order, and how far the courier is.
//!
//! Invariants: a courier has one open route, and a shipment is on one, by unique indexes; a route changes in [`change()`]
//! alone, which counts its version and tells subscribers. A route is locked before its shipments, those in the order of
//! their orders and numbers. A recipient learns of a route what a [`Ride`] tells, never where else the van goes.
//! Deliberately absent: where the van is, which is `position`.

mod assignments;
mod change;
mod clean_photos;
mod deliver;
mod drive;
mod error;
mod graphql;
mod lapse;
mod list;
mod photo;
mod plan;
mod planner;
mod ride;
mod status;
mod store;
mod timeline;
mod topics;
mod view;
mod whole;

pub use assignments::RouteSubscription;
pub use clean_photos::CleanPhotos;
pub use deliver::{follow_shipment, lock_route_of};
pub use error::RouteError;
pub use graphql::{RouteMutation, RouteQuery, courier};
pub use photo::MAX_BYTES as MAX_PHOTO_BYTES;
pub use planner::PlanRoutes;
pub use ride::{Eta, Ride, ride_of};
pub use store::{StopsOfShipment, find, stops};
pub use topics::{RouteNews, read as read_news, route_topic, tell_position};
pub use view::{DeliveryProof, Route};
pub use whole::whole;
