//! What a crate takes as something else than its name says.

use std::cell::Cell;

#[derive(Debug)]
pub struct Taken {
    pub subgraph: String,
    /// `Type.field`, or the name of an enum.
    pub name: String,
    /// The path of a type, or a kind of id.
    pub rust: String,
    /// What is of no use has been left over by a rename.
    pub is_used: Cell<bool>,
}

impl Taken {
    pub fn new(subgraph: &str, name: &str, rust: &str) -> Self {
        Self {
            subgraph: subgraph.to_owned(),
            name: name.to_owned(),
            rust: rust.to_owned(),
            is_used: Cell::new(false),
        }
    }
}
