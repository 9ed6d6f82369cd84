//! Labels of shipments: a signed link for whoever may have one, and the PDF that it leads to.
//!
//! Invariants: a link is good for a quarter of an hour, and has ids and a signature alone; a label is made when it is asked
//! for, of the address as it stands then, and is kept nowhere. Deliberately absent: how it looks, which is `print`'s.

mod error;
mod link;
mod make;
mod routes;

pub use link::link;
pub use make::is_printed;
pub use routes::{PREFIX, routes};
