//! JSON as the router carries it: a tree whose numbers keep the digits they came with.
//!
//! Objects and lists are shared: a copy costs a reference, and differs once it is changed. Names of fields are shared
//! too, since an answer repeats a few of them a thousand times. Invariant: what was read is written with the same
//! digits, however many they are, and a number is only computed with where its type asks for it. Deliberately absent:
//! what a tree means; merging is the executor's, coercion the schema's. Does no IO.

mod keys;
mod node;
mod number;
mod object;
mod read;
mod write;

pub use keys::Keys;
pub use node::Node;
pub use number::Number;
pub use object::Object;
pub use read::{ReadError, Reader};
