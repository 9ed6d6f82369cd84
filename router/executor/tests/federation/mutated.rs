//! Documents with random damage: whatever bytes come, parsing, limits, validation, planning and composition answer or
//! refuse, and never panic. A failure names its seed; `SOUK_MUTATIONS` sets how many documents of each kind are tried.

use std::panic::{AssertUnwindSafe, catch_unwind};

use router_composition::{Subgraph, compose};
use router_limits::Limits;
use router_planner::PlanContext;
use router_schema::{JsonObject, Operation, Supergraph};

use crate::generator::{Generator, variables};
use crate::universe::compare::Universe;
use crate::universe::dice::Dice;
use crate::universe::sdl;

/// Pieces that mean something to a parser.
const PIECES: [&str; 24] = [
    "{",
    "}",
    "(",
    ")",
    "[",
    "]",
    "!",
    ":",
    "\"",
    "\"\"\"",
    "@",
    "$",
    "...",
    "#",
    "\\u{110000}",
    "\0",
    "\u{feff}",
    "type Query",
    "@key(fields: \"id\")",
    "@requires(fields: \"a { b }\")",
    "extend",
    "-0",
    "1e999999",
    "on",
];

fn count() -> u64 {
    std::env::var("SOUK_MUTATIONS").ok().and_then(|text| text.parse().ok()).unwrap_or(250)
}

fn mutate(text: &str, dice: &mut Dice) -> String {
    let mut characters: Vec<char> = text.chars().collect();
    for _ in 0..1 + dice.below(2) * dice.below(4) {
        let length = characters.len().max(1);
        let from = dice.below(length).min(characters.len());
        let to = (from + 1 + dice.below(40)).min(characters.len());
        match dice.below(8) {
            0 => drop(characters.drain(from..to)),
            1 => {
                let copy: Vec<char> = characters[from..to].to_vec();
                let at = dice.below(length).min(characters.len());
                characters.splice(at..at, copy);
            }
            2 => {
                let piece = dice.pick(&PIECES).chars().collect::<Vec<_>>();
                characters.splice(from..from, piece);
            }
            3 => {
                // A word for another word of the same document.
                let words: Vec<&str> =
                    text.split(|each: char| !each.is_alphanumeric()).filter(|w| !w.is_empty()).collect();
                if !words.is_empty() {
                    let word: Vec<char> = dice.pick(&words).chars().collect();
                    let end = (from..characters.len()).find(|at| !characters[*at].is_alphanumeric());
                    characters.splice(from..end.unwrap_or(characters.len()), word);
                }
            }
            4 => {
                let many = *dice.pick(&[3, 60, 2000]);
                let piece = dice.pick(&PIECES).repeat(many);
                characters.splice(from..from, piece.chars());
            }
            5 if to > from => characters[from] = char::from(u8::try_from(dice.below(128)).unwrap()),
            6 => characters.truncate(to),
            _ => characters.splice(from..to, "_".chars()).for_each(drop),
        }
    }
    characters.into_iter().collect()
}

/// What the gateway does with a text before it asks anybody anything.
fn answer_or_refuse(universe: &Universe, query: &str) -> bool {
    if Limits::default().check(query).is_err() {
        return false;
    }
    let Ok(operation) = Operation::parse(&universe.supergraph, query, None) else { return false };
    let given = variables(query);
    let given = given.as_object().cloned().unwrap_or_else(JsonObject::new);
    let Ok(coerced) = operation.coerce_variables(&universe.supergraph, &given.into()) else { return false };
    let expanded = operation.expand(&universe.supergraph, &operation.flags(&coerced));
    universe.planner().plan(&expanded, &PlanContext::default()).is_ok()
}

#[test]
fn damaged_operations_are_answered_or_refused() {
    let universes: Vec<Universe> = (1..4).map(Universe::new).collect();
    let mut planned = 0;
    for seed in 0..count() * 4 {
        let mut dice = Dice::new(seed);
        let universe = dice.pick(&universes);
        let whole = Generator::new(seed).operation(&universe.supergraph);
        let query = mutate(&whole, &mut dice);
        let outcome = catch_unwind(AssertUnwindSafe(|| answer_or_refuse(universe, &query)));
        planned += u64::from(outcome.unwrap_or_else(|_| panic!("seed {seed} panics:\n{query}")));
    }
    println!("{planned} of {} damaged operations were still valid", count() * 4);
    assert!(planned > 0, "damage leaves some operations valid");
}

#[test]
fn damaged_schemas_compose_or_are_refused() {
    let universes: Vec<Universe> = (1..6).map(Universe::new).collect();
    let mut composed = 0;
    for seed in 0..count() {
        let mut dice = Dice::new(seed);
        let model = &dice.pick(&universes).model;
        let damaged = dice.below(model.subgraphs);
        let subgraphs: Vec<Subgraph> = (0..model.subgraphs)
            .map(|subgraph| {
                let whole = sdl::of_subgraph(model, subgraph);
                let sdl = if subgraph == damaged { mutate(&whole, &mut dice) } else { whole };
                Subgraph { name: format!("s{subgraph}"), url: String::new(), sdl }
            })
            .collect();
        let outcome = catch_unwind(AssertUnwindSafe(|| {
            let Ok(composition) = compose(&subgraphs) else { return false };
            match Supergraph::parse(&composition.supergraph_sdl) {
                Ok(_) => true,
                Err(error) => panic!("{error}"),
            }
        }));
        let outcome = outcome.unwrap_or_else(|_| panic!("seed {seed} panics:\n{}", subgraphs[damaged].sdl));
        composed += u64::from(outcome);
    }
    println!("{composed} of {} damaged schemas still compose", count());
    assert!(composed > 0, "damage leaves some schemas valid");
}
