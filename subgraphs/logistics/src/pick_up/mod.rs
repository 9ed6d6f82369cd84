//! Points where buyers fetch their parcels: where they are and when they are open.

mod closest;
mod error;
mod graphql;
mod hours;
mod set_point;
mod store;
mod view;

pub use error::PickUpError;
pub use graphql::{PickUpMutation, PickUpQuery};
pub use store::find;
pub use view::PickUpPoint;
