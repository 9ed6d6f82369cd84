//! Segments by where they are: a grid of squares, each of which knows what passes through it.

use std::collections::HashMap;

use super::network::Segment;
use crate::plane::{Foot, Point};

/// Side of a square in metres.
const SIDE: f64 = 100.0;
/// Half a diagonal of a square, and a little more for rounding.
const REACH: f64 = SIDE * 0.7072;

type Square = (i32, i32);

#[derive(Debug)]
pub(super) struct Grid {
    segments: Vec<Segment>,
    /// Indexes of the segments in each square that has any.
    squares: HashMap<Square, Vec<usize>>,
}

impl Grid {
    pub fn new(segments: Vec<Segment>) -> Self {
        let mut squares: HashMap<Square, Vec<usize>> = HashMap::with_capacity(segments.len());
        for (index, segment) in segments.iter().enumerate() {
            let (begin, end) = (square(segment.begin), square(segment.end));
            for x in begin.0.min(end.0)..=begin.0.max(end.0) {
                for y in begin.1.min(end.1)..=begin.1.max(end.1) {
                    let middle = Point { x: (f64::from(x) + 0.5) * SIDE, y: (f64::from(y) + 0.5) * SIDE };
                    if middle.foot(segment.begin, segment.end).away <= REACH {
                        squares.entry((x, y)).or_default().push(index);
                    }
                }
            }
        }
        Self { segments, squares }
    }

    /// The segment that comes closest to a place, and where it does, if it does within so many metres.
    pub fn nearest(&self, place: Point, within: f64) -> Option<(&Segment, Foot)> {
        let middle = square(place);
        let mut nearest: Option<(&Segment, Foot)> = None;
        let mut rings = 0;
        // What is not looked at after a ring is further away than the ring is wide.
        let mut seen = 0.0;
        while seen <= within && nearest.is_none_or(|(_, foot)| foot.away > seen) {
            for square in ring(middle, rings) {
                let here = self.squares.get(&square).into_iter().flatten();
                for segment in here.filter_map(|index| self.segments.get(*index)) {
                    let foot = place.foot(segment.begin, segment.end);
                    if nearest.is_none_or(|(_, best)| foot.away < best.away) {
                        nearest = Some((segment, foot));
                    }
                }
            }
            seen = f64::from(rings) * SIDE;
            rings += 1;
        }
        nearest.filter(|(_, foot)| foot.away <= within)
    }
}

/// The squares that are so many steps away from one.
fn ring(middle: Square, steps: i32) -> impl Iterator<Item = Square> {
    (-steps..=steps).flat_map(move |x| {
        // In the first and the last column all, in the others the two ends.
        let stride = if x.abs() == steps { 1 } else { 2 * steps };
        let column = (-steps..=steps).step_by(usize::try_from(stride).unwrap_or(1).max(1));
        column.map(move |y| (middle.0.saturating_add(x), middle.1.saturating_add(y)))
    })
}

fn square(point: Point) -> Square {
    let index = |meters: f64| {
        #[expect(
            clippy::cast_possible_truncation,
            reason = "whole; what is too far away becomes the furthest"
        )]
        let index = (meters / SIDE).floor() as i32;
        index
    };
    (index(point.x), index(point.y))
}
