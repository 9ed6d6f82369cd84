//! Supergraphs, data and operations at random, and one server that knows everything to compare the router with.

mod above;
pub mod build;
pub mod compare;
pub mod dice;
pub mod features;
mod inputs;
pub mod model;
mod names;
pub mod record;
pub mod sdl;
pub mod serve;
mod through;
pub mod values;
mod weave;
