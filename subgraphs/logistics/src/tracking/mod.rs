//! Following a delivery live: by who owns, sends or keeps it, and by the bearer of its tracking link, who sees no more than
//! stands on the parcel.

mod error;
mod follow;
mod internal;
mod link;
mod parcel;
mod subscription;
mod view;

pub use internal::InternalTrackingQuery;
pub use link::TrackingMutation;
pub use subscription::TrackingSubscription;
