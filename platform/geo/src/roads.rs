//! Who knows the ways.

use std::error::Error;

use async_trait::async_trait;

use crate::leg::Leg;
use crate::matrix::{InvalidMatrix, Matrix};
use crate::position::Position;

/// Ways by road for a car.
#[async_trait]
pub trait Roads: Send + Sync {
    /// The fastest way between the places of the roads that are closest to two positions.
    async fn leg(&self, from: Position, to: Position) -> Result<Leg, RoadsError>;

    /// The fastest ways from each of at most [`MAX_PLACES`](crate::MAX_PLACES) places to each.
    async fn matrix(&self, places: &[Position]) -> Result<Matrix, RoadsError>;
}

/// Why there is no way.
#[derive(Debug, thiserror::Error)]
pub enum RoadsError {
    #[error("no road is within {within} m of {position}; ask for a place that a car can come to")]
    OffRoads { position: Position, within: u32 },
    #[error("no road leads from {from} to {to}; ask for places of one network of roads")]
    NoWay { from: Position, to: Position },
    #[error(transparent)]
    Matrix(#[from] InvalidMatrix),
    #[error("the roads cannot be asked now; try again later")]
    Unavailable(#[source] Box<dyn Error + Send + Sync>),
}

#[async_trait]
impl<R: Roads + ?Sized> Roads for &R {
    async fn leg(&self, from: Position, to: Position) -> Result<Leg, RoadsError> {
        (**self).leg(from, to).await
    }

    async fn matrix(&self, places: &[Position]) -> Result<Matrix, RoadsError> {
        (**self).matrix(places).await
    }
}
