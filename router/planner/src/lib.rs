//! Operation → query plan. Does no IO.

pub mod plan;
mod text;
