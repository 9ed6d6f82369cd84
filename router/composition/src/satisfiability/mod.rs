//! Satisfiability: whether every query that the supergraph's API admits can be answered.
//!
//! The search walks the API schema from the roots. At each position it knows the *alternatives*: the
//! set of nodes (subgraph and type) that can hold the value, any of which the planner may choose for
//! any leaf. A field that none of them, nor any subgraph that their keys lead to, can resolve is an
//! error, with the query that leads there as witness.
//!
//! Which sets occur depends on the path, so positions are pairs of type and set. Answers are monotone
//! in the set: once a set has passed, its supersets need no visit, which in practice leaves a handful
//! of sets for each type. The same holds of the labels of progressive overrides that a path has
//! decided, and of the contexts it has set. The number of visits is limited all the same.
//!
//! Two choices where composers differ: a field with a requirement needs a *resolvable* key to come back
//! by, since the router has no other way in; and a requirement is gathered from every node of its
//! position, also from those that could not be entered again.
//!
//! Absent: the price of the answers. A query that needs many fetches is satisfiable.

mod explore;
mod fixpoint;
mod model;
mod report;
mod resolve;

pub(crate) use explore::check;
