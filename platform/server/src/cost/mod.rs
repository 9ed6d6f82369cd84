//! What fields cost, as the SDL says it: `@listSize` and `@cost` of the Federation specification.
//!
//! Every connection is sized by its argument `first` without a word. A plain list of objects says how
//! long it is as a rule: `#[graphql(directive = cost::list::apply(10))]`. What is dear says so: `cost::of::apply(5)`.

pub(crate) mod connections;
mod directives;

pub use directives::{list, of};
