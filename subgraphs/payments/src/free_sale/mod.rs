//! Sales that nothing pays for: a coupon of the platform takes all of the price. There is no payment, and there are no
//! points, whose change would book them.
//!
//! Invariant: a sale is booked once for its key, and not after it was called off.

mod internal;
mod service;

pub use internal::InternalFreeSaleMutation;
