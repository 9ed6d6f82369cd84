//! Streets with their names, and the houses along them.

use std::collections::HashMap;

use super::document::{Class, StreetEntry};
use super::network::Network;
use super::written::fold;
use crate::plane::Point;

/// How far the door of a house is from the middle of its street, in metres.
const TO_DOOR: f64 = 9.0;

/// A street that has a name, or a part of one: others may have the same name, with other numbers.
#[derive(Debug)]
pub(super) struct Street {
    pub name: String,
    line: Vec<Point>,
    length: f64,
    numbers: Option<Numbers>,
}

/// Numbers of houses: from an odd one to a later even one.
#[derive(Debug, Clone, Copy)]
pub(super) struct Numbers {
    first: u32,
    last: u32,
}

#[derive(Debug)]
pub(super) struct Streets {
    streets: Vec<Street>,
    /// How many houses they have.
    houses: u64,
    /// By folded name.
    by_name: HashMap<String, Vec<usize>>,
}

impl Streets {
    pub fn new(entries: Vec<StreetEntry>, network: &Network) -> Self {
        let is_named = |entry: &StreetEntry| !entry.name.is_empty() && entry.class != Class::Path;
        let mut streets: Vec<Street> = Vec::new();
        let mut by_name: HashMap<String, Vec<usize>> = HashMap::new();
        for entry in entries.into_iter().filter(is_named) {
            by_name.entry(fold(&entry.name)).or_default().push(streets.len());
            streets.push(Street::new(entry, network));
        }
        let houses = streets.iter().map(|street| u64::from(street.houses())).sum();
        Self { streets, houses, by_name }
    }

    pub fn houses(&self) -> u64 {
        self.houses
    }

    /// The streets, or parts of one, that have a folded name.
    pub fn named(&self, folded: &str) -> impl Iterator<Item = &Street> + Clone {
        let indexes = self.by_name.get(folded).into_iter().flatten();
        indexes.filter_map(|index| self.streets.get(*index))
    }

    pub fn all(&self) -> impl Iterator<Item = &Street> {
        self.streets.iter()
    }
}

impl Street {
    fn new(entry: StreetEntry, network: &Network) -> Self {
        let nodes = entry.nodes.iter().filter_map(|node| network.nodes().get(*node));
        let line: Vec<Point> = nodes.map(|node| node.at).collect();
        let length = pieces(&line).map(|(a, b)| a.distance(b)).sum();
        let numbers = entry.numbers.map(|[first, last]| Numbers { first, last });
        Self { name: entry.name, line, length, numbers }
    }

    pub fn length(&self) -> f64 {
        self.length
    }

    /// How many houses it has.
    pub fn houses(&self) -> u32 {
        self.numbers.map_or(0, |numbers| numbers.last - numbers.first + 1)
    }

    /// The number of a house, counted from 0.
    pub fn number(&self, index: u32) -> Option<u32> {
        let numbers = self.numbers?;
        (index < self.houses()).then_some(numbers.first + index)
    }

    /// The door of a house: each pair of numbers has an equal share of the street, odd ones on the left.
    pub fn door(&self, number: u32) -> Option<Point> {
        let Numbers { first, last } = self.numbers?;
        if !(first..=last).contains(&number) {
            return None;
        }
        let (pair, pairs) = ((number - first) / 2, self.houses() / 2);
        let (at, along) = self.place((f64::from(pair) + 0.5) / f64::from(pairs))?;
        let side = if number % 2 == 1 { TO_DOOR } else { -TO_DOOR };
        Some(Point { x: at.x - along.y * side, y: at.y + along.x * side })
    }

    pub fn middle(&self) -> Option<Point> {
        self.place(0.5).map(|(at, _)| at)
    }

    /// The place at a fraction of the length, and the direction of the street there, of length 1.
    fn place(&self, fraction: f64) -> Option<(Point, Point)> {
        let mut left = self.length * fraction;
        let piece = pieces(&self.line).find(|(a, b)| {
            let length = a.distance(*b);
            let is_here = left <= length;
            if !is_here {
                left -= length;
            }
            is_here
        });
        let (a, b) = piece?;
        let length = a.distance(b);
        let at = if length > 0.0 { a.between(b, left / length) } else { a };
        let along = Point { x: (b.x - a.x) / length, y: (b.y - a.y) / length };
        (length > 0.0).then_some((at, along))
    }
}

fn pieces(line: &[Point]) -> impl Iterator<Item = (Point, Point)> {
    line.iter().copied().zip(line.iter().copied().skip(1))
}
