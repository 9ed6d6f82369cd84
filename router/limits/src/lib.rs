//! Limits on GraphQL documents, checked on the text before any parser, validator or planner sees it.
//!
//! What a parser keeps is a token, whether it means something or not: commas and comments count.
//!
//! Owns: an own scanner of the GraphQL grammar's tokens, and the measures taken from it. [`Limits::check`] runs in
//! time linear in the text and in memory linear in the number of *allowed* tokens: it stops at the first limit, it
//! does not recurse, and it counts what fragments would expand to without expanding them, with saturating arithmetic.
//! It guards the gateway and the subgraph servers alike, so it needs no schema.
//!
//! [`Limits::check_input`] counts what comes beside the document, in variables and extensions, likewise on its text.
//!
//! [`cost`] counts what a document that has passed them may come to by the schema, before anything is planned or run.
//!
//! Invariant: a document that a specification-conforming parser accepts is measured exactly. One that no parser
//! accepts is only bounded in bytes, tokens and nesting; saying what is wrong with it is the parser's task.
//!
//! Deliberately absent: rate limits, limits on the HTTP body, and the budget of what runs: whoever runs it keeps that.

mod check;
pub mod cost;
mod document;
mod error;
mod expansion;
mod input;
mod lexer;
mod limits;

pub use error::LimitError;
pub use limits::{Limits, Measured};
