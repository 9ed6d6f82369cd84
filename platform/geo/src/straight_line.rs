//! Ways as the crow flies, where no roads are known.

use async_trait::async_trait;

use crate::leg::Leg;
use crate::matrix::{Matrix, rounded};
use crate::position::Position;
use crate::roads::{Roads, RoadsError};

/// Roads that lead everywhere straight, but are longer than the straight line by a factor. There always is a leg.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct StraightLine {
    factor: f64,
    speed: f64,
}

/// What no straight line can have.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum InvalidStraightLine {
    #[error("a road is at least as long as the straight line; give a factor from 1 to 10, not {0}")]
    Factor(f64),
    #[error("give a speed from 0.1 to 100 metres per second, not {0}")]
    Speed(f64),
}

impl StraightLine {
    /// Roads `factor` times as long as the straight line (1 to 10; about 1.3 in towns), driven at `speed` metres per second
    /// (0.1 to 100).
    pub fn new(factor: f64, speed: f64) -> Result<Self, InvalidStraightLine> {
        if !(1.0..=10.0).contains(&factor) {
            return Err(InvalidStraightLine::Factor(factor));
        }
        if !(0.1..=100.0).contains(&speed) {
            return Err(InvalidStraightLine::Speed(speed));
        }
        Ok(Self { factor, speed })
    }

    /// Metres by road, and seconds for them.
    pub(crate) fn travel(self, from: Position, to: Position) -> (f64, f64) {
        let meters = from.distance(to) * self.factor;
        (meters, meters / self.speed)
    }
}

#[async_trait]
impl Roads for StraightLine {
    async fn leg(&self, from: Position, to: Position) -> Result<Leg, RoadsError> {
        let (meters, seconds) = self.travel(from, to);
        Leg::new(vec![from, to], vec![0.0, seconds], meters)
            .map_err(|error| RoadsError::Unavailable(Box::new(error)))
    }

    async fn matrix(&self, places: &[Position]) -> Result<Matrix, RoadsError> {
        Matrix::check(places.len())?;
        let pairs = places.iter().flat_map(|from| places.iter().map(|to| self.travel(*from, *to)));
        let (meters, seconds) = pairs.map(|(meters, seconds)| (rounded(meters), rounded(seconds))).unzip();
        Ok(Matrix::new(places.len(), seconds, meters)?)
    }
}
