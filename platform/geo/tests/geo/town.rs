//! The bundled town, and its document as it stands: what the tests compare it with.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};

use platform_geo::{City, CityAddress, Position};
use serde_json::Value;

pub fn city() -> &'static City {
    City::bundled().unwrap()
}

/// Pairs of addresses all over the town.
pub fn pairs(seed: u64) -> impl Iterator<Item = (CityAddress, CityAddress)> {
    city().addresses(seed).zip(city().addresses(seed + 10_007))
}

/// The streets of the document that cars drive.
pub struct Plan {
    nodes: Vec<Position>,
    pub streets: Vec<PlanStreet>,
}

pub struct PlanStreet {
    pub name: String,
    class: String,
    pub is_one_way: bool,
    pub nodes: Vec<usize>,
    pub numbers: Option<(u32, u32)>,
}

impl Plan {
    pub fn read() -> Self {
        let document: Value = serde_json::from_slice(City::document()).unwrap();
        let integer = |value: &Value| i32::try_from(value.as_i64().unwrap()).unwrap();
        let flat: Vec<i32> = document["nodes"].as_array().unwrap().iter().map(integer).collect();
        let node = |at: &[i32]| Position::from_micro(53_950_000 + at[1], 8_300_000 + at[0]).unwrap();
        let streets = document["streets"].as_array().unwrap().iter();
        let streets = streets.filter(|street| street["class"] != "path").map(|street| PlanStreet {
            name: street["name"].as_str().unwrap().to_owned(),
            class: street["class"].as_str().unwrap().to_owned(),
            is_one_way: street["oneway"].as_bool().unwrap(),
            nodes: serde_json::from_value(street["nodes"].clone()).unwrap(),
            numbers: street.get("numbers").map(|numbers| serde_json::from_value(numbers.clone()).unwrap()),
        });
        Self { nodes: flat.chunks(2).map(node).collect(), streets: streets.collect() }
    }

    pub fn node(&self, node: usize) -> Position {
        self.nodes[node]
    }

    /// Milliseconds from one node to each, by Dijkstra's algorithm over the document.
    pub fn milliseconds_from(&self, node: usize) -> BTreeMap<usize, f64> {
        let mut roads: BTreeMap<usize, Vec<(usize, f64)>> = BTreeMap::new();
        for street in &self.streets {
            for pair in street.nodes.windows(2) {
                let time = self.node(pair[0]).distance(self.node(pair[1])) / speed(&street.class) * 1000.0;
                roads.entry(pair[0]).or_default().push((pair[1], time));
                if !street.is_one_way {
                    roads.entry(pair[1]).or_default().push((pair[0], time));
                }
            }
        }
        // Times that are not negative sort like their bits.
        let (mut reached, mut open) =
            (BTreeMap::new(), BinaryHeap::from([Reverse((0.0_f64.to_bits(), node))]));
        while let Some(Reverse((bits, node))) = open.pop() {
            if reached.contains_key(&node) {
                continue;
            }
            let time = f64::from_bits(bits);
            reached.insert(node, time);
            open.extend(roads[&node].iter().map(|(next, more)| Reverse(((time + more).to_bits(), *next))));
        }
        reached
    }
}

/// Metres per second.
fn speed(class: &str) -> f64 {
    let speeds = [
        ("motorway", 90.0),
        ("primary", 42.0),
        ("secondary", 38.0),
        ("tertiary", 32.0),
        ("residential", 24.0),
        ("service", 18.0),
        ("lane", 14.0),
    ];
    speeds.iter().find(|(name, _)| *name == class).unwrap().1 / 3.6
}
