//! Operations through composition, planning and execution over subgraphs that run what they are asked: the traps that
//! routers have fallen into, one test each.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test fails by panicking")]

#[path = "support/fake.rs"]
mod fake;
#[path = "support/generator.rs"]
mod generator;
#[path = "support/world.rs"]
mod world;

#[path = "universe/mod.rs"]
mod universe;

#[path = "federation/abstract_types.rs"]
mod abstract_types;
#[path = "federation/conditions.rs"]
mod conditions;
#[path = "federation/contexts.rs"]
mod contexts;
#[path = "federation/generated.rs"]
mod generated;
#[path = "federation/keys_and_aliases.rs"]
mod keys_and_aliases;
#[path = "federation/mutated.rs"]
mod mutated;
#[path = "federation/nulls.rs"]
mod nulls;
#[path = "federation/requires.rs"]
mod requires;
#[path = "federation/roots.rs"]
mod roots;
#[path = "federation/universes.rs"]
mod universes;
