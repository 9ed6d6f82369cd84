//! Generated supergraphs with generated data, asked generated operations: the answer must be, to the byte, what one
//! server that knew everything would say, with errors where it has errors; and no subgraph may be asked for what it does
//! not resolve.
//!
//! `SOUK_GENERATED_OPERATIONS` sets how many operations are tried, `SOUK_GENERATED_SEED` where the fresh seeds begin,
//! `SOUK_REFERENCE_FOLDER` where the server's answers are written down for `scripts/reference`.

use std::hash::{BuildHasher, RandomState};

use crate::universe::compare::Universe;
use crate::universe::features::Table;
use crate::universe::record;

/// Operations that are asked of one supergraph.
const EACH: u64 = 20;
/// Differences that are shown, the shortest first.
const SHOWN: usize = 20;

fn number(variable: &str) -> Option<u64> {
    std::env::var(variable).ok().and_then(|text| text.parse().ok())
}

async fn compare(first: u64, universes: u64) -> (Table, Vec<String>) {
    let mut table = Table::default();
    let mut wrong = Vec::new();
    for seed in (0..universes).map(|index| first.wrapping_add(index)) {
        let universe = Universe::new(seed);
        let mut records = Vec::new();
        for operation in 0..EACH {
            let compared = universe.compare(seed.wrapping_mul(EACH).wrapping_add(operation)).await;
            table.add(&universe, &compared);
            records.extend(compared.record);
            if let Some(differs) = compared.wrong {
                wrong.push(format!("universe {seed}, operation {operation}\n{differs}\n{}", universe.sdl()));
            }
        }
        if let Some(folder) = record::folder() {
            record::write(&folder, seed, &universe.api(), &records);
        }
    }
    (table, wrong)
}

fn assert_none(wrong: &[String]) {
    let mut shortest: Vec<&str> = wrong.iter().map(String::as_str).collect();
    shortest.sort_by_key(|each| each.len());
    shortest.truncate(SHOWN);
    let shown = shortest.join("\n\n");
    assert!(wrong.is_empty(), "{} operations are answered wrongly; the shortest:\n{shown}", wrong.len());
}

#[tokio::test]
async fn generated_supergraphs_answer_like_one_server() {
    let operations = number("SOUK_GENERATED_OPERATIONS").unwrap_or(1000);
    let (table, wrong) = compare(1, operations.div_ceil(EACH)).await;
    println!("{table}");
    assert_none(&wrong);
    assert_eq!(table.rare(), [""; 0], "each occurs in one of a hundred operations");
}

#[tokio::test]
async fn so_do_supergraphs_that_nobody_has_tried() {
    let seed = number("SOUK_GENERATED_SEED").unwrap_or_else(|| RandomState::new().hash_one(0) >> 16);
    println!("SOUK_GENERATED_SEED={seed}");
    let (_, wrong) = compare(seed, 5).await;
    assert_none(&wrong);
}
