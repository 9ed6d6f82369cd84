//! Holds: something limited that is kept from others under a key until it is committed, released or lapses.
//!
//! Owns: the states of a hold, the statements on a table of holds ([`HoldTable`]), and what each request does to a key.
//! The feature whose table it is ([`Holds`]) says what is held, and takes and gives it back in the same transaction.
//!
//! A key means one hold for ever:
//! - a hold under a known key answers as before if it asks for the same and that is held or committed still; it is refused
//!   if it asks for something else, and finds the key closed if the hold has ended;
//! - a commit or an extension of an unknown key is refused: nothing is held that could be committed;
//! - a release of an unknown key closes it, so that the hold, should it arrive after its release, is not held;
//! - each request may be repeated, and answers where the hold stands.
//!
//! Invariants: a hold begins once and ends once, because its row is inserted unless its key is known, and each change of
//! its status is conditional on the one before. The row is locked first, what it is of after it, so that no two
//! transactions wait for each other. Time is the caller's clock; a hold that has lapsed holds until it is swept.
//! Deliberately absent: what is held, how much of it there is where that is more than one counter ([`Capacity`]), and who
//! asks for the sweep.

mod begin;
mod end;
mod error;
mod extend;
mod holds;
mod limits;
mod state;
mod store;

pub use begin::{Opened, check, find, open, stands};
pub use end::{commit, expire, give_back, release, undo, undo_in};
pub use error::HoldError;
pub use extend::{Extendable, Extended, extend};
pub use holds::Holds;
pub use limits::{Holder, Limits, Waiting};
pub use state::{State, Transition};
pub use store::{Capacity, HoldTable, HolderColumns, NewRow, RowOf, StatusOf, give, take};
